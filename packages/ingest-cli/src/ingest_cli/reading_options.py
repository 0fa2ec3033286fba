"""What of a source a run reads: what is new, everything again, or a stretch of time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ingest_cli.moments import MOMENT

if TYPE_CHECKING:
    from ingest_core import Plan, Window

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--full-refresh",
        is_flag=True,
        help="Read from the beginning: what is merged is merged again, what is appended makes way for the new rows.",
    ),
    click.option("--since", type=MOMENT, help="Read only what came or changed at this time or later."),
    click.option("--until", type=MOMENT, help="Read only what came or changed before this time."),
)


def reading_options(command: Command) -> Command:
    """Add the options to a command, which gets them together, as ``reading``."""

    @functools.wraps(command)
    def call(*, full_refresh: bool, since: datetime | None, until: datetime | None, **said: Any) -> Any:  # noqa: ANN401  # a command's own
        reading = Reading(full_refresh, since, until)
        reading.check()
        return command(reading=reading, **said)

    wrapped: Command = call
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@dataclass(frozen=True)
class Reading:
    """What is to be read.

    Args:
        full_refresh: Everything, from the beginning.
        since: What came or changed at this time or later.
        until: What came or changed before this time.
    """

    full_refresh: bool
    since: datetime | None
    until: datetime | None

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            click.UsageError: It does not.
        """
        if self.full_refresh and (self.since or self.until):
            raise click.UsageError("--full-refresh reads all, --since and --until a stretch of time: say one of them")
        if self.since and self.until and self.since >= self.until:
            raise click.UsageError("--since is to be before --until, which is no part of the stretch any more")

    def planned(self, plan: Plan) -> Plan:
        """Plan to read everything again, where that is asked for."""
        return plan.refreshed() if self.full_refresh else plan

    def window(self) -> Window | None:
        """Give the stretch of time, where there is one."""
        from ingest_core import Window  # noqa: PLC0415  # heavy; --help does without

        return Window(self.since, self.until) if self.since or self.until else None
