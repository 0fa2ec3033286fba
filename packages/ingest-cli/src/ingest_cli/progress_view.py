"""Draws how far a run is, in as many columns as the terminal has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.filesize import decimal
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ingest_cli.progress import ObjectProgress, RunProgress

BAR_WIDTH = 12
LEAST_NAME = 8
GIVEN_UP = ("rate", "bar", "size", "parts", "left", "rows")
"""Which columns go, one after the other, where the terminal is too narrow."""

STYLES = {"committed": "green", "unchanged": "dim", "partial": "yellow", "failed": "red", "waiting": "dim"}

Cells = dict[str, str]


class ProgressView:
    """A line for each object.

    Args:
        progress: What is drawn; looked at anew for each picture.
    """

    def __init__(self, progress: RunProgress) -> None:
        self._progress = progress

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = self._progress.now()
        shown, more = _window(self._progress.objects, max(1, options.size.height - 2))
        rows = [_cells(each, now) for each in shown]
        columns = _columns(rows, options.max_width)
        table = Table.grid(padding=(0, 1, 0, 0))
        for name in columns:
            table.add_column(no_wrap=True, overflow="ellipsis", justify="left" if name in ("name", "bar") else "right")
        for each, cells in zip(shown, rows, strict=True):
            table.add_row(*(_drawn(each, cells, name) for name in columns))
        yield table
        if more:
            yield Text(f"and {more} more", style="dim", no_wrap=True)


def duration(seconds: float) -> str:
    """Write seconds as ``0:12`` or ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _window(objects: Sequence[ObjectProgress], height: int) -> tuple[Sequence[ObjectProgress], int]:
    """Choose the objects that a terminal has room for: those that go on, the last before them, the next behind."""
    if len(objects) <= height:
        return objects, 0
    now = next((place for place, each in enumerate(objects) if each.is_running or each.status == "waiting"), 0)
    first = min(max(0, now - height // 2), len(objects) - height)
    return objects[first : first + height], len(objects) - height


def _columns(rows: Sequence[Cells], width: int) -> list[str]:
    """Choose the columns that fit; the name's is cut where even those that stay are too wide."""
    kept = list(rows[0]) if rows else []
    for name in GIVEN_UP:
        widest = {each: max(_width(row, each) for row in rows) for each in kept}
        if sum(widest.values()) - max(0, widest["name"] - LEAST_NAME) + len(kept) <= width:
            break
        kept.remove(name)
    return kept


def _width(row: Cells, name: str) -> int:
    return BAR_WIDTH if name == "bar" else cell_len(row[name])


def _cells(each: ObjectProgress, now: float) -> Cells:
    """Write what is known of an object, column by column."""
    return {"name": each.name, "bar": each.status, **dict(_running(each, now) if each.is_running else _settled(each))}


def _running(each: ObjectProgress, now: float) -> Iterator[tuple[str, str]]:
    rate, left = each.rows_per_second(now), each.seconds_left(now)
    yield "rows", f"{each.rows:,} rows" if each.splits else ""
    yield "size", _size(each)
    yield "rate", f"{rate:,.0f} rows/s" if rate else ""
    yield "parts", f"{each.splits_done}/{each.splits} parts" if each.splits else ""
    yield "left", each.status if each.status == "committing" else f"{duration(left)} left" if left is not None else ""


def _size(each: ObjectProgress) -> str:
    """Tell the bytes of the source where they are known, else those of the rows."""
    if each.source_size:
        return (
            f"{decimal(each.source_read)} of {decimal(each.source_size)}"
            if each.rows_done
            else decimal(each.source_size)
        )
    return decimal(each.size) if each.size else ""


def _settled(each: ObjectProgress) -> Iterator[tuple[str, str]]:
    yield "rows", f"{each.rows:,} rows" if each.rows else ""
    yield "size", decimal(each.size) if each.size else ""
    yield "rate", ""
    yield "parts", f"{each.files} file{'s' * (each.files > 1)}" if each.files else ""
    yield "left", duration(each.seconds) if each.seconds is not None else ""


def _drawn(each: ObjectProgress, cells: Cells, name: str) -> Text | ProgressBar:
    if name != "bar" or not each.is_running:
        return Text(cells[name], style=STYLES.get(each.status, "") if name == "bar" else "")
    fraction = each.fraction
    return ProgressBar(total=None if fraction is None else 1, completed=fraction or 0, width=BAR_WIDTH)
