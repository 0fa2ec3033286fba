"""Dagster's processes: how each is started, and how it is seen that it does its work."""

from ingest_dagster.services.health import port_answers
from ingest_dagster.services.parts import Parts
from ingest_dagster.services.ports import check_free, free_port

__all__ = ["Parts", "check_free", "free_port", "port_answers"]
