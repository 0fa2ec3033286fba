"""``ingest run``: run one job once, or all jobs of a folder."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.job_folder import Stop, run_folder
from ingest_cli.job_options import OBJECTS, jobs_options
from ingest_cli.reading_options import Reading, reading_options
from ingest_cli.session import FAILURE, log_format_of, with_job
from ingest_cli.signals import printing, stopping
from ingest_cli.slot_options import slot_options
from ingest_cli.terminal import shown

if TYPE_CHECKING:
    from ingest_core import Job, Plan, Redactor, RunOptions


@dataclass(frozen=True)
class _Asked:
    """What the command line says."""

    config: Path | None
    job_dir: Path | None
    home: Path | None
    log_format: str | None
    mode: str
    names: tuple[str, ...]
    reading: Reading
    accept_job_change: bool
    recreate: bool
    wait: timedelta
    tenant_limit: int


@click.command(
    "run",
    short_help="Run one job, or all jobs of a folder.",
    epilog="Examples: ingest run --config jobs/acme/flights.yaml; ingest run --job-dir jobs/acme",
)
@jobs_options
@slot_options
@click.option(
    "--mode",
    type=click.Choice(["self_hosted", "cloud"]),
    default="self_hosted",
    show_default=True,
    help="cloud refuses connectors that read the machine they run on.",
)
@OBJECTS
@reading_options
@click.option(
    "--accept-job-change", is_flag=True, help="Go on from a position that another version of the job reached."
)
@click.option("--recreate", is_flag=True, help="Make a table anew that was landed before and is gone.")
def run_command(**said: object) -> int:
    """Run one job, once; or with --job-dir all jobs below a folder, one after the other.

    The log goes to stderr, the report to stdout as JSON, one line for each job. At a terminal the progress is shown
    instead, and a table at the end. Times are ISO 8601, UTC unless they say another zone. Exit code: 0 everything was
    committed and read back, 1 a part of it, 2 nothing.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    _check(asked)
    if asked.job_dir:
        ready = partial(_planned, asked)
        return run_folder(asked.job_dir, (asked.home, asked.log_format), ready, partial(_run_job, asked))
    return with_job(asked.config or Path(), asked.home, asked.log_format, partial(_run_job, asked, None))


def _check(asked: _Asked) -> None:
    if (asked.config is None) == (asked.job_dir is None):
        raise click.UsageError("say --config JOB for one job, or --job-dir DIR for all jobs of a folder")
    if asked.job_dir and asked.names:
        raise click.UsageError("--object names an object of one job: say --config, not --job-dir")


def _planned(asked: _Asked, job: Job) -> Plan:
    from ingest_core import plan  # noqa: PLC0415  # heavy; --help does without

    planned = plan(job, "cloud" if asked.mode == "cloud" else "self_hosted").only(asked.names)
    return asked.reading.planned(planned)


def _run_job(asked: _Asked, stop: Stop | None, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import run  # noqa: PLC0415  # as above

    planned = _planned(asked, job)
    names = [each.name for each in planned.objects]
    with (
        shown(names, log_format_of(asked.log_format)) as watch,
        stopping(stop.note if stop else signal.SIG_IGN) as told,
    ):
        if stop and stop.asked:
            click.echo(f"not run, since a stop was asked for: {job.document.path}", err=True)
            return FAILURE
        report = run(planned, replace(_options(asked, redactor), observer=watch.observe), printing(told, watch.tell))
    if stop and report.stopped:
        stop.asked = True
    return int(report.outcome)


def _options(asked: _Asked, redactor: Redactor | None) -> RunOptions:
    from ingest_core import RunOptions  # noqa: PLC0415  # as above

    return RunOptions(
        accept_job_change=asked.accept_job_change,
        recreate=asked.recreate,
        redactor=redactor,
        window=asked.reading.window(),
        wait=asked.wait,
        tenant_limit=asked.tenant_limit,
    )
