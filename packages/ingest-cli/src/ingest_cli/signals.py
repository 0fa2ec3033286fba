"""Ends a run on SIGTERM as on Ctrl-C: where it stands, with nothing half done."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from ingest_cli.printing import print_report
from ingest_cli.wakeup import reaching_the_main_thread

if TYPE_CHECKING:
    from ingest_core import Report

ONE_STOP_SECONDS = 0.5
"""Signals that come so soon after one another are one stop: a terminal and an engine send several."""

Handler = Callable[[int, FrameType | None], Any] | int


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
    last = -ONE_STOP_SECONDS

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last
        del number, frame
        now = time.monotonic()
        # What ends the run is on its way; raised once more, it could end that, too, and nobody would tell the outcome.
        if now - last >= ONE_STOP_SECONDS:
            last = now
            raise KeyboardInterrupt

    def tell(report: Report) -> None:
        print_it(report)
        for number in heard:
            signal.signal(number, afterwards)

    heard = _heard()
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        with reaching_the_main_thread():
            yield tell
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
