"""A source of tables in memory, which keeps every obligation: a part for tests, and a pattern for a connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from ingest_core.plugin import Batch, Checkpoint, Cursor, JobError, Split, Stream, TransientError, Window
from ingest_core.testing.system import System


class MemorySource:
    """Reads a list of tables, each of them a split, in small batches with a checkpoint behind each.

    Args:
        system: Holds the tables.
        window: What alone is to be read; a table is of one moment.
        astray: Whether the settings name what is not there.
        broken: Whether the system fails after the first batch.
        troubled: Whether the system is out of order for a moment, before the first batch of each split.
    """

    resumable: ClassVar[bool] = True

    def __init__(
        self,
        system: MemorySystem,
        window: Window | None = None,
        *,
        astray: bool = False,
        broken: bool = False,
        troubled: bool = False,
    ) -> None:
        self.system = system
        self.window = window
        self.astray = astray
        self.broken = broken
        self.troubled = troubled

    def check(self) -> None:
        """Look the object up."""
        if self.astray:
            raise JobError("there is no such object", "name one that is there")

    def streams(self) -> Sequence[Stream]:
        """Describe the one object."""
        return [Stream("rows", self.schema(), resumable=self.resumable, windowed=True)]

    def schema(self) -> pa.Schema:
        """Give the columns."""
        return self.system.tables[0].schema

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Make a split of each table that has more rows than the position says."""
        if unknown := since.keys() - {"read", "at"}:
            raise JobError(f"the position says {unknown}", "use the release that wrote it")
        begins = [
            (number, self.begin(since, number)) for number in range(len(self.system.tables)) if self.wanted(number)
        ]
        return [self.split(stream, number, begin) for number, begin in begins if begin < self.count(number)]

    def wanted(self, number: int) -> bool:
        """Tell whether a table is of the time that is to be read."""
        return self.window is None or self.window.holds(self.system.time_of(number))

    def count(self, number: int) -> int:
        """Count the rows of a table."""
        return int(self.system.tables[number].num_rows)

    def begin(self, since: Cursor, number: int) -> int:
        """Give how many rows of a table were read; an older release counted all rows together."""
        if "at" in since:
            return max(0, min(int(since["at"]) - sum(map(self.count, range(number))), self.count(number)))
        return int(since.get("read", {}).get(str(number), 0))

    def split(self, stream: Stream, number: int, begin: int) -> Split:
        """Make the split of a table from a row on."""
        return Split(stream, self.position(number, begin), size=1 + self.count(number))

    def position(self, number: int, begin: int) -> Mapping[str, Any]:
        """Say where a split is."""
        return {"table": number, "begin": begin}

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read a split."""
        number, begin = split.position["table"], split.position["begin"]
        if self.troubled and not self.is_patient():
            raise TransientError("the system is out of order", "try again")
        for at in range(begin, self.count(number), self.step(number)):
            if self.broken and at > begin:
                raise self.failure()
            yield self.batch(split, at)
            yield self.checkpoint(split, number, min(at + self.step(number), self.count(number)))

    def is_patient(self) -> bool:
        """Tell whether it is asked again when it is out of order for a moment."""
        return True

    def failure(self) -> Exception:
        """Say that the system is broken."""
        return JobError("the system holds something else", "mend it")

    def step(self, number: int) -> int:
        """Give how many rows a batch has."""
        return max(2, self.count(number) // 40)

    def batch(self, split: Split, at: int) -> Batch:
        """Give some rows, copied as if they came from elsewhere."""
        rows = self.rows(self.system.tables[split.position["table"]].slice(at, self.step(split.position["table"])))
        (copied,) = rows.take(list(range(rows.num_rows))).combine_chunks().to_batches()
        return Batch(split.stream.name, copied, self.origin())

    def rows(self, rows: pa.Table) -> pa.Table:
        """Give rows as they are handed on."""
        return rows

    def origin(self) -> str:
        """Say where rows are from."""
        return "memory"

    def checkpoint(self, split: Split, number: int, reached: int) -> Checkpoint:
        """Say how far a table was read."""
        return Checkpoint(split.stream.name, self.cursor(number, reached))

    def cursor(self, number: int, reached: int) -> Cursor:
        """Say what the position gains."""
        return {"read": {str(number): reached}}


class MemorySystem(System):
    """A list of tables.

    Args:
        folder: Not used.
        kind: Makes the source.
    """

    long_rows = 40_000

    def __init__(self, folder: Path, kind: Callable[..., MemorySource] = MemorySource) -> None:
        super().__init__(folder)
        self.kind = kind
        self.tables: list[pa.Table] = []

    def source(self) -> MemorySource:
        """Read what is there."""
        return self.kind(self)

    def put(self, rows: pa.Table) -> None:
        """Keep one more table."""
        self.tables.append(rows)

    def within(self, window: Window) -> MemorySource:
        """Read what is of a window of time."""
        return self.kind(self, window)

    def moment(self) -> datetime:
        """Give the moment of the next table."""
        return self.time_of(len(self.tables))

    def time_of(self, number: int) -> datetime:
        """Give the moment of a table: a day for each."""
        return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=number)

    def astray(self) -> MemorySource:
        """Read what is not there."""
        return self.kind(self, astray=True)

    def broken(self) -> MemorySource:
        """Read what fails midway."""
        return self.kind(self, broken=True)

    def troubled(self) -> MemorySource:
        """Read through passing troubles."""
        return self.kind(self, troubled=True)

    def told(self) -> pa.Schema:
        """Give the columns as they were put in."""
        return self.tables[0].schema

    def older(self, cursor: Cursor) -> Sequence[Cursor]:
        """Count the rows of all tables together, as was done once."""
        return [{"at": sum(cursor.get("read", {}).values())}] if "read" in cursor else []
