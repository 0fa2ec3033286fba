"""Holds a stop back while a commit is on its way, so that the report can say what became of it."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from ingest_core.errors import TransientError
from ingest_core.stop_signals import STOPS

GRACE_SECONDS = 5.0
"""How long a commit may go on after a stop: half of the ten seconds that container engines give."""


class Stops:
    """Entered for each object; from :meth:`hold` until :meth:`release`, or until it is left, a stop waits.

    The end of the grace ends the commit where it stands; a second stop does not, since then nobody could say what
    became of it. Does nothing off the main thread, where Python delivers no signals, and nothing to a signal whose
    meaning is the system's own.

    Attributes:
        committing: Whether stops are held back.
        asked: A stop was held back.
        cut: A commit was ended by a stop; it may have landed.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._timer: threading.Timer | None = None
        self.committing = False
        self._over = False
        self.asked = False
        self.cut = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut = self.committing and kind is KeyboardInterrupt
        self.release()

    def hold(self) -> None:
        """Begin to hold stops back: a commit is on its way."""
        self.committing = True
        # Of a second commit, what stands there already is our own.
        if threading.current_thread() is threading.main_thread() and not self._before:
            self._before = {number: signal.getsignal(number) for number in STOPS if _is_heard(number)}
            for number in self._before:
                signal.signal(number, self._hold_back)

    def go_on(self) -> None:
        """Go on to the next commit or object, unless a stop was held back.

        Raises:
            KeyboardInterrupt: One was.
        """
        if self.asked:
            raise KeyboardInterrupt

    def pass_on(self) -> None:
        """Let stops through again, and the one that was held back, if any: see :meth:`release`, :meth:`go_on`."""
        self.release()
        self.go_on()

    def _hold_back(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._over:
            raise KeyboardInterrupt
        if not self.asked:
            self.asked = True
            self._timer = threading.Timer(GRACE_SECONDS, self._end_grace, (number,))
            self._timer.daemon = True
            self._timer.start()

    def _end_grace(self, number: int) -> None:
        """Send the signal once more, since only a signal ends a wait for an answer."""
        self._over = True
        signal.pthread_kill(threading.main_thread().ident or 0, number)

    def release(self) -> None:
        """Let stops through again: nothing is on its way any more. Who took a signal over meanwhile keeps it."""
        if self._timer:
            self._timer.cancel()
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._hold_back:
                signal.signal(number, handler)
        self._before = {}
        self.committing = False

    def error(self) -> TransientError:
        """Tell that the run was stopped."""
        what = "the run was stopped"
        if self.cut:
            what += " while a commit was on its way: it may have landed"
        return TransientError(what, "run again; it goes on from what is in the tables")


def _is_heard(number: signal.Signals) -> bool:
    return callable(signal.getsignal(number))
