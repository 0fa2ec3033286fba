"""The table that a person reads at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from ingest_cli.progress_view import STYLES, duration

if TYPE_CHECKING:
    from ingest_core import Report

HEADS = ("object", "table", "status", "rows", "files", "size", "time")
GIVEN_UP = ("size", "files", "time", "table")
"""Which columns go, one after the other, where the terminal is too narrow."""


def print_closing_table(report: Report, console: Console) -> None:
    """Print what became of every object, then how the run ended, then each error with its mend.

    Errors are written as they are and never broken into lines here: a secret must reach redaction in one piece.
    """
    if report.objects:
        console.print(_table(report, console.width))
    for each in report.objects:
        if each.error:
            _print(console, f"{each.name}: {each.error}", STYLES[each.status])
    if report.error:
        _print(console, report.error, "red")
    outcome = report.outcome.name.lower()
    style = {"success": "green", "partial": "yellow"}.get(outcome, "red")
    _print(console, f"{outcome} in {duration(report.seconds)}, run {report.run_id}", style)


def _table(report: Report, width: int) -> Table:
    rows = [
        (
            each.name,
            each.table,
            each.status,
            f"{each.rows:,}",
            f"{each.files:,}",
            decimal(each.size),
            duration(each.seconds),
        )
        for each in report.objects
    ]
    kept = _kept([HEADS, *rows], width)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for head in kept:
        numeric = head in ("rows", "files", "size", "time")
        table.add_column(head, no_wrap=True, overflow="ellipsis", justify="right" if numeric else "left")
    for row in rows:
        cells = dict(zip(HEADS, row, strict=True))
        table.add_row(
            *(Text(cells[head], STYLES.get(cells["status"], "") if head == "status" else "") for head in kept)
        )
    return table


def _kept(rows: list[tuple[str, ...]], width: int) -> list[str]:
    widest = {head: max(cell_len(row[place]) for row in rows) + 2 for place, head in enumerate(HEADS)}
    kept = list(HEADS)
    for head in GIVEN_UP:
        if sum(widest[each] for each in kept) <= width:
            break
        kept.remove(head)
    return kept


def _print(console: Console, text: str, style: str) -> None:
    console.print(Text(text, style=style), soft_wrap=True)
