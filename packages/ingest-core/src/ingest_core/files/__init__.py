"""What connectors that read files have in common: everything but the format."""

from ingest_core.files.file import File
from ingest_core.files.format import WHOLE_FILE, Format, Section, selected
from ingest_core.files.news import LEAST_DIVIDED
from ingest_core.files.source import FileConnector, FileSource, Types
from ingest_core.files.stores import FileOptions

__all__ = [
    "LEAST_DIVIDED",
    "WHOLE_FILE",
    "File",
    "FileConnector",
    "FileOptions",
    "FileSource",
    "Format",
    "Section",
    "Types",
    "selected",
]
