"""The options of every command on a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_OPTIONS = (
    click.option("--config", required=True, type=click.Path(path_type=Path), help="The job file."),
    click.option(
        "--home", type=click.Path(path_type=Path), help="The home folder; else INGEST_HOME, else found from the file."
    ),
    click.option(
        "--log-format",
        type=click.Choice(["json", "console"]),
        envvar="INGEST_LOG_FORMAT",
        help="json: one object a line; console: for a person. Default: console at a terminal, else json.",
    ),
)


def job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
