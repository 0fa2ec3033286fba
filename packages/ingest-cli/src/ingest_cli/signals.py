"""Ends a run on SIGTERM, or as its terminal is closed, as on Ctrl-C: where it stands, with nothing half done."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from ingest_cli.printing import print_report

if TYPE_CHECKING:
    from ingest_core import Report

Handler = Callable[[int, FrameType | None], Any] | int


@contextlib.contextmanager
def stopping(afterwards: Handler = signal.SIG_IGN) -> Iterator[Callable[[], None]]:
    """Turn what asks for a stop into KeyboardInterrupt while a run goes on.

    Args:
        afterwards: What a stop does once the outcome is told. By default nothing: the exit code is settled, and all
            that is left is to end.

    Yields:
        Is to be called when it is told.
    """
    from ingest_core.plugin import StopHandler, heeding  # noqa: PLC0415  # heavy; --help does without

    heard = _heard()

    def told() -> None:
        for number in heard:
            signal.signal(number, afterwards)

    with heeding(StopHandler(heard)):
        yield told


def printing(told: Callable[[], None], print_it: Callable[[Report], None] = print_report) -> Callable[[Report], None]:
    """Give what prints a run's report, and says then that it is told.

    Args:
        told: See :func:`stopping`.
        print_it: Prints the report.
    """

    def tell(report: Report) -> None:
        print_it(report)
        told()

    return tell


def only_note(note: Callable[[int, FrameType | None], None]) -> None:
    """Let a stop do no more than be noted, but where something is :func:`stopping`. What comes last is to end."""
    for number in _heard():
        signal.signal(number, note)


def _heard() -> list[signal.Signals]:
    """List the signals that ask for a stop. What starts a command in the background may have it ignore some."""
    from ingest_core.plugin import STOPS  # noqa: PLC0415  # as above

    return [number for number in STOPS if signal.getsignal(number) is not signal.SIG_IGN]
