"""What the source's system holds: a file of rows, in the order in which a scan gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("at", pa.int64()),
        ("value", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("gone", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Row:
    """One row of the system.

    Args:
        id: Its key, where the system has keys.
        at: The cursor: when it was written, as a whole number. Ties are allowed.
        value: What it says.
        tags: Something nested.
        gone: Whether it says that the row of this key was deleted.
    """

    id: int
    at: int
    value: str
    tags: tuple[str, ...] = ()
    gone: bool = False

    def digest(self) -> str:
        """Tell it from every other row of the same cursor."""
        return json.dumps(list(asdict(self).values()), separators=(",", ":"))


class World:
    """A file of rows.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self) -> list[Row]:
        """Read every row."""
        found = json.loads(self.path.read_text(encoding="utf-8"))
        return [Row(**{**row, "tags": tuple(row["tags"])}) for row in found]

    def write(self, rows: Iterable[Row]) -> None:
        """Replace every row, at once."""
        fresh = self.path.with_suffix(".new")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
        fresh.replace(self.path)


def batch_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """Give rows as Arrow."""
    return pa.RecordBatch.from_pylist([asdict(row) for row in rows], schema=SCHEMA)
