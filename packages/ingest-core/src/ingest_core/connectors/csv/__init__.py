"""CSV files on local paths, read as a stream; each file is loaded once."""

from ingest_core.connectors.csv.source import CsvSource, Options

__all__ = ["CsvSource", "Options"]
