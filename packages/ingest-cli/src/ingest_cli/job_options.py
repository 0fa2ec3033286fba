"""The options that several commands have, each told in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ingest_cli.object_names import object_names

Command = Callable[..., Any]

HOME = click.option(
    "--home", type=click.Path(path_type=Path), help="The home folder; else INGEST_HOME, else found from the file."
)
LOG_FORMAT = click.option(
    "--log-format",
    type=click.Choice(["json", "console"]),
    envvar="INGEST_LOG_FORMAT",
    help="json: one object a line; console: for a person. Default: console at a terminal, else json.",
)
OBJECTS = click.option(
    "--object",
    "names",
    multiple=True,
    shell_complete=object_names,
    help="Only this object; may be said several times.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@dataclass(frozen=True)
class AskedOfObjects:
    """What the command line says of one job and of its objects: :func:`job_options` and :data:`OBJECTS`."""

    config: Path
    home: Path | None
    log_format: str | None
    names: tuple[str, ...]


def job_options(command: Command) -> Command:
    """Add the options to a command on one job."""
    config = click.option("--config", required=True, type=click.Path(path_type=Path), help="The job file.")
    return _with(command, (config, HOME, LOG_FORMAT))


def jobs_options(command: Command) -> Command:
    """Add the options to a command on one job, or on all jobs of a folder."""
    config = click.option("--config", type=click.Path(path_type=Path), help="The job file.")
    folder = click.option(
        "--job-dir", type=click.Path(path_type=Path), help="All jobs below this folder, one after the other, instead."
    )
    return _with(command, (config, folder, HOME, LOG_FORMAT))


def _with(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
