"""What a table must hold: worked out of the source's rows alone, row by row, as plainly as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dialled import Row

if TYPE_CHECKING:
    from proof.support.home import Home

Rows = Counter[tuple[Any, ...]]
"""A multiset of rows: id, at, value, tags, gone; of a history also from when and until when."""

COLUMNS = ("id", "at", "value", "tags", "gone")
VALIDITY = ("_ingest_valid_from", "_ingest_valid_to")


def expected(write: str, rows: Sequence[Row]) -> Rows:
    """Work out the rows of a table.

    Args:
        write: How they are written.
        rows: All that the source ever gave, in its order; for ``replace`` what it gives now.
    """
    if write in ("append", "replace"):
        return Counter(map(_plain, rows))
    if write == "merge":
        return Counter(_plain(row) for row in _last(rows, lambda row: (row.id,)) if not row.gone)
    return Counter(_versions(_last(rows, lambda row: (row.id, row.at))))


def landed(home: Home, name: str = "orders") -> Rows | None:
    """Read the rows of a table; ``None`` without a table."""
    table = home.target.table(home.path, home.namespace, name)
    if table is None:
        return None
    columns = COLUMNS + (VALIDITY if home.write == "history" else ())
    found = table.scan().to_arrow()
    if found.num_rows == 0:
        return Counter()
    return Counter(tuple(_hashable(row[column]) for column in columns) for row in found.to_pylist())


def _last(rows: Iterable[Row], group: Any) -> list[Row]:  # noqa: ANN401  # a function of a row
    kept: dict[Any, Row] = {}
    for row in rows:
        before = kept.get(group(row))
        if before is None or row.at >= before.at:
            kept[group(row)] = row
    return list(kept.values())


def _versions(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    found = []
    for key in {row.id for row in rows}:
        line = sorted((row for row in rows if row.id == key), key=lambda row: row.at)
        ends = [*(row.at for row in line[1:]), None]
        for row, end in zip(line, ends, strict=True):
            until = row.at if row.gone else end
            found.append((*_plain(row), row.at, until))
    return found


def _plain(row: Row) -> tuple[Any, ...]:
    return (row.id, row.at, row.value, row.tags, row.gone)


def _hashable(value: Any) -> Any:  # noqa: ANN401  # a value of any column
    return tuple(value) if isinstance(value, list) else value
