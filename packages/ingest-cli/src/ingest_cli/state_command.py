"""``ingest state``: show where a job stands, and reset it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from ingest_cli.job_options import OBJECTS, AskedOfObjects, job_options
from ingest_cli.session import with_job
from ingest_cli.signals import printing, stopping
from ingest_cli.slot_options import slot_options

if TYPE_CHECKING:
    from ingest_core import Job, Plan, Redactor


@dataclass(frozen=True)
class _Asked(AskedOfObjects):
    """What the command line says."""

    rows: Literal["keep", "truncate"] | None = None
    wait: timedelta = timedelta(0)
    tenant_limit: int = 1


@click.group("state")
def state_command() -> None:
    """Show where a job stands, or reset it."""


@state_command.command("show", epilog="Example: ingest state show --config jobs/acme/flights.yaml")
@job_options
@OBJECTS
def show_command(**said: object) -> int:
    """Show the position of each object, as its table says, one JSON object a line.

    Exit code: 0 the next run can go on from all of them, 1 from some of them, 2 from none.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_show, asked))


@state_command.command("reset", epilog="Example: ingest state reset --config jobs/acme/flights.yaml --truncate")
@job_options
@slot_options
@OBJECTS
@click.option("--truncate", is_flag=True, help="Take the table's rows away in the same commit.")
@click.option("--keep-rows", is_flag=True, help="Keep them, though the next run loads everything again.")
def reset_command(*, truncate: bool, keep_rows: bool, **said: object) -> int:
    """Reset the position of each object: the next run loads everything anew.

    The report goes to stdout as JSON. Exit code: 0 done, or nothing to do; 1 a part of it; 2 nothing.
    """
    if truncate and keep_rows:
        raise click.UsageError("--truncate takes the rows away and --keep-rows keeps them: say one of them")
    rows = "truncate" if truncate else "keep" if keep_rows else None
    asked = _Asked(**said, rows=rows)  # type: ignore[arg-type]  # click gives what the options above declare
    return with_job(asked.config, asked.home, asked.log_format, partial(_reset, asked))


def _show(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, standing  # noqa: PLC0415  # heavy; --help does without

    found = standing(_plan(asked, job), RunOptions(redactor=redactor))
    for each in found:
        click.echo(json.dumps(asdict(each)))
    troubled = [each for each in found if each.error]
    return 0 if not troubled else 1 if len(troubled) < len(found) else 2


def _reset(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, reset  # noqa: PLC0415  # heavy; --help does without

    planned = _plan(asked, job)
    with stopping() as told:
        options = RunOptions(redactor=redactor, wait=asked.wait, tenant_limit=asked.tenant_limit)
        report = reset(planned, asked.rows, options, printing(told))
    return int(report.outcome)


def _plan(asked: _Asked, job: Job) -> Plan:
    from ingest_core import plan  # noqa: PLC0415  # heavy; --help does without

    return plan(job).only(asked.names)
