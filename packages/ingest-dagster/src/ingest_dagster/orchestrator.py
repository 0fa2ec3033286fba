"""What the command starts for Dagster: a code server, the page's server, and the daemon that starts runs when due.

Dagster itself is not imported here: the command holds no more in memory than it must.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from ingest_core import JobError
from ingest_core.plugin import (
    Deployment,
    Launch,
    Preparation,
    bracketed,
    check_database,
    check_free,
    free_port,
    named_address,
    with_driver,
)

from ingest_dagster.instance import DATABASE_VARIABLE, without_proxy, write_instance, write_workspace
from ingest_dagster.services import Parts
from ingest_dagster.services.health import path_prefix

LOCATION = "ingest_dagster.location"
"""The module that gives a code server our definitions."""
CODE_SERVER_VARIABLE = "INGEST_CODE_SERVER"
"""Names the code server, as ``host:port``, to a webserver or daemon that is started alone."""

_CODE_PORT = 4000
_LOOPBACK = "127.0.0.1"


class Dagster:
    """The orchestrator of the entry point ``dagster``."""

    @property
    def services(self) -> Sequence[str]:
        """The names of its services, in the order in which they start."""
        return ("code-server", "webserver", "daemon")

    def deployment(self, launch: Launch) -> Deployment:
        """Write Dagster's two files below ``state/dagster``, and tell how its processes are started.

        Raises:
            JobError: The settings of a person's own have a fault, ``state/`` cannot be written or is where Dagster does
                not find it, what PostgreSQL needs is missing, or somebody listens on the port.
        """
        if launch.only not in {None, *self.services}:
            raise JobError(f"Dagster has no service {launch.only!r}", f"it has {', '.join(self.services)}")
        check_database(launch.database, "dagster_postgres", "pip install 'ingest-dagster[postgres]'")
        _check_place(launch)
        parts = _parts(launch)
        if launch.only != "daemon":
            check_free(launch.host, parts.code[1] if launch.only == "code-server" else parts.page[1])
        made = {"code-server": parts.code_server, "webserver": parts.webserver, "daemon": parts.daemon}
        wanted = self.services if launch.only is None else [launch.only]
        address = f"http://{bracketed(parts.page[0])}:{parts.page[1]}{path_prefix()}" if "webserver" in wanted else None
        return Deployment([made[name]() for name in wanted], address, _preparations(launch, parts.environment))


orchestrator = Dagster()
"""What the entry point names."""


def _check_place(launch: Launch) -> None:
    """Refuse a folder whose path means another one where it stands in the URL by which Dagster opens SQLite's files."""
    path = str(launch.home)
    if launch.database is None and ("?" in path or unquote(path) != path):
        raise JobError(
            f"{path}: Dagster cannot keep its records in files below a folder with a `?` or `%` in its path",
            "give another --home, or keep them in PostgreSQL (`runner.orchestrator.database`)",
        )


def _parts(launch: Launch) -> Parts:
    folder = write_instance(launch)
    server = _code_server(launch)
    workspace = write_workspace(folder, server, LOCATION, launch.only)
    code = server or (launch.host, launch.port or _CODE_PORT)
    environment = {**_environment(launch, folder), **without_proxy(server and server[0])}
    return Parts(launch, environment, workspace, code, time.time(), LOCATION)


def _code_server(launch: Launch) -> tuple[str, int] | None:
    """Tell where the code server is; ``None`` where each process starts one of its own, or is one."""
    if launch.only is None:
        return _LOOPBACK, free_port()
    return None if launch.only == "code-server" else named_address(CODE_SERVER_VARIABLE, "code-server:4000")


def _environment(launch: Launch, folder: Path) -> dict[str, str]:
    variables = {
        "DAGSTER_HOME": str(folder),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "INGEST_RUNNER_FILE": str(launch.runner_file),
        "INGEST_HOME": str(launch.home),
    }
    if launch.database is None:
        return variables
    return {**variables, DATABASE_VARIABLE: with_driver(launch.database, "psycopg2")}


def _preparations(launch: Launch, environment: Mapping[str, str]) -> list[Preparation]:
    """Say what is done first: the daemon, of which there is one only, migrates; leftovers end where runs are."""
    steps = {
        None: ["definitions", "migrate", "leftovers"],
        "code-server": ["definitions", "leftovers"],
        "daemon": ["migrate"] if os.environ.get(CODE_SERVER_VARIABLE) else ["definitions", "migrate", "leftovers"],
    }.get(launch.only)
    if steps is None:
        return []
    line = [sys.executable, "-m", "ingest_dagster.preparing", str(launch.home), *steps]
    return [Preparation("records", line, environment)]
