"""CSV files, read as a stream; each file is loaded once."""

from ingest_core.connectors.csv.csv_format import CsvFormat, Options
from ingest_core.files import FileConnector

CsvSource = FileConnector(Options, CsvFormat)
"""The connector."""

__all__ = ["CsvFormat", "CsvSource", "Options"]
