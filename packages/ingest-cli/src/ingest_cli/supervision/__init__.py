"""Keeps the services of an orchestrator running, whichever it is. Read :mod:`supervisor` first."""

from ingest_cli.supervision.patience import Patience
from ingest_cli.supervision.supervisor import supervise
from ingest_cli.supervision.telling import Telling

__all__ = ["Patience", "Telling", "supervise"]
