"""Keeps what was started last, so that `airflow ...` typed later, and the file of the DAGs, find the same settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ingest_core import JobError, plan_runner
from ingest_core.plugin import Launch, write_private

from ingest_airflow.instance.folder import airflow_home
from ingest_airflow.instance.keys import alone_in

API_SERVER = "api-server"
_POOLS = "pools"


def write_launch(launch: Launch) -> None:
    """Write ``launch.json``. Where the page answers is what the last start of the page's server said.

    Args:
        launch: What is to be started.

    Raises:
        JobError: It cannot be written.
    """
    said = {"runner_file": str(launch.runner_file), "home": str(launch.home), "host": launch.host, "port": launch.port}
    stays = {_POOLS} if launch.only in {None, API_SERVER} else {_POOLS, "host", "port"}
    _change(launch.home, lambda before: said | {key: before[key] for key in stays & before.keys()})


def note_pools(home: Path, pools: Iterable[str]) -> None:
    """Note in ``launch.json`` which pools were made: the DAGs of others are left out.

    Args:
        home: The home folder.
        pools: Their names.

    Raises:
        JobError: It cannot be written.
    """
    _change(home, lambda before: before | {_POOLS: sorted(pools)})


def _change(home: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    file = _file(home)
    with alone_in(airflow_home(home)):
        before = _read(file) or {}
        now = change(before)
        if now != before:
            write_private(file, json.dumps(now) + "\n")


def launched(home: Path) -> Launch | None:
    """Tell what was started last in a home folder.

    Args:
        home: The folder.

    Returns:
        It, with the database's URL as the environment has it; ``None`` where nothing was ever started.

    Raises:
        JobError: The runner file has a fault, or names a variable that is not set.
    """
    said = _read(_file(home))
    if said is None:
        return None
    planned = plan_runner(said["runner_file"], said["home"], only=())
    per_tenant = planned.spec.orchestrator.concurrency_per_tenant
    return Launch(planned.file, planned.home, per_tenant, planned.database_url(), said["host"], said["port"])


def _file(home: Path) -> Path:
    return airflow_home(home) / "launch.json"


def _read(file: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    except (OSError, ValueError) as error:
        raise JobError(f"{file} cannot be read: {error}", "remove it, and start the orchestrator again") from error
    return said if isinstance(said, dict) else None
