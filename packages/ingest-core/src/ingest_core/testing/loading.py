"""Loads a stream as a run does, and keeps every message; a foreign exception becomes a failed check."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from ingest_core.errors import IngestError
from ingest_core.messages import advance
from ingest_core.plugin import Batch, Checkpoint, Cursor, Source, Split, Stream
from ingest_core.testing.errors import ConformanceError

if TYPE_CHECKING:
    import pyarrow as pa

Message = Batch | Checkpoint
Row = str
"""A row as text, so that rows of any type can be counted."""


@dataclass(frozen=True)
class Load:
    """What a load brought.

    Args:
        stream: The stream.
        splits: Its splits.
        messages: The messages of each split.
        since: Where the load began.
    """

    stream: Stream
    splits: Sequence[Split]
    messages: Sequence[Sequence[Message]]
    since: Cursor

    @property
    def in_order(self) -> Sequence[Message]:
        """All messages, split by split."""
        return [message for split in self.messages for message in split]

    @property
    def rows(self) -> Counter[Row]:
        """How often each row came."""
        return rows_of(self.in_order)

    @property
    def cursor(self) -> dict[str, Any]:
        """The position that the load ended at."""
        return moved(self.since, self.in_order)


def load(source: Source, since: Cursor | None = None) -> Load:
    """Load all that lies beyond a position, as a run does: described, divided, read split by split.

    Raises:
        ConformanceError: The source raises what is none of ours.
        IngestError: The source refuses.
    """
    begin = dict(since or {})
    stream = described(source)
    with translated("splits"):
        splits = list(source.splits(stream, begin))
    return Load(stream, splits, [read(source, split) for split in splits], begin)


def described(source: Source) -> Stream:
    """Give the one stream of a source.

    Raises:
        ConformanceError: It describes none, or several, or raises what is none of ours.
    """
    with translated("streams"):
        found = list(source.streams())
    if len(found) != 1:
        raise ConformanceError(
            f"streams: {len(found)} streams for one wanted object", "describe each wanted object once, and no other"
        )
    return found[0]


def read(source: Source, split: Split) -> list[Message]:
    """Read a split whole.

    Raises:
        ConformanceError: The source raises what is none of ours.
        IngestError: The source refuses.
    """
    with translated("read"):
        return list(source.read(split))


@contextlib.contextmanager
def translated(method: str) -> Iterator[None]:
    """Tell an exception of another library as the fault of the source that let it out."""
    try:
        yield
    except (IngestError, ConformanceError):
        raise
    except Exception as error:
        raise ConformanceError(
            f"{method}: raised {type(error).__name__}: {error}",
            "translate it: JobError where a person must mend something, TransientError where trying again helps",
        ) from error


def rows_of(messages: Sequence[Message], columns: Sequence[str] | None = None) -> Counter[Row]:
    """Count the rows of messages.

    Args:
        messages: Batches count, checkpoints do not.
        columns: The columns to look at; all of them where none are named.
    """
    counted: Counter[Row] = Counter()
    for message in messages:
        if isinstance(message, Batch):
            batch = message.record_batch
            counted += rows_in(batch.select(columns) if columns else batch)
    return counted


def rows_in(given: pa.Table | pa.RecordBatch) -> Counter[Row]:
    """Count the rows of a table or batch; the order of its columns is no part of a row."""
    return Counter(repr(sorted(row.items())) for row in given.to_pylist())


def moved(since: Cursor, messages: Sequence[Message]) -> dict[str, Any]:
    """Move a position on by the checkpoints among some messages."""
    cursors: list[Cursor] = [message.cursor for message in messages if isinstance(message, Checkpoint)]
    return reduce(advance, cursors, dict(since))


def same_rows(got: Counter[Row], wanted: Counter[Row], what: str, mend: str) -> None:
    """Compare rows by how often each comes.

    Args:
        got: The rows that came.
        wanted: Those that should have.
        what: What brought them.
        mend: What the author can do about it.

    Raises:
        ConformanceError: Some are missing, or came too often; the first of each is shown.
    """
    missing, extra = wanted - got, got - wanted
    told = [
        f"{count.total()} rows {how}, for example {next(iter(count))}"
        for count, how in ((missing, "are missing"), (extra, "are too many"))
        if count
    ]
    if told:
        raise ConformanceError(f"{what}: {'; '.join(told)}", mend)


Put = Callable[["pa.Table"], None]
Give = Callable[[int, int], "pa.Table"]
"""See the methods of :class:`ingest_core.testing.System`."""

PIECES = (5, 7, 4)
"""How many rows the checks put into a system, piece by piece."""


def filled(
    put: Callable[[pa.Table], None], rows: Callable[[int, int], pa.Table], pieces: Sequence[int]
) -> Counter[Row]:
    """Put pieces of rows into a system.

    Args:
        put: Puts them in.
        rows: Gives them, by the number of the first and how many.
        pieces: How many each has.

    Returns:
        All of them, counted.
    """
    wanted: Counter[Row] = Counter()
    for piece, count in enumerate(pieces):
        given = rows(1000 * piece, count)
        put(given)
        wanted += rows_in(given)
    return wanted
