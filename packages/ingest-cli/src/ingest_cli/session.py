"""What every command on a job does first: redact whatever is printed from then on, and read the job."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ingest_cli.lean_import import import_structlog
from ingest_cli.masking import masked
from ingest_cli.printing import give_up

if TYPE_CHECKING:
    from ingest_core import Job, Redactor

FAILURE = 2

Act = Callable[["Job", "Redactor | None"], int]
"""Does the command's work and gives its exit code."""


def with_job(config: Path, home: Path | None, log_format: str | None, act: Act) -> int:
    """Read a job file and do something with the job; what a person must mend is told on stderr.

    Args:
        config: The job file.
        home: The home folder, if it is said.
        log_format: How the log is written, if it is said.
        act: What is done.

    Returns:
        The exit code. Who reads no further, as ``head``, wants to hear nothing; click would end with 1, "partial".
    """
    import_structlog()
    try:
        return _with_job((config, home), log_format, act)
    except BrokenPipeError:
        give_up(sys.__stdout__)
        give_up(sys.__stderr__)
        return FAILURE


def _with_job(place: tuple[Path, Path | None], log_format: str | None, act: Act) -> int:
    from ingest_core import JobError, configure_logging, load_job  # noqa: PLC0415  # heavy; --help does without

    masking = masked()
    try:
        job = load_job(*place)
    except JobError as error:
        click.echo(str(error), err=True)
        return FAILURE
    if not job.spec.logging.redaction:
        masking.leave_off()
    configure_logging(job.spec.logging.level, log_format_of(log_format), masking.redactor)
    return _act(act, job, masking.redactor if job.spec.logging.redaction else None)


def _act(act: Act, job: Job, redactor: Redactor | None) -> int:
    from ingest_core import IngestError  # noqa: PLC0415  # as above

    try:
        return act(job, redactor)
    except IngestError as error:
        click.echo(str(error), err=True)
    except BrokenPipeError:
        raise  # no fault of this program, see above
    except Exception:
        # A fault of this program: told whole, by the log, which is redacted; Python's own way ends with 1, "partial".
        logging.getLogger("ingest").exception("crashed")
    return FAILURE


def log_format_of(asked: str | None) -> Literal["json", "console"]:
    """Give the format that is asked for; unsaid, the one that suits whoever reads stderr."""
    wanted = asked or ("console" if sys.stderr.isatty() else "json")
    return "console" if wanted == "console" else "json"
