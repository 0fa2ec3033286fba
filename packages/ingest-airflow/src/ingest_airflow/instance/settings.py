"""The settings of Airflow that keep what a runner file promises.

Source: https://airflow.apache.org/docs/apache-airflow/3.3.2/configurations-ref.html, for each option; what some of them
really do was read in Airflow 3.3.2 and is said beside them.
"""

from __future__ import annotations

from pathlib import Path

from ingest_airflow.instance.folder import ADMIN, airflow_home, passwords_file

_TALKERS = (
    *("airflow.api_fastapi", "airflow.dag_processing", "airflow.executors", "airflow.jobs", "airflow.models.dag"),
    *("airflow.serialization", "airflow.sdk.api.client", "airflow.utils.db", "alembic", "http.access"),
)
"""Who tells of every look at every clock, and of every request; what runs do is in their own log."""

Settings = dict[str, dict[str, str]]
"""Sections, with their options."""

_LOST_SECONDS = 60
"""A run whose process told nothing for so long is lost, and its tenant's place is free again. It tells every five
seconds. The price: where the page's server, through which it tells, is away for as long, the run is ended as well."""
_PARSE_SECONDS = 30
"""Between two looks at the runner file and its jobs."""


def settings(home: Path, at_once: int) -> Settings:
    """Make the settings of an instance.

    Args:
        home: The home folder. A `%` in its path is doubled: Airflow fills in what stands behind one.
        at_once: Runs of all tenants at once.
    """
    return {
        "core": _core(home, at_once),
        # The command brings the tables to the form that this Airflow has before anything starts.
        "database": {"check_migrations": "False"},
        "logging": _logging(home),
        "api": {"workers": "1", "expose_config": "False", "instance_name": "ingest"},
        "scheduler": _scheduler(),
        "dag_processor": {
            "parsing_processes": "1",
            "min_file_process_interval": str(_PARSE_SECONDS),
            "refresh_interval": str(_PARSE_SECONDS),
            "dag_file_processor_timeout": "180",
            "print_stats_interval": "0",
        },
        "workers": _workers(),
    }


def _core(home: Path, at_once: int) -> dict[str, str]:
    return {
        "executor": "LocalExecutor",
        "dags_folder": _path(home, "dags"),
        "plugins_folder": _path(home, "plugins"),
        "parallelism": str(at_once),
        "load_examples": "False",
        "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "simple_auth_manager_users": f"{ADMIN}:admin",
        "simple_auth_manager_all_admins": "False",
        "simple_auth_manager_passwords_file": str(passwords_file(home)).replace("%", "%%"),
        # Whatever pool somebody makes by hand is not ours; a run without one waits in this.
        "default_pool_task_slot_count": str(at_once),
        "dagbag_import_timeout": "120",
        # Airflow ends a task that was asked to stop after so long; a container engine waits ten seconds.
        "killed_task_cleanup_time": "20",
        "test_connection": "Disabled",
    }


def _logging(home: Path) -> dict[str, str]:
    return {
        "base_log_folder": _path(home, "logs"),
        "json_logs": "True",
        "colored_console_log": "False",
        "uvicorn_logging_level": "WARNING",
        "namespace_levels": " ".join(f"{name}=WARNING" for name in _TALKERS),
        "dag_processor_child_process_log_directory": _path(home, "logs/dag_processor"),
    }


def _scheduler() -> dict[str, str]:
    return {
        "catchup_by_default": "False",
        "enable_health_check": "False",
        "task_instance_heartbeat_timeout": str(_LOST_SECONDS),
        "task_instance_heartbeat_timeout_detection_interval": "10",
        # A scheduler that was killed: its tasks are taken over by the next one when it looks.
        "orphaned_tasks_check_interval": "30",
    }


def _workers() -> dict[str, str]:
    """Say how long a run waits for the page's server: its first question finds one that has yet to load what answers.

    Asked so often, at most so many seconds apart, it is waited for about a minute: one that was killed is back by then.
    With Airflow's own numbers a run that begins meanwhile fails after ten seconds.
    """
    return {"execution_api_timeout": "30", "execution_api_retries": "12", "execution_api_retry_wait_max": "15"}


def _path(home: Path, below: str) -> str:
    return str(airflow_home(home) / below).replace("%", "%%")


def merged(ours: Settings, theirs: Settings) -> Settings:
    """Give ours with theirs over it, option by option.

    Args:
        ours: What keeps the promises.
        theirs: What a person says; nothing in it breaks one.
    """
    return {name: {**ours.get(name, {}), **theirs.get(name, {})} for name in [*ours, *theirs]}
