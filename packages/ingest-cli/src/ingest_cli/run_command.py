"""``ingest run``: run one job, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.job_options import job_options
from ingest_cli.session import with_job
from ingest_cli.signals import stopping
from ingest_cli.slot_options import slot_options

if TYPE_CHECKING:
    from ingest_core import Job, Redactor


@dataclass(frozen=True)
class _Asked:
    """What the command line says."""

    config: Path
    home: Path | None
    mode: str
    accept_job_change: bool
    recreate: bool
    log_format: str | None
    wait: timedelta
    tenant_limit: int


@click.command("run", epilog="Example: ingest run --config jobs/acme/flights.yaml")
@job_options
@slot_options
@click.option(
    "--mode",
    type=click.Choice(["self_hosted", "cloud"]),
    default="self_hosted",
    show_default=True,
    help="cloud refuses connectors that read the machine they run on.",
)
@click.option(
    "--accept-job-change", is_flag=True, help="Go on from a position that another version of the job reached."
)
@click.option("--recreate", is_flag=True, help="Make a table anew that was landed before and is gone.")
def run_command(**asked: object) -> int:
    """Run one job, once.

    The log goes to stderr, the report to stdout as JSON. Exit code: 0 everything was committed and read back, 1 a part
    of it, 2 nothing.
    """
    return _run(_Asked(**asked))  # type: ignore[arg-type]  # click gives what the options above declare


def _run(asked: _Asked) -> int:
    return with_job(asked.config, asked.home, asked.log_format, partial(_run_job, asked))


def _run_job(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import RunOptions, plan, run  # noqa: PLC0415  # heavy; --help does without

    planned = plan(job, "cloud" if asked.mode == "cloud" else "self_hosted")
    with stopping() as tell:
        options = RunOptions(asked.accept_job_change, asked.recreate, redactor, asked.wait, asked.tenant_limit)
        report = run(planned, options, tell)
    return int(report.outcome)
