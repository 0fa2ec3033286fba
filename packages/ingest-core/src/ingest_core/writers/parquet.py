"""Writes Parquet files for an Iceberg table: streamed, closed at the target size, under names that nobody guesses."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest_core.failpoints import reach
from ingest_core.messages import DataFile
from ingest_core.writers.iceberg_files import data_file
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.io import FileIO, OutputStream
    from pyiceberg.table.locations import LocationProvider
    from pyiceberg.table.metadata import TableMetadata

TARGET_SIZE_PROPERTY = "write.target-file-size-bytes"
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
        metadata: The table's, with the columns that are written.
    """

    io: FileIO
    locations: LocationProvider
    metadata: TableMetadata


@dataclass
class _Open:
    """A file being written."""

    path: str
    stream: OutputStream
    writer: pq.ParquetWriter


class ParquetWriter:
    """Writes batches to Parquet files below a table's location.

    Args:
        place: Where the files go.
        schema: The table's columns with their field ids.
        run_id: Begins each file's name.
    """

    def __init__(self, place: Place, schema: pa.Schema, run_id: str) -> None:
        self._place = place
        self._schema = schema
        self._run_id = run_id
        self._target = int(place.metadata.properties.get(TARGET_SIZE_PROPERTY, TARGET_SIZE))
        self._open: _Open | None = None
        self._closed: list[DataFile] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows in the table's schema, as one row group."""
        if not batch.num_rows:
            return
        with storage_errors():
            current = self._open or self._begin(batch)
            current.writer.write_batch(batch)
            reach("file open, no footer")
            if current.stream.tell() >= self._target:
                self._finish(current)

    def flush(self) -> tuple[DataFile, ...]:
        """Close the open file and hand on every file since the last flush."""
        if self._open:
            with storage_errors():
                self._finish(self._open)
        files, self._closed = tuple(self._closed), []
        return files

    def abandon(self) -> None:
        """Close what is open; the file stays where it is and no commit will name it."""
        if self._open:
            with contextlib.suppress(Exception):  # a failure is on its way already and says more
                self._open.writer.close()
                self._open.stream.close()
            self._open = None

    def _begin(self, batch: pa.RecordBatch) -> _Open:
        name = f"{self._run_id}-{uuid.uuid4()}.parquet"
        path = self._place.locations.new_data_location(name)
        stream = self._place.io.new_output(path).create()
        writer = pq.ParquetWriter(
            stream,
            self._schema,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=_repeating(batch),
            store_decimal_as_integer=True,
        )
        self._open = _Open(path, stream, writer)
        return self._open

    def _finish(self, current: _Open) -> None:
        current.writer.close()
        size = current.stream.tell()
        current.stream.close()
        metadata: Any = current.writer.writer.metadata
        reach("file closed")
        self._closed.append(data_file(self._place.metadata, current.path, size, metadata))
        self._open = None


def _repeating(batch: pa.RecordBatch) -> list[str]:
    """Name the columns whose values repeat in a sample."""
    sample = batch.slice(0, SAMPLE_ROWS)
    return [
        name
        for name, column in zip(sample.schema.names, sample.columns, strict=True)
        if not pa.types.is_nested(column.type) and pc.count_distinct(column).as_py() * REPEATS <= sample.num_rows
    ]
