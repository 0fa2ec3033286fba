"""The command lines of Airflow's processes. Source: ``airflow SERVICE --help`` of 3.3."""

from __future__ import annotations

import sys

_AIRFLOW = (sys.executable, "-m", "airflow")
"""Not whichever `airflow` is first on the path."""
_LAST_CONNECTIONS_SECONDS = 1
"""So long the page's server waits, at its end, for whoever is still connected; a container engine waits ten seconds.
Airflow's own 120 would be cut off."""
NO_LOG_SERVER = "--skip-serve-logs"
"""Logs are files below ``state/``, which the page's server reads itself where everything runs together."""


def api_server_line(host: str, port: int) -> list[str]:
    """Give the line of the page's server, to which runs tell what becomes of them as well."""
    ends_within = ["--worker-timeout", str(_LAST_CONNECTIONS_SECONDS)]
    return [*_AIRFLOW, "api-server", "--host", host, "--port", str(port), *ends_within]


def scheduler_line(*, alone: bool) -> list[str]:
    """Give the line of what starts runs when they are due, and whose children they are.

    Args:
        alone: Whether the page's server may be where it cannot read the files of logs.
    """
    return [*_AIRFLOW, "scheduler", *(() if alone else (NO_LOG_SERVER,))]


def dag_processor_line() -> list[str]:
    """Give the line of what makes DAGs of the runner file."""
    return [*_AIRFLOW, "dag-processor"]


def triggerer_line(*, alone: bool) -> list[str]:
    """Give the line of what waits in the place of tasks that are deferred.

    Args:
        alone: As for the scheduler.
    """
    return [*_AIRFLOW, "triggerer", *(() if alone else (NO_LOG_SERVER,))]
