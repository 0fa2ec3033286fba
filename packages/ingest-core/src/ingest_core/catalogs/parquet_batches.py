"""Reads a Parquet file in batches that are bounded in rows and in bytes, however wide its rows are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from ingest_core.batching import gathered
from ingest_core.parquet_pieces import pieces

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE_BYTES = 32 * 1024 * 1024
"""Up to this size a row group's columns are each read by one request; those of a larger one piece by piece."""

LEAST_PIECE = 64 * 1024


class ParquetBatches:
    """An open Parquet file.

    Args:
        stream: Its bytes, as pyarrow or pyiceberg open them.
    """

    def __init__(self, stream: Any) -> None:  # noqa: ANN401  # pyiceberg's protocol is not one that pyarrow's types know
        metadata = pq.read_metadata(stream)
        groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
        largest = max((group.total_byte_size for group in groups), default=0)
        # Arrow takes 0 for: each column of a row group whole.
        piece = max(WHOLE_BYTES // max(metadata.num_columns, 1), LEAST_PIECE) if largest > WHOLE_BYTES else 0
        # Iceberg's times are of microseconds; read as nanoseconds, old engines' times of far years would wrap around.
        self._file = pq.ParquetFile(
            stream, metadata=metadata, pre_buffer=False, buffer_size=piece, coerce_int96_timestamp_unit="us"
        )

    @property
    def schema(self) -> pa.Schema:
        """The file's columns."""
        return self._file.schema_arrow

    def read(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read some columns.

        Args:
            columns: Their names.
        """
        return gathered(pieces(self._file, range(self._file.num_row_groups), columns))
