"""The values that travel forward from a source to a commit. They carry data and know nothing of who handles them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Cursor = Mapping[str, Any]
"""A position in a source, as a JSON object that only the source understands."""


@dataclass(frozen=True)
class Stream:
    """One object of a source and the columns in which its rows come.

    Args:
        name: The object's name in the job.
        schema: Names and types of the columns that ``read`` yields.
        key: The columns that tell its rows apart, where the system knows.
        cursor: The column by which its rows follow one another, where there is one.
        deleted: The column that marks a row as deleted: true, or any value where it is not boolean.
        resumable: Whether each checkpoint, on its own, is a position to go on from. Then a long load may commit what it
            has read so far. False where only the checkpoints of all splits together are one.
        windowed: Whether ``splits`` keeps to a window of time, and the checkpoints to what was read of it: later runs
            then read what lies outside, and read nothing of the window again.
        whole: Whether a load brings rows again that came before, since nobody can tell which are new. Then they are for
            write modes alone that compare rows, or replace them.
        secret: The columns whose values are shown nowhere but in the table.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...] = ()
    cursor: str | None = None
    deleted: str | None = None
    resumable: bool = False
    windowed: bool = False
    whole: bool = False
    secret: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """A part of a stream that can be read on its own: the unit of parallelism and of retry.

    Args:
        stream: The stream it is a part of.
        position: Where in the source, as a small JSON object that only the source understands.
        size: Bytes of the source that it covers, for telling how far a run is; 0 where nobody knows.
    """

    stream: Stream
    position: Mapping[str, Any]
    size: int = 0


@dataclass(frozen=True)
class Batch:
    """Rows of one stream.

    Args:
        stream: The stream's name.
        record_batch: The rows, in the stream's schema.
        origin: The file or object they came from, for the column ``_ingest_source``.
    """

    stream: str
    record_batch: pa.RecordBatch
    origin: str


@dataclass(frozen=True)
class Checkpoint:
    """All rows before it, on its stream and split, belong to its cursor.

    Args:
        stream: The stream's name.
        cursor: What the position gains by those rows; see :func:`advance`.
    """

    stream: str
    cursor: Cursor


@dataclass(frozen=True)
class DataFile:
    """A closed file that no commit names yet.

    Args:
        path: Its full address.
        rows: Rows in it.
        size: Bytes in it.
        entry: What the catalog adapter needs to commit it; nobody else looks inside.
        opened: When it was opened, by the wall clock, in UTC: one that is too old is not committed, since it may have
            been removed as left over. ``None`` for rows that are no file yet.
    """

    path: str
    rows: int
    size: int
    entry: Any
    opened: datetime | None = None


@dataclass(frozen=True)
class SplitResult:
    """What one flushed checkpoint left behind.

    Args:
        files: The closed files.
        rows: Rows read from the source since the checkpoint before.
        cursor: The checkpoint's cursor.
    """

    files: tuple[DataFile, ...]
    rows: int
    cursor: Cursor


def advance(cursor: Cursor, gained: Cursor) -> dict[str, Any]:
    """Move a cursor on by what a checkpoint gained.

    Objects are merged key by key, any other value replaces the former. So checkpoints of splits that were read side by
    side add up to the same cursor in whichever order they come, as long as each split writes keys of its own.
    """
    merged = dict(cursor)
    for key, value in gained.items():
        before = merged.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = advance(before, value) if both else value  # type: ignore[arg-type]  # `both` says it
    return merged
