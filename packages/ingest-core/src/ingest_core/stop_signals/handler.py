"""Turns signals into what ends a piece of work where it stands: one KeyboardInterrupt, which does not get lost."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from types import FrameType

from ingest_core.stop_signals.swallowed import Reminder, is_unheard, raised_again
from ingest_core.stop_signals.wakeup import reaching_the_main_thread

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What a person sends, what an engine sends, and what comes when a terminal is closed."""

ONE_STOP_SECONDS = 0.5
"""Signals that come so soon after one another are one stop: a terminal and an engine send several."""


class StopHandler:
    """Handles signals: raises KeyboardInterrupt, once for what is one stop.

    Args:
        numbers: The signals that ask for it.

    Attributes:
        numbers: As given.
        heard: Whether a stop was asked for.
    """

    def __init__(self, numbers: Sequence[signal.Signals]) -> None:
        self.numbers = numbers
        self.heard = False
        self._holding = False
        self._last = -ONE_STOP_SECONDS
        self._reminder = Reminder(self._ask_again)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal; see :func:`signal.signal`.

        Raises:
            KeyboardInterrupt: It is a stop, and was not on its way.
        """
        del number
        self.heard = True
        now = time.monotonic()
        # What ends the work is on its way; raised once more, it could end that, too, and nobody would tell the outcome.
        if self._holding or now - self._last < ONE_STOP_SECONDS:
            return
        if is_unheard(frame):
            self._reminder.soon()
            return
        self._last = now
        self._reminder.forget()
        raise KeyboardInterrupt

    def hold(self) -> None:
        """Do no more than note stops from now on."""
        self._holding = True

    def unheard(self) -> None:
        """Ask for the stop once more, since what was raised got lost."""
        self._last = -ONE_STOP_SECONDS
        self._reminder.soon()

    def end(self) -> None:
        """Ask for nothing from now on."""
        self._reminder.end()

    def _ask_again(self) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, self.numbers[0])


@contextlib.contextmanager
def heeding(stop: StopHandler) -> Iterator[None]:
    """Let signals ask for a stop for a while, in the main thread.

    Whatever thread the kernel gives them to, they end what the main thread waits for; and what Python swallows of
    them, in a destructor say, is raised again.

    Args:
        stop: Handles its signals. Who takes one over meanwhile keeps it.
    """
    with raised_again(stop.unheard):
        before = {number: signal.signal(number, stop) for number in stop.numbers}
        try:
            with reaching_the_main_thread():
                yield
        finally:
            try:
                stop.end()  # asked for later, it would meet the handlers of whoever comes next
            finally:
                for number, handler in before.items():
                    if signal.getsignal(number) is stop:
                        signal.signal(number, handler)
