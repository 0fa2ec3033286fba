"""Reads the files that people write: strict YAML, every fault with its line, unknown keys with the nearest known."""

from ingest_core.documents.names import nearest
from ingest_core.documents.validation import validate
from ingest_core.documents.yaml_reader import Document, read_yaml

__all__ = ["Document", "nearest", "read_yaml", "validate"]
