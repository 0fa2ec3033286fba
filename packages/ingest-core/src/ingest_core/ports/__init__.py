"""What the core asks of its adapters. Each port says when it is called, how often, and what an exception means."""

from ingest_core.ports.catalog import (
    Branch,
    Branches,
    Catalog,
    Change,
    Committed,
    NamespaceSeen,
    OpenCatalog,
    RunContext,
    Table,
    WantedBranch,
    WriteMode,
    Writer,
)
from ingest_core.ports.declared import Declared, Declaring, ObjectFacts
from ingest_core.ports.growing import StreamGrewError
from ingest_core.ports.maintenance import Compacted, FileGroup, Kept, Maintenance, StoredFile
from ingest_core.ports.orchestrator import Deployment, Launch, Orchestrator, Preparation, Service
from ingest_core.ports.secret_store import SecretStore
from ingest_core.ports.source import Engine, Source, SourceContext, Window
from ingest_core.ports.table_name import TableName

__all__ = [
    "Branch",
    "Branches",
    "Catalog",
    "Change",
    "Committed",
    "Compacted",
    "Declared",
    "Declaring",
    "Deployment",
    "Engine",
    "FileGroup",
    "Kept",
    "Launch",
    "Maintenance",
    "NamespaceSeen",
    "ObjectFacts",
    "OpenCatalog",
    "Orchestrator",
    "Preparation",
    "RunContext",
    "SecretStore",
    "Service",
    "Source",
    "SourceContext",
    "StoredFile",
    "StreamGrewError",
    "Table",
    "TableName",
    "WantedBranch",
    "Window",
    "WriteMode",
    "Writer",
]
