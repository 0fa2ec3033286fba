"""The commands of Airflow's that serve: as services of ours, each once on a state folder."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from ingest_core import JobError, TransientError, service_locks
from ingest_core.plugin import Launch

from ingest_airflow.orchestrator import orchestrator

ALL = "standalone"
"""Airflow's word for all services at once."""


def serves(command: str) -> bool:
    """Tell whether a command goes on until somebody stops it.

    Args:
        command: The first word behind ``airflow``.
    """
    return command == ALL or command in orchestrator.services


def services_of(command: str) -> Sequence[str]:
    """Give the services that a command starts.

    Args:
        command: One that serves.
    """
    return orchestrator.services if command == ALL else [command]


def refuse_daemon(line: Sequence[str]) -> None:
    """Refuse a line by which Airflow would leave its process, and with it the lock of the service.

    Args:
        line: What stands behind ``airflow``.

    Raises:
        JobError: It is one.
    """
    said = [word.partition("=")[0] for word in line[1:]]
    if any(word.startswith("-D") or (len(word) > len("--") and "--daemon".startswith(word)) for word in said):
        raise JobError(
            f"airflow {line[0]}: a daemon of Airflow's (-D) could be started twice on this state folder",
            "leave the option out, and let what starts the command keep it in the background, such as `docker run -d`",
        )


def runs_already(home: Path, command: str) -> list[str]:
    """Say who runs what a command would start.

    Args:
        home: The home folder.
        command: One that serves.

    Returns:
        Each service, its process and since when; nothing where one of them is not there.

    Raises:
        IngestError: The state folder cannot be written, or its disk is full.
    """
    said = [_holder(home, each) for each in services_of(command)]
    found = [each for each in said if each]
    return found if len(found) == len(said) else []


def _holder(home: Path, service: str) -> str | None:
    try:
        with service_locks(home, [service]):
            return None
    except TransientError as error:
        if isinstance(error.__cause__, OSError):
            raise
        return error.faults[0].problem


def served(line: Sequence[str], launch: Launch) -> list[str] | None:
    """Give a line of Airflow's that serves as one of Python's: what ``ingest start orchestrated`` does is done.

    So the tables and pools are in order before it begins, its output is masked, and what dies is started again.

    Args:
        line: What stands behind ``airflow``.
        launch: What is started here.

    Returns:
        What stands behind ``python``; ``None`` where the line has options that are Airflow's alone.

    Raises:
        JobError: The package with the command is missing.
    """
    address = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    if line[0] == "api-server":
        address.add_argument("-H", "--host")
        address.add_argument("-p", "--port")
    try:
        said, others = address.parse_known_args(line[1:])
    except argparse.ArgumentError:
        return None
    if others:
        return None
    if importlib.util.find_spec("ingest_cli") is None:
        raise JobError(f"`airflow {line[0]}` needs the command `ingest` here", "pip install ingest-cli")
    options = {"only": None if line[0] == ALL else line[0], **vars(said)}
    where = ["--runner-config", str(launch.runner_file), "--home", str(launch.home)]
    more = [word for name, value in options.items() if value is not None for word in (f"--{name}", value)]
    return ["-m", "ingest_cli", "start", "orchestrated", *where, *more]
