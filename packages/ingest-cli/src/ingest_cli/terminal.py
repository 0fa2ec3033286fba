"""Shows a person at a terminal how a run goes on; to a pipe and to a terminal that can do nothing it shows nothing."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO, cast

from ingest_cli.above import Above
from ingest_cli.lasting import Lasting
from ingest_cli.printing import print_report
from ingest_cli.progress import RunProgress

if TYPE_CHECKING:
    from ingest_core import Report, RunEvent
    from rich.console import Console

PICTURES_PER_SECOND = 8
SHOWN_ANYHOW = {"job_started", "object_started", "committed", "object_finished", "job_finished"}
"""Events of which the progress says the same."""


@dataclass(frozen=True)
class Shown:
    """What shows a run.

    Args:
        observe: Takes its events; ``None`` where nobody watches.
        tell: Tells its report.
    """

    observe: Callable[[RunEvent], None] | None
    tell: Callable[[Report], None]


@contextlib.contextmanager
def shown(names: Sequence[str], log_format: str) -> Iterator[Shown]:
    """Show a run for as long as it goes on: live, above it what else is written, and a table at its end.

    Without a terminal, or with a log of JSON lines, nothing but log and report is written.

    Args:
        names: The run's objects.
        log_format: ``json`` or ``console``.
    """
    if log_format != "console" or not _is_terminal(sys.stderr):
        yield Shown(None, print_report)
        return
    console = _console(Lasting(sys.stderr))
    progress = RunProgress(names)
    with contextlib.ExitStack() as live:
        if not console.is_dumb_terminal:
            live.enter_context(_live(console, progress))
            live.enter_context(_quiet())

        def tell(report: Report) -> None:
            progress.settle(report)
            live.close()
            _tell(report, console)

        yield Shown(progress.observe, tell)


def _tell(report: Report, console: Console) -> None:
    """Tell a person the report; a program that reads stdout gets it as JSON as well."""
    from ingest_cli.closing_table import print_closing_table  # noqa: PLC0415  # heavy; a pipe does without

    print_closing_table(report, console)
    if not _is_terminal(sys.stdout):
        print_report(report)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _console(stream: Lasting) -> Console:
    from rich.console import Console  # noqa: PLC0415  # as above

    width, height = _size()
    # Said, since rich would let variables of the environment overrule what the stream is.
    return Console(
        file=cast("IO[str]", stream),
        force_terminal=True,
        width=width,
        height=height,
        highlight=False,
        emoji=False,
        markup=False,
    )


def _size() -> tuple[int | None, int | None]:
    """Ask the terminal itself for its size where rich cannot: redaction puts pipes in the place of our descriptors.

    Returns:
        Columns and lines; nothing where stdin is the terminal, so that rich asks it anew for each picture.
    """
    if os.isatty(0):
        return None, None
    with contextlib.suppress(OSError), Path("/dev/tty").open("rb") as terminal:
        size = os.get_terminal_size(terminal.fileno())
        return size.columns or None, size.lines or None
    return None, None


@contextlib.contextmanager
def _live(console: Console, progress: RunProgress) -> Iterator[None]:
    """Draw the progress over and over, and put whatever is printed meanwhile above it."""
    from rich.live import Live  # noqa: PLC0415  # as above

    from ingest_cli.progress_view import ProgressView  # noqa: PLC0415  # as above

    live = Live(
        ProgressView(progress),
        console=console,
        transient=True,
        refresh_per_second=PICTURES_PER_SECOND,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with live, _above(console):
        console.show_cursor(show=True)  # whoever kills the process is left with a cursor
        yield


@contextlib.contextmanager
def _above(console: Console) -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stderr = Above(console)
    if _is_terminal(sys.stdout):
        sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Leave out of the log what the progress shows; a job that asks for ``debug`` gets everything."""
    log = logging.getLogger("ingest")
    if log.level != logging.INFO:
        yield
        return
    log.addFilter(_is_news)
    try:
        yield
    finally:
        log.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not (isinstance(record.msg, dict) and record.msg.get("event") in SHOWN_ANYHOW)
