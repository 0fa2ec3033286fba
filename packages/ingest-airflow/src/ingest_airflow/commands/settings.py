"""Finds the settings that the running Airflow has, for an ``airflow`` that is typed beside it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ingest_core import JobError, plan_runner
from ingest_core.plugin import Launch

from ingest_airflow.instance import airflow_home, launched


def home_here() -> Path:
    """Give the home folder: ``INGEST_HOME``, which the image sets, else the folder in which the command is typed."""
    return Path(os.environ.get("INGEST_HOME") or ".").absolute()


def launch_here(command: str) -> Launch:
    """Give what was started here last; where nothing ever was, what would be.

    Args:
        command: The first word behind ``airflow``; it stands for the service that is started alone, so that a server
            elsewhere is heeded that ``INGEST_API_SERVER`` names.

    Raises:
        JobError: There is no runner file, something is wrong with it, or it names another orchestrator.
    """
    home = home_here()
    return replace(launched(home) or _first(home), only=command)


def has_settings(home: Path) -> bool:
    """Tell whether Airflow's file of settings is there.

    Args:
        home: The home folder.
    """
    return (airflow_home(home) / "airflow.cfg").exists()


def _first(home: Path) -> Launch:
    file = Path(os.environ.get("INGEST_RUNNER_FILE") or home / "configs" / "runner.yaml")
    if not file.exists():
        mend = "write one there, name one by INGEST_RUNNER_FILE, or start `ingest start orchestrated` first"
        raise JobError(f"nothing was started below {home} yet, and there is no runner file {file}", mend)
    runner = plan_runner(file, home, only=())
    orchestrator = runner.spec.orchestrator
    if orchestrator.type != "airflow":
        raise JobError(f"{file} names the orchestrator {orchestrator.type!r}", "write `type: airflow` there")
    return Launch(runner.file, runner.home, orchestrator.concurrency_per_tenant, runner.database_url())
