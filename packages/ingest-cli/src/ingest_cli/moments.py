"""Points in time, and lengths of it, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from ingest_cli.lean_import import import_structlog


class Moment(click.ParamType[datetime]):
    """A date or a time as ISO 8601 writes them; without a zone it is UTC, without a time the day's beginning."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read one; see :class:`click.ParamType`."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time: write 2026-11-24, or 2026-11-24T08:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


MOMENT = Moment()


class Duration(click.ParamType[timedelta]):
    """A length of time: 30s, 5m, 1h30m, 3d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read one; see :class:`click.ParamType`."""
        if isinstance(value, timedelta):
            return value
        import_structlog()
        from ingest_core import parse_duration  # noqa: PLC0415  # heavy; --help does without

        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(f"{str(value)!r} {error}", param, ctx)


DURATION = Duration()
