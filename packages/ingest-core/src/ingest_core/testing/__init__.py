"""Checks that hold a connector to its port, for its author's tests. One of the core's three doors."""

from ingest_core.testing.check import Check
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.for_pytest import conformance_test
from ingest_core.testing.landing import MemoryTables
from ingest_core.testing.memory import MemorySource, MemorySystem
from ingest_core.testing.rest import RestSystem
from ingest_core.testing.samples import ODD_NAMES, WIDE, plain_rows
from ingest_core.testing.serving import Answered, Asked, Served
from ingest_core.testing.suite import CHECKS, Verdict, conformance
from ingest_core.testing.system import System

__all__ = [
    "CHECKS",
    "ODD_NAMES",
    "WIDE",
    "Answered",
    "Asked",
    "Check",
    "ConformanceError",
    "DoesNotApplyError",
    "MemorySource",
    "MemorySystem",
    "MemoryTables",
    "RestSystem",
    "Served",
    "System",
    "Verdict",
    "conformance",
    "conformance_test",
    "plain_rows",
]
