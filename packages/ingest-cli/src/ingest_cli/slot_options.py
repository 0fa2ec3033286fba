"""The options of every command that takes a slot of its tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click


class Duration(click.ParamType[timedelta]):
    """A length of time, such as 1h30m."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:  # noqa: ANN401  # as click gives it
        """Read it, and tell what is wrong with it as click does."""
        from ingest_core import parse_duration  # noqa: PLC0415  # heavy; --help does without

        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(f"{value!r} {error}", param, ctx)


_OPTIONS = (
    click.option(
        "--wait",
        type=Duration(),
        default=timedelta(0),
        help="How long to wait while other runs of the tenant go on: 30s, 5m, 1h30m. Default: not at all.",
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
