"""The command lines of Dagster's processes.

Source: ``dagster code-server start --help``, ``dagster-webserver --help`` and ``dagster-daemon run --help`` of 1.13.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ingest_core.plugin import bracketed

from ingest_dagster.instance import LOCATION_NAME

_LOGS = ("--log-format", "json")
_QUIET = ("--log-level", "warning")
"""Below that Dagster tells of every look at every clock. What runs do is in their own log, and in Dagster's records."""


def code_server_line(host: str, port: int, module: str) -> list[str]:
    """Give the line of the server that loads the definitions, and whose children the runs are.

    `code-server start`, not `api grpc`: it loads a changed runner file when the page says Reload, and lets runs of the
    old one end. Behind a module of ours, which ends it when it has lost what it answers with.
    """
    # Dagster puts host and port together as they are.
    place = ["--host", bracketed(host), "--port", str(port), "--module-name", module, "--location-name", LOCATION_NAME]
    return [sys.executable, "-m", "ingest_dagster.services.code_server", *place, *_ENVIRONMENT, *_LOGS, *_QUIET]


_ENVIRONMENT = ("--use-python-environment-entry-point",)
"""Runs use this Python, not whichever `dagster` is first on the path."""


def webserver_line(host: str, port: int, workspace: Path) -> list[str]:
    """Give the line of the page's server."""
    quiet = ["--uvicorn-log-level", "warning", "--dagster-log-level", "warning"]
    place = ["--host", host, "--port", str(port), "--workspace", str(workspace)]
    return [sys.executable, "-m", "dagster_webserver", *place, *quiet, *_LOGS]


def daemon_line(workspace: Path) -> list[str]:
    """Give the line of what starts runs when they are due. The module is what the script `dagster-daemon` calls."""
    return [sys.executable, "-m", "dagster._daemon", "run", "--workspace", str(workspace), *_LOGS, *_QUIET]
