"""Parquet files: by row groups, and of them the columns that are wanted."""

from ingest_core.connectors.parquet.parquet_format import Options, ParquetFormat
from ingest_core.files import FileConnector

ParquetSource = FileConnector(Options, ParquetFormat, ParquetFormat)
"""The connector."""

__all__ = ["Options", "ParquetFormat", "ParquetSource"]
