"""Files of JSON lines: one object a line, nested values and all."""

from ingest_core.connectors.jsonl.jsonl_format import JsonlFormat, Options
from ingest_core.files import FileConnector

JsonlSource = FileConnector(Options, JsonlFormat, JsonlFormat)
"""The connector."""

__all__ = ["JsonlFormat", "JsonlSource", "Options"]
