"""``ingest plan``: what a run would do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from ingest_cli.job_options import AS_JSON, OBJECTS, AskedOfObjects, job_options
from ingest_cli.reading_options import Reading, reading_options
from ingest_cli.session import FAILURE, with_job

if TYPE_CHECKING:
    from ingest_core import Job, ObjectForesight, Redactor


@dataclass(frozen=True)
class _Asked(AskedOfObjects):
    """What the command line says."""

    reading: Reading
    offline: bool
    as_json: bool


@click.command(
    "plan", short_help="Say what a run would do.", epilog="Example: ingest plan --config jobs/acme/flights.yaml"
)
@job_options
@OBJECTS
@reading_options
@click.option("--offline", is_flag=True, help="Check the files alone; reach neither source nor target.")
@AS_JSON
def plan_command(**said: object) -> int:
    """Say what a run with the same options would do: what becomes of each table, and whether there is anything to read.

    Exit code: 0 the run would land everything; 2 something would be refused.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_foresee, asked))


def _foresee(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import ObjectForesight, RunOptions, foresee, plan  # noqa: PLC0415  # heavy; --help does without

    planned = asked.reading.planned(plan(job).only(asked.names))
    if asked.offline:
        seen = [ObjectForesight(each.name, str(each.table), each.write) for each in planned.objects]
    else:
        seen = list(foresee(planned, RunOptions(redactor=redactor, window=asked.reading.window())))
    for each in seen:
        lines = [json.dumps(asdict(each))] if asked.as_json else _told(each, offline=asked.offline)
        click.echo("\n".join(lines))
    return FAILURE if any(each.refused for each in seen) else 0


def _told(seen: ObjectForesight, *, offline: bool) -> Iterator[str]:
    yield f"{seen.name} -> {seen.table} ({seen.write})"
    if seen.refused:
        yield f"  refused: {seen.refused}"
    elif not offline:
        yield from (f"  {change}" for change in seen.changes or ["the table stays as it is"])
        yield f"  to read: {seen.splits} parts, {seen.workers} at once" if seen.splits else "  nothing new to read"
