"""Writes the Parquet files of a partitioned table: a file for each partition, several open at once, within bounds.

Rows wait in memory until they are worth a row group, since a batch may have a few rows for each of many partitions.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest_core.limits import Share
from ingest_core.writers.open_file import OpenFile, Place
from ingest_core.writers.partitions import Partitions, Values
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from ingest_core.messages import DataFile

ROW_GROUP_ROWS = 131_072
"""Rows that are worth a row group: as many as a source hands on at once."""

BATCH_COST = 512
COLUMN_COST = 640
"""Bytes that a waiting batch takes beside its values, itself and each column of it; a row or two take no more."""

PART_BYTES = 10 * 1024 * 1024
"""Bytes of an open file that object storage may hold back: Arrow uploads parts of 10 MB."""


@dataclass
class _Waiting:
    """Rows of one partition that are not written yet; their size is what they take, all told."""

    batches: list[pa.RecordBatch] = field(default_factory=list)
    rows: int = 0
    size: int = 0

    def add(self, batch: pa.RecordBatch, size: int) -> None:
        self.batches.append(batch)
        self.rows += batch.num_rows
        self.size += size


class FanOutWriter:
    """Writes batches to Parquet files, each with the rows of one partition.

    Args:
        place: Where the files go.
        share: What it may take.
    """

    def __init__(self, place: Place, share: Share) -> None:
        self._place = place
        self._share = share
        self._cost = BATCH_COST + COLUMN_COST * sum(map(_columns, place.schema))
        self._partitions = Partitions(place.metadata)
        self._waiting: dict[Values, _Waiting] = {}
        self._size = 0
        self._open: OrderedDict[Values, OpenFile] = OrderedDict()
        self._closed: list[DataFile] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Take rows in the table's schema."""
        with storage_errors():
            for values, rows in self._partitions.split(batch):
                self._wait(values, rows)
                if self._size > self._share.memory // 2:
                    self._make_room()

    def flush(self) -> tuple[DataFile, ...]:
        """Write what waits, close what is open and hand on every file since the last flush."""
        with storage_errors():
            for values in list(self._waiting):
                self._write_out(values)
                self._finish(values)
            for values in list(self._open):
                self._finish(values)
        files, self._closed = tuple(self._closed), []
        return files

    def abandon(self) -> None:
        """Close what is open; the files stay where they are and no commit will name them."""
        for file in self._open.values():
            file.abandon()
        self._open.clear()
        self._waiting.clear()

    def _wait(self, values: Values, rows: pa.RecordBatch) -> None:
        waiting = self._waiting.setdefault(values, _Waiting())
        size = rows.nbytes + self._cost
        waiting.add(rows, size)
        self._size += size
        if waiting.rows >= ROW_GROUP_ROWS:
            self._write_out(values)

    def _make_room(self) -> None:
        """Write the largest partitions, until half of what may wait is free."""
        for values in sorted(self._waiting, key=lambda each: self._waiting[each].size, reverse=True):
            if self._size <= self._share.memory // 4:
                break
            self._write_out(values)

    def _write_out(self, values: Values) -> None:
        """Write what waits of one partition as one row group."""
        waiting = self._waiting.pop(values)
        self._size -= waiting.size
        rows = pa.concat_batches(waiting.batches)
        file = self._open.get(values) or self._begin(values, rows)
        self._open.move_to_end(values)
        file.write(rows)
        if file.is_full:
            self._finish(values)
        while self._pending() > self._share.memory:
            self._finish(next(iter(self._open)))

    def _begin(self, values: Values, rows: pa.RecordBatch) -> OpenFile:
        """Open a file; where too many are, the one that was not written to for longest is closed first."""
        while len(self._open) >= self._share.files:
            self._finish(next(iter(self._open)))
        file = self._open[values] = OpenFile(self._place, self._partitions.partition(values), rows)
        return file

    def _pending(self) -> int:
        return sum(min(file.size, PART_BYTES) for file in self._open.values())

    def _finish(self, values: Values) -> None:
        if file := self._open.get(values):
            self._closed.append(file.finish())
            del self._open[values]  # not before: what could not be finished is still to be abandoned


def _columns(field: pa.Field) -> int:
    """Count a column and all that is nested in it."""
    return 1 + sum(_columns(field.type.field(place)) for place in range(field.type.num_fields))
