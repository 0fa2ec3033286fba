"""Airflow's own command, with the settings of the Airflow that runs here: ``python -m ingest_airflow.commands.airflow``.

In the image it goes by the name ``airflow``. It says the older lines of runbooks in today's words, starts nothing that runs
already, and hands over to Airflow's ``airflow``.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from ingest_core import IngestError, Redactor, redact_streams
from ingest_core.plugin import Launch

from ingest_airflow.commands.older import PREPARE, in_todays_words
from ingest_airflow.commands.running import runs_already
from ingest_airflow.commands.secrets import secrets_of
from ingest_airflow.commands.settings import home_here, launch_here
from ingest_airflow.instance import airflow_home, environment

FAILURE = 2
_TELLING = frozenset({"config", "info"})
"""Commands that print settings, values and all."""
_HELPING = frozenset({"version", "cheat-sheet", "-h", "--help"})


def main(arguments: Sequence[str]) -> int:
    """Do what a line says. Where Airflow does it, this process becomes Airflow's.

    Args:
        arguments: What stands behind ``airflow``.

    Returns:
        The exit code: 0 where what was asked for runs already, 2 where a person must mend something.
    """
    try:
        return _done(in_todays_words(arguments))
    except IngestError as error:
        sys.stderr.write(f"{error}\n")
        return FAILURE


def _done(line: list[str]) -> int:
    command = line[0] if line else "--help"
    if _HELPING & {command, *line}:
        _become(["-m", "airflow", *line], {"AIRFLOW_HOME": str(airflow_home(home_here()))})
    launch = launch_here()
    if command == "users" and importlib.util.find_spec("airflow.providers.fab") is None:
        return _tell_users(launch)
    if said := runs_already(launch.home, command):
        sys.stderr.write(f"airflow {command}: {said}; nothing was started\n")
        return 0
    return _with_settings(line, launch)


def _with_settings(line: list[str], launch: Launch) -> int:
    variables = environment(launch)
    if line[0] == "standalone":
        # Airflow's own prints the password that it makes.
        files = ["--runner-config", str(launch.runner_file), "--home", str(launch.home)]
        _become(["-m", "ingest_cli", "start", "orchestrated", *files], {})
    if tuple(line) == PREPARE:
        _become(["-m", "ingest_airflow.preparing", str(launch.home), "migrate", "pools"], variables)
    if line[0] in _TELLING:
        return _masked(line, launch, variables)
    _become(["-m", "airflow", *line], variables)


def _become(line: list[str], variables: dict[str, str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *line], os.environ | variables)  # noqa: S606  # no shell, and no strangers


def _masked(line: list[str], launch: Launch, variables: dict[str, str]) -> int:
    redactor = Redactor()
    for secret in secrets_of(launch, variables):
        redactor.add(secret)
    with redact_streams(redactor):
        return subprocess.run(
            [sys.executable, "-m", "airflow", *line], env=os.environ | variables, check=False
        ).returncode  # noqa: S603  # no shell


def _tell_users(launch: Launch) -> int:
    place = airflow_home(launch.home) / "passwords.json"
    sys.stderr.write(
        f"airflow users: this Airflow has one user, admin, whose password lies in {place}\n"
        f"  mend: write a password of your own into {launch.home / 'secrets' / 'airflow' / 'admin_password'}, and start again\n"
    )
    return FAILURE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
