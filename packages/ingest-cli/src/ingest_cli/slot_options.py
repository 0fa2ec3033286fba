"""The options of every command that takes a slot of its tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from ingest_cli.lean_import import import_structlog


def _duration(context: click.Context, option: click.Parameter, text: str) -> timedelta:
    import_structlog()
    from ingest_core import parse_duration  # noqa: PLC0415  # heavy; --help does without

    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}", context, option) from None


_OPTIONS = (
    click.option(
        "--wait",
        metavar="DURATION",
        default="0s",
        show_default=True,
        callback=_duration,
        help="How long to wait while other runs of the tenant go on: 30s, 5m, 1h30m.",
    ),
    click.option(
        "--tenant-limit",
        type=click.IntRange(1, 64),
        default=1,
        envvar="INGEST_TENANT_LIMIT",
        hidden=True,  # what starts many runs sets the variable; a person has no use for it
    ),
)


def slot_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
