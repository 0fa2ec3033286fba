"""Airflow's command with the settings of the Airflow that runs here: ``python -m ingest_airflow.commands.airflow``.

In the image it goes by the name ``airflow``. It says the older lines of runbooks in today's words, starts nothing that
runs already, and hands over to Airflow's ``airflow``.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from ingest_core import IngestError, redact_streams
from ingest_core.plugin import Launch

from ingest_airflow.commands.known_secrets import knowing
from ingest_airflow.commands.older import PREPARE, in_todays_words
from ingest_airflow.commands.serving import ALL, refuse_daemon, runs_already, served, serves
from ingest_airflow.commands.settings import has_settings, home_here, launch_here
from ingest_airflow.instance import airflow_home, environment, passwords_file, write_instance

FAILURE = 2
_TELLING = frozenset({"config", "info"})
"""Commands that print settings, values and all."""
_NEEDING_NONE = frozenset({"version", "cheat-sheet"})
_NEEDING_POOLS = frozenset({ALL, "scheduler", "dag-processor"})
_HELP = frozenset({"-h", "--help"})


def main(arguments: Sequence[str]) -> int:
    """Do what a line says. Where Airflow does it, this process becomes Airflow's.

    Args:
        arguments: What stands behind ``airflow``.

    Returns:
        The exit code: 0 where what was asked for runs already, 2 where a person must mend something.
    """
    line = in_todays_words(arguments) or ["--help"]
    try:
        if _only_tells(line):
            _become(["-m", "airflow", *line], {"AIRFLOW_HOME": str(airflow_home(home_here()))})
        return _with_settings(line, launch_here(line[0]))
    except IngestError as error:
        sys.stderr.write(f"{error}\n")
        return FAILURE


def _only_tells(line: list[str]) -> bool:
    options = line[: line.index("--")] if "--" in line else line
    return line[0] in _NEEDING_NONE or not _HELP.isdisjoint(options)


def _with_settings(line: list[str], launch: Launch) -> int:
    if line[0] == "users" and importlib.util.find_spec("airflow.providers.fab") is None:
        return _tell_users(launch.home)
    if serves(line[0]):
        return _serve(line, launch)
    if not has_settings(launch.home) or tuple(line) == PREPARE:
        write_instance(launch)
    variables = environment(launch)
    if tuple(line) == PREPARE:
        return _prepared(launch, variables)
    if line[0] in _TELLING:
        return _masked(line, launch, variables)
    return _become(["-m", "airflow", *line], variables)


def _serve(line: list[str], launch: Launch) -> int:
    if said := runs_already(launch.home, line[0]):
        sys.stderr.write("".join(f"airflow {line[0]}: {each}; nothing was started\n" for each in said))
        return 0
    if ours := served(line, launch):
        _become(ours, {})
    refuse_daemon(line)
    write_instance(launch)
    variables = environment(launch)
    # Without its pool a run is never started, and a DAG is left out.
    if line[0] in _NEEDING_POOLS and (code := _prepared(launch, variables)):
        return code
    return _become(["-m", "ingest_airflow.commands.held", *line], variables)


def _prepared(launch: Launch, variables: Mapping[str, str]) -> int:
    line = [sys.executable, "-m", "ingest_airflow.preparing", str(launch.home), "migrate", "pools"]
    return subprocess.run(line, env=os.environ | variables, check=False).returncode  # noqa: S603  # no shell


def _become(line: list[str], variables: Mapping[str, str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *line], os.environ | variables)  # noqa: S606  # no shell


def _masked(line: list[str], launch: Launch, variables: Mapping[str, str]) -> int:
    airflow = [sys.executable, "-m", "airflow", *line]
    with redact_streams(knowing(launch.home, variables)):
        return subprocess.run(airflow, env=os.environ | variables, check=False).returncode  # noqa: S603  # as above


def _tell_users(home: Path) -> int:
    sys.stderr.write(
        f"airflow users: the user is admin, whose password lies in {passwords_file(home)}; there are no others\n"
        f"  mend: write the password that you want into {home / 'secrets' / 'airflow' / 'admin_password'}, name "
        "more users by `[core] simple_auth_manager_users` in configs/airflow.cfg, and start again\n"
    )
    return FAILURE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
