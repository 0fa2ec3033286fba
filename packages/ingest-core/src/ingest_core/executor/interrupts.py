"""Lets whatever an orchestrator stops a run by be what stops any run: an interrupt, after which the report is told."""

from __future__ import annotations

import contextlib
import signal
import threading
from types import TracebackType
from typing import Self

from ingest_core.stop_signals import StopHandler, heeding


class Interrupts:
    """Turns SIGINT and SIGTERM into KeyboardInterrupt while it is entered, and once it is told to hold, notes them.

    Orchestrators raise exceptions of their own, which a run knows nothing of: they would end a commit that is on its
    way, and no report would tell what was committed. Does nothing off the main thread, where no signals come.
    """

    def __init__(self) -> None:
        self._stop = StopHandler((signal.SIGINT, signal.SIGTERM))
        self._end = contextlib.ExitStack()

    @property
    def heard(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.heard

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._end.enter_context(heeding(self._stop))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.close()

    def hold(self, *_: object) -> None:
        """Do no more than note stops from now on: what was done is to be told."""
        self._stop.hold()
