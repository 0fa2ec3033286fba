"""Gives the DAGs of the runner file that was started, for the files that Airflow reads below ``state/airflow/dags``.

Airflow starts nothing of a file that has an error (3.3.2, ``dag_processing/collection.py``). So what cannot be started
is left out of the one with the DAGs, and told by another one: schedules with which something is wrong, and those of
tenants that are new. Pools are made at a start, and a task whose pool is missing waits for ever, without a word.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_parsing_context
from ingest_core import JobError, RunnerPlan, plan_runner

from ingest_airflow.naming import pool_of
from ingest_airflow.runner_dags import sound_dags

if TYPE_CHECKING:
    from airflow.sdk import DAG


def launched_dags(folder: Path) -> dict[str, DAG]:
    """Give the DAGs that can be started; a run that began is given its own, whatever is with it.

    Args:
        folder: Airflow's own folder.

    Raises:
        JobError: The runner file is no YAML.
    """
    return sound_dags(*_started(folder), _pools(folder))


def refuse_left_out(folder: Path) -> None:
    """Tell what is left out, and why. In the process of a run nothing is.

    Args:
        folder: Airflow's own folder.

    Raises:
        JobError: Something is wrong with the runner file or a job, or else a tenant has no pool. Carries every fault.
    """
    if get_parsing_context().dag_id:
        return
    runner, pools = plan_runner(*_started(folder)), _pools(folder)
    faults = [] if pools is None else _without_pool(runner, pools)
    if faults:
        raise JobError.of(fault for error in faults for fault in error.faults)


def _without_pool(runner: RunnerPlan, pools: frozenset[str]) -> list[JobError]:
    left: dict[str, list[str]] = {}
    for each in runner.schedules:
        if pool_of(each.tenant) not in pools:
            left.setdefault(each.tenant, []).append(repr(each.spec.name))
    mend = "start the orchestrator again, or type `airflow db init` where it runs: both make the pools"
    return [
        JobError(f"the tenant {tenant!r} has no pool yet, which leaves out {', '.join(names)}", mend)
        for tenant, names in left.items()
    ]


def _started(folder: Path) -> tuple[Path, Path]:
    """Give the runner file, and the home folder."""
    said = _said(folder)
    return (
        Path(os.environ.get("INGEST_RUNNER_FILE") or said["runner_file"]),
        Path(os.environ.get("INGEST_HOME") or said["home"]),
    )


def _pools(folder: Path) -> frozenset[str] | None:
    pools = _said(folder).get("pools")
    return None if pools is None else frozenset(pools)


def _said(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "launch.json").read_text(encoding="utf-8"))
    return said
