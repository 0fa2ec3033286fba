"""Tells whether Dagster's processes do their work.

The questions are cheap, since they are asked again and again, and need nothing of Dagster's own code: loading it takes
seconds and a hundred megabytes. What goes wrong is raised, and means "not yet".
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from ingest_core.plugin import ask_json

_OWN_PROCESS_SECONDS = 30
_LOCATIONS = "{workspaceOrError {... on Workspace {locationEntries {locationOrLoadError {__typename}}}}}"
_HEARTBEATS = "{instance {daemonHealth {allDaemonStatuses {required healthy lastHeartbeatTime}}}}"


def path_prefix() -> str:
    """Give what stands before every path of the page's server; empty where nothing does.

    The server takes it from its environment, as each of its options. Source: ``dagster-webserver --help``.
    """
    return os.environ.get("DAGSTER_WEBSERVER_PATH_PREFIX", "")


def answers_http(host: str, port: int) -> bool:
    """Tell whether the page's server answers, and is Dagster's."""
    return "dagster_webserver_version" in ask_json("GET", (host, port), f"{path_prefix()}/server_info")


def definitions_are_loaded(host: str, port: int) -> bool:
    """Tell whether the page's server got the definitions: a code server that could not load them answers all the same.

    Args:
        host: The page's server.
        port: Its port.
    """
    answer = ask_json("POST", (host, port), f"{path_prefix()}/graphql", {"query": _LOCATIONS})
    entries = answer["data"]["workspaceOrError"]["locationEntries"]
    loaded = [entry["locationOrLoadError"]["__typename"] == "RepositoryLocation" for entry in entries]
    return bool(loaded) and all(loaded)


def daemon_beats(host: str, port: int, since: float) -> bool:
    """Tell whether all parts of the daemon that must live have told so, by the records that the page's server reads.

    Args:
        host: The page's server.
        port: Its port.
        since: Seconds since 1970: what was told before is of another daemon.
    """
    answer = ask_json("POST", (host, port), f"{path_prefix()}/graphql", {"query": _HEARTBEATS})
    parts = answer["data"]["instance"]["daemonHealth"]["allDaemonStatuses"]
    required = [part for part in parts if part["required"]]
    return bool(required) and all(part["healthy"] and part["lastHeartbeatTime"] >= since for part in required)


def daemon_is_live(environment: Mapping[str, str], since: float) -> bool:
    """Tell the same where the daemon is alone: by a process of our own that reads the records.

    Args:
        environment: The daemon's variables.
        since: Seconds since 1970.
    """
    line = [sys.executable, "-m", "ingest_dagster.heartbeats", str(since)]
    done = subprocess.run(  # noqa: S603  # a fixed line
        line, env={**os.environ, **environment}, capture_output=True, timeout=_OWN_PROCESS_SECONDS, check=False
    )
    return done.returncode == 0
