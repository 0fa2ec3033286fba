"""Writes one Parquet file and describes it for Iceberg."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import Table
from pyiceberg.typedef import Record

REPEATING = ("status", "country", "quantity", "discount", "_ingest_run_id", "_ingest_loaded_at", "_ingest_source")
"""Columns whose values repeat: a hand knows its table."""


def small(schema: pa.Schema) -> pa.Schema:
    """Use 32-bit offsets for texts, as readers do, so that nothing is copied."""
    fields = [field.with_type(pa.string()) if field.type == pa.large_string() else field for field in schema]
    return pa.schema(fields)


class HandFile:
    """A file of a table, being written.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._path = f"{table.location()}/data/{uuid.uuid4()}.parquet"
        where = Path(self._path.removeprefix("file://"))
        where.parent.mkdir(parents=True, exist_ok=True)
        self._where = str(where)
        self._writer: Any = pq.ParquetWriter(
            self._where,
            small(table.schema().as_arrow()),
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in REPEATING if name in table.schema().column_names],
            store_decimal_as_integer=True,
        )

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows as one row group."""
        wanted = self._writer.schema
        columns = [column.cast(field.type) for column, field in zip(batch.columns, wanted, strict=True)]
        self._writer.write_batch(pa.record_batch(columns, schema=wanted))

    def finish(self) -> DataFile:
        """Close it and describe it."""
        self._writer.close()
        schema, properties = self._table.schema(), self._table.properties
        statistics = data_file_statistics_from_parquet_metadata(
            parquet_metadata=self._writer.writer.metadata,
            stats_columns=compute_statistics_plan(schema, properties),
            parquet_column_mapping=parquet_path_to_id_mapping(schema),
        )
        return DataFile.from_args(
            content=DataFileContent.DATA,
            file_path=self._path,
            file_format=FileFormat.PARQUET,
            partition=Record(),
            file_size_in_bytes=Path(self._where).stat().st_size,
            sort_order_id=None,
            spec_id=self._table.spec().spec_id,
            equality_ids=None,
            key_metadata=None,
            **statistics.to_serialized_dict(),
        )
