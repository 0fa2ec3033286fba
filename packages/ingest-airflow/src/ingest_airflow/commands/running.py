"""Tells whether a service of Airflow runs already on this state folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest_core import TransientError, service_locks

SERVICES: Mapping[str, Iterable[str]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler",),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer",),
    "standalone": ("api-server", "scheduler", "dag-processor", "triggerer"),
}
"""The commands of Airflow's that serve, each with the services of ours that it would double."""


def runs_already(home: Path, command: str) -> str | None:
    """Say who runs what a command would start.

    Args:
        home: The home folder.
        command: The first word behind ``airflow``.

    Returns:
        The service, its process and since when; ``None`` where nobody does, or the command serves nothing.
    """
    try:
        with service_locks(home, tuple(SERVICES.get(command, ()))):
            return None
    except TransientError as error:
        return error.faults[0].problem
