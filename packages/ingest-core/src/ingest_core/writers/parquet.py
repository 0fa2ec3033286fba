"""Writes the Parquet files of a table without partitions: streamed, closed at the target size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest_core.writers.open_file import OpenFile, Place, single
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    import pyarrow as pa

    from ingest_core.messages import DataFile


class ParquetWriter:
    """Writes batches to Parquet files below a table's location.

    Args:
        place: Where the files go.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._open: OpenFile | None = None
        self._closed: list[DataFile] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows in the table's schema, as one row group."""
        if not batch.num_rows:
            return
        with storage_errors():
            current = self._open = self._open or single(self._place, batch)
            current.write(batch)
            if current.is_full:
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
            self._open.abandon()
            self._open = None

    def _finish(self, current: OpenFile) -> None:
        self._closed.append(current.finish())
        self._open = None
