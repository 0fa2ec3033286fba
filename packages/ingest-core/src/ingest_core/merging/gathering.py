"""Gathers the rows of a run until they are merged: on disk, where memory does not hold them."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.errors import JobError
from ingest_core.merging.columns import Columns, listed
from ingest_core.merging.rule import Rule
from ingest_core.merging.store import open_store
from ingest_core.messages import DataFile

SPLIT_ROWS = 1 << 40
"""More rows than a split has: a row's number is its split's times this, plus its place in the split."""

TWO_THREADS = 128_000_000
"""Bytes with which two threads get by: what DuckDB cannot do without on disk, each of its threads has for itself."""

RESTING = 16_000_000
"""Bytes that a gathering may take while nothing is done with it."""


@dataclass
class Gathering:
    """Rows on their way to a merge.

    Args:
        store: The database that holds them.
        columns: The table's columns.
        rule: How they will be merged.
        memory: Bytes that it may take.
    """

    store: duckdb.DuckDBPyConnection
    columns: Columns
    rule: Rule
    memory: int
    _parts: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def writer(self, split: int) -> GatheringWriter:
        """Open a writer for one split.

        Args:
            split: Its place among the splits: of two rows that are otherwise equal in order, that of the later split is
                the last.
        """
        return GatheringWriter(self, split * SPLIT_ROWS)

    def next_part(self) -> int:
        """Number what lies between two checkpoints."""
        with self._lock:
            return next(self._parts)

    def drop(self, parts: Sequence[int]) -> None:
        """Let go of rows that were merged and committed."""
        self.store.execute(f"DELETE FROM incoming WHERE part IN ({_numbers(parts)})")  # noqa: S608  # numbers alone

    def rest(self) -> None:
        """Let go of memory until it is needed again; the rows are on disk."""
        self.store.execute("CHECKPOINT")
        with contextlib.suppress(duckdb.OutOfMemoryException):  # what cannot be let go of stays
            self.store.execute(f"SET memory_limit = '{min(RESTING, self.memory)}B'")

    def wake(self) -> None:
        """Take up memory again."""
        self.store.execute(f"SET memory_limit = '{self.memory}B'")


class GatheringWriter:
    """Puts batches into the store. A part of it is what one checkpoint covers."""

    def __init__(self, gathering: Gathering, first: int) -> None:
        self._gathering = gathering
        self._cursor = gathering.store.cursor()
        self._part = gathering.next_part()
        self._number = first
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows in the table's schema.

        Raises:
            JobError: A row has no key.
        """
        _refuse_nulls(batch, self._gathering.rule.required)
        stored = self._gathering.columns.stored_rows(batch)
        numbers = pa.arange(self._number, self._number + batch.num_rows)
        parts = pa.repeat(pa.scalar(self._part, pa.int64()), batch.num_rows)
        whole = pa.record_batch([numbers, parts, *stored.columns], names=["seq", "part", *stored.schema.names])
        self._cursor.register("batch", whole)
        self._cursor.execute("INSERT INTO incoming SELECT * FROM batch")
        self._cursor.unregister("batch")
        self._number += batch.num_rows
        self._rows += batch.num_rows

    def flush(self) -> tuple[DataFile, ...]:
        """Close the part, and hand it on in the place of data files. The writer can go on."""
        part = DataFile(path="", rows=self._rows, size=0, entry=self._part)
        self._part, self._rows = self._gathering.next_part(), 0
        return (part,)

    def abandon(self) -> None:
        """Let go; the rows go with the store."""
        self._cursor.close()


@contextlib.contextmanager
def gather(folder: Path, schema: pa.Schema, rule: Rule, memory: int) -> Iterator[Gathering]:
    """Open a gathering, and take it away in the end.

    Args:
        folder: Where it may write.
        schema: The table's columns.
        rule: How the rows will be merged.
        memory: Bytes that it may take before it writes to disk.
    """
    with open_store(folder, memory, threads=2 if memory >= TWO_THREADS else 1) as store:
        columns = Columns(schema)
        store.register("columns", pa.table({field.name: pa.array([], field.type) for field in columns.stored}))
        numbers = "0::BIGINT AS seq, 0::BIGINT AS part"
        store.execute(f"CREATE TABLE incoming AS SELECT {numbers}, {listed(columns.stored.names)} FROM columns")  # noqa: S608  # names of our own
        yield Gathering(store, columns, rule, memory)


def _numbers(values: Sequence[int]) -> str:
    return ", ".join(str(int(value)) for value in values) or "NULL"


def _refuse_nulls(batch: pa.RecordBatch, key: Sequence[str]) -> None:
    for name in key:
        if missing := batch.column(name).null_count:
            row = pc.index(batch.column(name).is_null(), True).as_py()  # the value that is looked for
            raise JobError(
                f"{missing} rows have no value in the column {name!r}, by which they are merged; {_shown(batch, row)}",
                "leave these rows out of the source, or choose a key (and for a history a cursor) that every row has",
                ("source", "objects"),
            )


def _shown(batch: pa.RecordBatch, row: int) -> str:
    """Say which row it is without showing its values: they may be secret."""
    return f"the first is row {row + 1} of a batch of {batch.num_rows}"
