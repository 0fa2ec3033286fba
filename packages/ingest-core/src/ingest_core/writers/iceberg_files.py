"""Describes a closed Parquet file as Iceberg's metadata wants it.

Source: Apache Iceberg table specification, "Manifests", fields of ``data_file``.
"""

from __future__ import annotations

from typing import Any

from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile as IcebergDataFile
from pyiceberg.manifest import DataFileContent, FileFormat
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.typedef import Record

from ingest_core.messages import DataFile


def data_file(metadata: TableMetadata, path: str, size: int, footer: Any) -> DataFile:  # noqa: ANN401  # pyarrow ships no types
    """Describe a closed file.

    Args:
        metadata: The table's, as loaded when the file was begun.
        path: The file's full address.
        size: Its bytes.
        footer: Its Parquet metadata, a ``pyarrow.parquet.FileMetaData``.
    """
    schema = metadata.schema()
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=footer,
        stats_columns=compute_statistics_plan(schema, metadata.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(schema),
    )
    entry = IcebergDataFile.from_args(
        content=DataFileContent.DATA,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        file_size_in_bytes=size,
        sort_order_id=None,
        spec_id=metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )
    return DataFile(path, footer.num_rows, size, entry)
