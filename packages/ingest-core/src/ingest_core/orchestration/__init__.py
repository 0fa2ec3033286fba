"""What integrations of orchestrators have in common, whichever they are."""

from ingest_core.orchestration.addresses import (
    bracketed,
    check_free,
    free_port,
    named_address,
    port_answers,
    reachable,
)
from ingest_core.orchestration.asking import ask_json
from ingest_core.orchestration.databases import check_database, with_driver
from ingest_core.orchestration.private_files import write_private
from ingest_core.orchestration.seldom import Seldom

__all__ = [
    "Seldom",
    "ask_json",
    "bracketed",
    "check_database",
    "check_free",
    "free_port",
    "named_address",
    "port_answers",
    "reachable",
    "with_driver",
    "write_private",
]
