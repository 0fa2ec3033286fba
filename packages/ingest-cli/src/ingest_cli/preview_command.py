"""``ingest preview``: the first rows as they would land."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from ingest_cli.job_options import OBJECTS, AskedOfObjects, job_options
from ingest_cli.outcome import outcome
from ingest_cli.session import with_job

if TYPE_CHECKING:
    from ingest_core import Job, Redactor

MOST_ROWS = 1000
"""What is shown is held in memory."""


@dataclass(frozen=True)
class _Asked(AskedOfObjects):
    """What the command line says."""

    limit: int
    as_json: bool


@click.command(
    "preview",
    short_help="Show the first rows as they would land.",
    epilog="Example: ingest preview --config jobs/acme/flights.yaml --object airports --limit 3",
)
@job_options
@OBJECTS
@click.option(
    "--limit", type=click.IntRange(1, MOST_ROWS), default=10, show_default=True, help="The most rows of an object."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, with the object's name and the row.")
def preview_command(**said: object) -> int:
    """Show the first rows of each object as they would land. Nothing is written, and no target is reached.

    Exit code: 0 all objects could be read, 1 some, 2 none.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_preview, asked))


def _preview(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, plan, preview  # noqa: PLC0415  # heavy; --help does without

    from ingest_cli.rows import json_lines, table  # noqa: PLC0415  # as above

    found = preview(plan(job).only(asked.names), asked.limit, RunOptions(redactor=redactor))
    for each in found:
        if each.error:
            click.echo(f"{each.name}: {each.error}", err=True)
        elif asked.as_json:
            for line in json_lines(each.name, each.rows):
                click.echo(line)
        else:
            click.echo(f"{each.name} -> {each.table}\n{table(each.columns, each.rows)}")
    return outcome(each.error is None for each in found)
