"""One Parquet file being written for an Iceberg table, under a name that nobody guesses."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest_core.ages import wall_clock
from ingest_core.failpoints import reach
from ingest_core.layout import TARGET_SIZE as TARGET_SIZE_PROPERTY
from ingest_core.messages import DataFile
from ingest_core.writers.iceberg_files import ClosedFile, data_file
from ingest_core.writers.partitions import UNPARTITIONED, Partition
from ingest_core.writers.sorting import RowOrder

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.table.locations import LocationProvider
    from pyiceberg.table.metadata import TableMetadata

TARGET_SIZE = 512 * 1024 * 1024
"""Iceberg's own default (https://iceberg.apache.org/docs/latest/configuration/#write-properties)."""

ZSTD_LEVEL = 1
"""Half the time of level 3 with dictionaries everywhere, and smaller files, on the benchmark's data."""

SAMPLE_ROWS = 10_000
REPEATS = 2
"""A column is worth a dictionary when a value of the sample comes at least so often on average."""


@dataclass(frozen=True)
class Place:
    """Where a table's files go and what describes them. Nothing of it is committed by writing.

    Args:
        io: Opens files.
        locations: Names them.
        metadata: The table's, as it will be: with the columns and the partitions that are written.
        schema: The columns in Arrow, with their field ids.
        run_id: Begins each file's name.
    """

    io: FileIO
    locations: LocationProvider
    metadata: TableMetadata
    schema: pa.Schema
    run_id: str

    @property
    def target_size(self) -> int:
        """Bytes at which a file is closed."""
        return target_size(self.metadata)


def target_size(metadata: TableMetadata) -> int:
    """Give the bytes at which a table wants its data files to be closed."""
    return int(metadata.properties.get(TARGET_SIZE_PROPERTY, TARGET_SIZE))


class OpenFile:
    """A file being written.

    Args:
        place: Where it goes.
        partition: The partition of all of its rows.
        first: Its first rows, which say what columns are worth a dictionary.
    """

    def __init__(self, place: Place, partition: Partition, first: pa.RecordBatch) -> None:
        name = f"{place.run_id}-{uuid.uuid4()}.parquet"
        self._place = place
        self._partition = partition
        self._order = RowOrder(place.metadata)
        self._row_groups = 0
        self._opened = wall_clock()
        self._path = place.locations.new_data_location(name, partition.key)
        self._stream = place.io.new_output(self._path).create()
        self._writer = pq.ParquetWriter(
            self._stream,
            place.schema,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=_repeating(first),
            store_decimal_as_integer=True,
        )

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return int(self._stream.tell())

    @property
    def is_full(self) -> bool:
        """Whether it has reached the target size."""
        return self.size >= self._place.target_size

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows as one row group, sorted as the table wants."""
        self._writer.write_batch(self._order.sorted(batch), row_group_size=max(batch.num_rows, 1))
        self._row_groups += 1
        reach("file open, no footer")

    def finish(self) -> DataFile:
        """Close it and describe it."""
        self._writer.close()
        size = self.size
        self._stream.close()
        footer: Any = self._writer.writer.metadata
        reach("file closed")
        # Row groups are sorted one by one; a file of several is not sorted as a whole.
        sort_order = self._order.order_id if self._row_groups == 1 else None
        closed = ClosedFile(self._path, size, footer, sort_order, self._opened)
        return data_file(self._place.metadata, closed, self._partition)

    def abandon(self) -> None:
        """Close it after a failure; it stays where it is and no commit will name it. Never raises."""
        with contextlib.suppress(Exception):  # a failure is on its way already and says more
            self._writer.close()
        with contextlib.suppress(Exception):  # nor does one keep the other open
            self._stream.close()


def single(place: Place, batch: pa.RecordBatch) -> OpenFile:
    """Open a file of a table without partitions."""
    return OpenFile(place, UNPARTITIONED, batch)


def _repeating(batch: pa.RecordBatch) -> list[str]:
    """Name the columns whose values repeat in a sample."""
    sample = batch.slice(0, SAMPLE_ROWS)
    return [
        name
        for name, column in zip(sample.schema.names, sample.columns, strict=True)
        if not pa.types.is_nested(column.type) and _distinct(column) * REPEATS <= sample.num_rows
    ]


def _distinct(column: pa.Array) -> int:
    plain = column.storage if isinstance(column, pa.ExtensionArray) else column
    return int(pc.count_distinct(plain).as_py())
