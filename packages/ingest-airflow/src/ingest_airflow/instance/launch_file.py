"""Keeps what was started last, so that `airflow ...` typed later, and the file of the DAGs, find the same settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingest_core import JobError, plan_runner
from ingest_core.plugin import Launch, write_private

from ingest_airflow.instance.folder import airflow_home

API_SERVER = "api-server"


def write_launch(launch: Launch) -> None:
    """Write ``launch.json``. Where the page answers is what the last start of the page's server said.

    Args:
        launch: What is to be started.

    Raises:
        JobError: It cannot be written.
    """
    file = _file(launch.home)
    before = _read(file) or {}
    said = {"runner_file": str(launch.runner_file), "home": str(launch.home), "host": launch.host, "port": launch.port}
    if launch.only not in {None, API_SERVER}:
        said |= {key: before[key] for key in ("host", "port") if key in before}
    if said != before:
        write_private(file, json.dumps(said) + "\n")


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
