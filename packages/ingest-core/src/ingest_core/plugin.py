"""What an author of a connector, an engine, a catalog or a secret store needs. One of the core's three doors."""

from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.layout import Layout, PartitionField, SortField
from ingest_core.messages import Batch, Checkpoint, Cursor, DataFile, Split, Stream
from ingest_core.ports import (
    Branch,
    Branches,
    Catalog,
    Change,
    Committed,
    Engine,
    NamespaceSeen,
    OpenCatalog,
    RunContext,
    SecretStore,
    Source,
    SourceContext,
    Table,
    TableName,
    Window,
    Writer,
)
from ingest_core.state import State, StateKey

__all__ = [
    "Batch",
    "Branch",
    "Branches",
    "Catalog",
    "Change",
    "Checkpoint",
    "Committed",
    "Cursor",
    "DataFile",
    "Engine",
    "IngestError",
    "JobError",
    "Layout",
    "NamespaceSeen",
    "OpenCatalog",
    "PartitionField",
    "RunContext",
    "SecretStore",
    "SortField",
    "Source",
    "SourceContext",
    "Split",
    "State",
    "StateKey",
    "Stream",
    "Table",
    "TableName",
    "TransientError",
    "Window",
    "Writer",
]
