"""Describes a closed Parquet file as Iceberg's metadata wants it.

Source: Apache Iceberg table specification, "Manifests", fields of ``data_file``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile as IcebergDataFile
from pyiceberg.manifest import DataFileContent, FileFormat
from pyiceberg.table.metadata import TableMetadata

from ingest_core.messages import DataFile
from ingest_core.writers.partitions import Partition


@dataclass(frozen=True)
class ClosedFile:
    """A file as it was written.

    Args:
        path: Its full address.
        size: Its bytes.
        footer: Its Parquet metadata, a ``pyarrow.parquet.FileMetaData``.
        sort_order_id: The order in which all of its rows stand; ``None`` for none.
        opened: When it was opened, in UTC.
    """

    path: str
    size: int
    footer: Any
    sort_order_id: int | None
    opened: datetime


def data_file(metadata: TableMetadata, closed: ClosedFile, partition: Partition) -> DataFile:
    """Describe a closed file.

    Args:
        metadata: The table's, as it will be; its partition spec is the file's.
        closed: The file.
        partition: The partition of all of its rows.
    """
    schema = metadata.schema()
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=closed.footer,
        stats_columns=compute_statistics_plan(schema, metadata.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(schema),
    )
    entry = IcebergDataFile.from_args(
        content=DataFileContent.DATA,
        file_path=closed.path,
        file_format=FileFormat.PARQUET,
        partition=partition.record,
        file_size_in_bytes=closed.size,
        sort_order_id=closed.sort_order_id,
        spec_id=metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )
    return DataFile(closed.path, closed.footer.num_rows, closed.size, entry, closed.opened)
