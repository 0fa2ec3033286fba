"""Lets Dagster's stop of a run be what stops any run of `ingest`: an interrupt, after which the report is told."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def as_interrupts() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into KeyboardInterrupt for a while.

    Within a step Dagster raises an exception of its own, which a run knows nothing of: it would end a commit that is on
    its way, and no report would tell what was committed. Does nothing off the main thread, where no signals come.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
