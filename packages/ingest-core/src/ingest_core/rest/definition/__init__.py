"""The format in which a REST API is declared: ``connectors/<name>.yaml``."""

from ingest_core.rest.definition.connector import Definition
from ingest_core.rest.definition.cursor import CursorSpec
from ingest_core.rest.definition.files import defined_names, find_definition, read_definition
from ingest_core.rest.definition.options import options_model
from ingest_core.rest.definition.request import RequestSpec, Strategy
from ingest_core.rest.definition.stream import StreamSpec

__all__ = [
    "CursorSpec",
    "Definition",
    "RequestSpec",
    "Strategy",
    "StreamSpec",
    "defined_names",
    "find_definition",
    "options_model",
    "read_definition",
]
