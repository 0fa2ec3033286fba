"""Ends a run on SIGTERM as on Ctrl-C: where it stands, with nothing half done."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

from ingest_cli.printing import print_report
from ingest_cli.swallowed import Reminder, is_unheard, raised_again
from ingest_cli.wakeup import reaching_the_main_thread

if TYPE_CHECKING:
    from ingest_core import Report

ONE_STOP_SECONDS = 0.5
"""Signals that come so soon after one another are one stop: a terminal and an engine send several."""

Handler = Callable[[int, FrameType | None], Any] | int


class _Stop:
    """Ends a run, once, where it stands.

    Args:
        numbers: The signals that ask for it.
    """

    def __init__(self, numbers: Sequence[signal.Signals]) -> None:
        self._numbers = numbers
        self._last = -ONE_STOP_SECONDS
        self.reminder = Reminder(self._ask_again)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        del number
        now = time.monotonic()
        # What ends the run is on its way; raised once more, it could end that, too, and nobody would tell the outcome.
        if now - self._last < ONE_STOP_SECONDS:
            return
        if is_unheard(frame):
            self.reminder.soon()
            return
        self._last = now
        self.reminder.forget()
        raise KeyboardInterrupt

    def unheard(self) -> None:
        """Ask for the stop once more, since what was raised got lost."""
        self._last = -ONE_STOP_SECONDS
        self.reminder.soon()

    def _ask_again(self) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, self._numbers[0])


@contextlib.contextmanager
def stopping(
    print_it: Callable[[Report], None] = print_report, afterwards: Handler = signal.SIG_IGN
) -> Iterator[Callable[[Report], None]]:
    """Turn SIGTERM into KeyboardInterrupt while a run goes on.

    Args:
        print_it: Prints the run's report.
        afterwards: What a stop does once the report is printed. By default nothing: the exit code is the report's, and
            all that is left is to end.

    Yields:
        Prints the run's report.
    """

    def tell(report: Report) -> None:
        print_it(report)
        for number in heard:
            signal.signal(number, afterwards)

    heard = _heard()
    stop = _Stop(heard)
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        with reaching_the_main_thread(), raised_again(stop.unheard):
            yield tell
    finally:
        try:
            stop.reminder.end()  # asked for later, it would meet the handlers of whoever comes next
        finally:
            for number, handler in before.items():
                if signal.getsignal(number) is stop:
                    signal.signal(number, handler)


@contextlib.contextmanager
def noting(note: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let a stop do no more than be noted, for a while."""
    before = {number: signal.signal(number, note) for number in _heard()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heard() -> list[signal.Signals]:
    """List the signals that ask for a stop. What starts a command in the background may have it ignore interrupts."""
    return [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not signal.SIG_IGN]
