"""Serves by Airflow's own command while it holds the lock of the service: ``python -m ingest_airflow.commands.held``.

It holds it itself and hands it to nobody: what a service began, and outlives it, keeps no later one from starting.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ingest_core import IngestError, service_locks

from ingest_airflow.commands.serving import services_of
from ingest_airflow.commands.settings import home_here

FAILURE = 2


def main(line: Sequence[str]) -> int:
    """Serve until somebody stops it.

    Args:
        line: What stands behind ``airflow``; its first word is a command that serves.

    Returns:
        The exit code: 2 where the service runs already, or its lock cannot be had.
    """
    try:
        with service_locks(home_here(), services_of(line[0])):
            _serve(line)
    except IngestError as error:
        sys.stderr.write(f"{error}\n")
        return FAILURE
    return 0


def _serve(line: Sequence[str]) -> None:
    from airflow.__main__ import main as airflow  # noqa: PLC0415  # it reads all settings, and takes seconds

    sys.argv = ["airflow", *line]
    airflow()  # type: ignore[no-untyped-call]  # Airflow's


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
