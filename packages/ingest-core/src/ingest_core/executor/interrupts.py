"""Lets whatever an orchestrator stops a run by be what stops any run: an interrupt, after which the report is told."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

_STOPS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt while it is entered, and once it is told to hold, notes them.

    Orchestrators raise exceptions of their own, which a run knows nothing of: they would end a commit that is on its
    way, and no report would tell what was committed. Does nothing off the main thread, where no signals come.

    Attributes:
        heard: Whether a stop was asked for.
        noted: Whether one was while stops were held.
    """

    def __init__(self) -> None:
        self.heard = False
        self.noted = False
        self._holding = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._stop) for number in _STOPS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def hold(self, *_: object) -> None:
        """Do no more than note stops from now on: what was done is to be told."""
        self._holding = True

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.heard = True
        if not self._holding:
            raise KeyboardInterrupt
        self.noted = True
