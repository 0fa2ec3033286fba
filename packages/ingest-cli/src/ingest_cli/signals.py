"""Ends a run on SIGTERM as on Ctrl-C: where it stands, with nothing half done."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

from ingest_cli.printing import print_report
from ingest_cli.wakeup import reaching_the_main_thread

if TYPE_CHECKING:
    from ingest_core import Report


@contextlib.contextmanager
def stopping() -> Iterator[Callable[[Report], None]]:
    """Turn SIGTERM into KeyboardInterrupt while a run goes on.

    Yields:
        Prints the run's report. A stop behind it is ignored for good: the exit code is the report's, and all that is
        left is to end.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    def tell(report: Report) -> None:
        print_report(report)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with reaching_the_main_thread():
            yield tell
    finally:
        if signal.getsignal(signal.SIGTERM) is stop:
            signal.signal(signal.SIGTERM, before)
