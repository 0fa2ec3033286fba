"""``ingest run``: run one job, once."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ingest_cli.signals import stopping

if TYPE_CHECKING:
    from ingest_core import Job, Redactor, Report

FAILURE = 2
_FORMATS = click.Choice(["json", "console"])


@dataclass(frozen=True)
class _Asked:
    """What the command line says."""

    config: Path
    home: Path | None
    mode: str
    accept_job_change: bool
    recreate: bool
    log_format: str | None


@click.command("run", epilog="Example: ingest run --config jobs/acme/flights.yaml")
@click.option("--config", required=True, type=click.Path(path_type=Path), help="The job file.")
@click.option("--home", type=click.Path(path_type=Path), help="The home folder; else INGEST_HOME, else found from it.")
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
@click.option(
    "--log-format",
    type=_FORMATS,
    envvar="INGEST_LOG_FORMAT",
    help="json: one object a line; console: for a person. Default: console at a terminal, else json.",
)
def run_command(**asked: object) -> int:
    """Run one job, once.

    The log goes to stderr, the report to stdout as JSON. Exit code: 0 everything was committed and read back, 1 a part
    of it, 2 nothing.
    """
    return _run(_Asked(**asked))  # type: ignore[arg-type]  # click gives what the options above declare


def _run(asked: _Asked) -> int:
    from ingest_core import JobError, Redactor, configure_logging, load_job, redact_streams  # noqa: PLC0415  # heavy; --help does without

    redactor = Redactor()
    try:
        job = load_job(asked.config, asked.home)
    except JobError as error:
        click.echo(str(error), err=True)
        return FAILURE
    if not job.spec.logging.redaction:
        configure_logging(job.spec.logging.level, _log_format(asked), None)
        return _run_job(asked, job, None)
    with redact_streams(redactor):
        configure_logging(job.spec.logging.level, _log_format(asked), redactor)
        return _run_job(asked, job, redactor)


def _run_job(asked: _Asked, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import JobError, RunOptions, plan, run  # noqa: PLC0415  # as above

    try:
        planned = plan(job, "cloud" if asked.mode == "cloud" else "self_hosted")
    except JobError as error:
        click.echo(str(error), err=True)
        return FAILURE
    try:
        with stopping():
            report = run(planned, RunOptions(asked.accept_job_change, asked.recreate, redactor))
    except Exception:
        # A fault of this program: told whole, by the log, which is redacted; Python's own way ends with 1, "partial".
        logging.getLogger("ingest").exception("crashed")
        return FAILURE
    _print(report)
    return int(report.outcome)


def _print(report: Report) -> None:
    """Print the report. Nobody reading it changes nothing of what was committed, and so nothing of the exit code."""
    try:
        click.echo(report.as_json())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)


def _log_format(asked: _Asked) -> Literal["json", "console"]:
    wanted = asked.log_format or ("console" if sys.stderr.isatty() else "json")
    return "console" if wanted == "console" else "json"
