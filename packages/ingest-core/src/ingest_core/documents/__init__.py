"""Reads the files that people write: strict YAML, every fault with its place, unknown keys with the nearest known."""

from ingest_core.documents.names import nearest
from ingest_core.documents.reading_once import reading_once
from ingest_core.documents.validation import faults_of, placed, validate, value_at
from ingest_core.documents.yaml_reader import Document, read_yaml

__all__ = ["Document", "faults_of", "nearest", "placed", "read_yaml", "reading_once", "validate", "value_at"]
