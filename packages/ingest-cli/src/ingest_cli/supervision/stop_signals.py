"""Counts what asks the supervisor to stop."""

from __future__ import annotations

import contextlib
import signal
import time
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Self

from ingest_core.plugin import ONE_STOP_SECONDS, STOPS


class StopSignals:
    """Heeds signals for as long as it is entered, in the main thread. What is ignored, as by ``nohup``, stays so."""

    def __init__(self) -> None:
        self.count = 0
        """How often a stop was asked for. Signals that come at once are one."""
        self._last = -ONE_STOP_SECONDS
        # An event has a lock: a handler that sets it while its own thread begins to wait would wait for that for ever.
        self._asked: SimpleQueue[None] = SimpleQueue()

    def __enter__(self) -> Self:
        heeded = [number for number in STOPS if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._note) for number in heeded}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> None:
        """Wait, no longer than until the next signal."""
        with contextlib.suppress(Empty):
            self._asked.get(timeout=seconds)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        now = time.monotonic()
        if now - self._last >= ONE_STOP_SECONDS:
            self._last = now
            self.count += 1
            self._asked.put(None)
