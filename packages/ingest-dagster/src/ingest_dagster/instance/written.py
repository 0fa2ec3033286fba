"""Writes the two files that Dagster's processes read: ``dagster.yaml`` and ``workspace.yaml``."""

from __future__ import annotations

from pathlib import Path

import yaml
from ingest_core import load_runner
from ingest_core.plugin import Launch, bracketed, write_private

from ingest_dagster.instance.folder import LOCATION_NAME, dagster_home, own_settings_file
from ingest_dagster.instance.merging import merged
from ingest_dagster.instance.own_settings import read_own_settings
from ingest_dagster.instance.settings import Settings, settings

_HEAD = "# Made anew at each start. What you set belongs in configs/dagster.yaml.\n"


def write_instance(launch: Launch) -> Path:
    """Write ``dagster.yaml``.

    Args:
        launch: What is to be started.

    Returns:
        Dagster's own folder, which holds it.

    Raises:
        JobError: The person's own settings have a fault, or the folder cannot be written.
    """
    database = launch.database is not None
    theirs = read_own_settings(own_settings_file(launch.home), database=database)
    schedules = load_runner(launch.runner_file).orchestrator.schedules
    limits = [(schedule.name, schedule.max_concurrent_runs) for schedule in schedules]
    ours = settings(launch.concurrency_per_tenant, limits, database=database)
    folder = dagster_home(launch.home)
    _write(folder / "dagster.yaml", merged(ours, theirs))
    return folder


def write_workspace(folder: Path, server: tuple[str, int] | None, module: str, only: str | None = None) -> Path:
    """Write ``workspace.yaml``: where the definitions come from.

    Args:
        folder: Dagster's own folder.
        server: Host and port of the code server; ``None`` where each process starts one of its own.
        module: What such a one loads.
        only: The one service that reads the file. It has one of its own: others, elsewhere, write theirs into the same
            folder, and may reach the code server by another name, or not at all.

    Returns:
        The file.

    Raises:
        JobError: The folder cannot be written.
    """
    if server is None:
        place: Settings = {"python_module": {"module_name": module, "location_name": LOCATION_NAME}}
    else:
        # Dagster puts host and port together as they are.
        place = {"grpc_server": {"host": bracketed(server[0]), "port": server[1], "location_name": LOCATION_NAME}}
    path = folder / (f"workspace-{only}.yaml" if only else "workspace.yaml")
    _write(path, {"load_from": [place]})
    return path


def _write(path: Path, content: Settings) -> None:
    write_private(path, _HEAD + yaml.safe_dump(content, sort_keys=False))
