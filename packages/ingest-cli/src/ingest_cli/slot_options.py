"""The options of every command that takes a slot of its tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ingest_cli.moments import DURATION

Command = Callable[..., Any]


def slot_options(command: Command) -> Command:
    """Add the options to a command that does not wait unless it is told to."""
    return slot_options_waiting("0s")(command)


def slot_options_waiting(default: str) -> Callable[[Command], Command]:
    """Add the options to a command.

    Args:
        default: How long it waits, unsaid.
    """
    wait = click.option(
        "--wait",
        type=DURATION,
        metavar="DURATION",
        default=default,
        show_default=True,
        help="How long to wait while other runs of the tenant go on: 30s, 5m, 1h30m.",
    )
    return lambda command: wait(_LIMIT(command))


_LIMIT = click.option(
    "--tenant-limit",
    type=click.IntRange(1, 64),
    default=1,
    envvar="INGEST_TENANT_LIMIT",
    hidden=True,  # what starts many runs sets the variable; a person has no use for it
)
