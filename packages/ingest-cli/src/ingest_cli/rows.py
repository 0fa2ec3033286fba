"""Writes rows for a person, as a table, and for a program, as JSON lines."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_CHARACTERS = 60
"""Of one value, for a person; more would leave no room for its neighbours."""
WIDTH = 100_000
"""Lines are never cut, however narrow the terminal: `less -S` shows wide ones."""

Row = Mapping[str, Any]


def table(columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """Draw rows as a table.

    Args:
        columns: The types by the columns' names.
        rows: The values by the columns' names.
    """
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, kind in columns.items():
        drawn.add_column(Text(f"{_shown(name)}\n{kind}"), no_wrap=True, overflow="ellipsis")
    for row in rows:
        drawn.add_row(*(Text(_cell(row[name])) for name in columns))
    written = io.StringIO()
    Console(file=written, width=WIDTH, color_system=None).print(drawn)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    return "\n".join(line for line in lines if line)


def json_lines(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """Write rows as JSON, a line each.

    Args:
        name: The object's name, which each line says.
        rows: The values by the columns' names.
    """
    return (json.dumps({"object": name, "row": _plain(row)}, allow_nan=False, default=str) for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else json.dumps(_plain(value), default=str).strip('"')
    shown = _shown(text)
    return shown if len(shown) <= MOST_CHARACTERS else f"{shown[: MOST_CHARACTERS - 1]}…"


def _shown(text: str) -> str:
    """Show signs that a terminal would obey, or that break a line, as Python writes them."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _plain(value: Any) -> Any:  # noqa: ANN401  # a row holds anything
    """Give a value as JSON has it: bytes in base64, times in ISO 8601, and as text what is no number there."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
