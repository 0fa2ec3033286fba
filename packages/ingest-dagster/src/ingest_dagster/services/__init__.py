"""Dagster's processes: how each is started, and how it is seen that it does its work."""

from ingest_dagster.services.health import (
    answers_http,
    daemon_beats,
    daemon_is_live,
    definitions_are_loaded,
    port_answers,
)
from ingest_dagster.services.lines import code_server_line, daemon_line, webserver_line
from ingest_dagster.services.ports import free_port, reachable

__all__ = [
    "answers_http",
    "code_server_line",
    "daemon_beats",
    "daemon_is_live",
    "daemon_line",
    "definitions_are_loaded",
    "free_port",
    "port_answers",
    "reachable",
    "webserver_line",
]
