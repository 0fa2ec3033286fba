"""All jobs below a folder, one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from ingest_cli.lean_import import import_structlog
from ingest_cli.masking import masked
from ingest_cli.printing import tell
from ingest_cli.session import FAILURE, with_job
from ingest_cli.signals import only_note

if TYPE_CHECKING:
    from ingest_core import Job, Redactor

PARTIAL = 1


@dataclass
class Stop:
    """Whether somebody asked for the end, in whichever job."""

    asked: bool = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del number, frame
        self.asked = True


RunJob = Callable[[Stop, "Job", "Redactor | None"], int]
"""Runs one job, notes a stop, and gives the job's exit code."""


def run_folder(folder: Path, say: tuple[Path | None, str | None], ready: Callable[[Job], Any], run_job: RunJob) -> int:
    """Run every job below a folder, by tenant and name. Files with faults are told first, and keep no other back.

    Args:
        folder: Its ``*.yaml`` and ``*.yml`` files are jobs.
        say: The home folder and how the log is written, where the command line says so.
        ready: Checks a job offline.
        run_job: Runs one.

    Returns:
        0 when all jobs succeeded, 2 when none did, else 1.
    """
    import_structlog()
    masked().shared = True
    files, unread = _below(folder)
    for error in unread:
        tell(f"{error.filename}: cannot be read: {error.strerror}\n  mend: mend its rights")
    if not files and not unread:
        raise click.UsageError(f"no job below {folder}: no file there ends with .yaml or .yml")
    sound = _sound(files, say[0], ready)
    codes = [FAILURE] * (len(unread) + len(files) - len(sound))
    stop = Stop()
    only_note(stop.note)
    codes += [_run(file, say, stop, run_job) for file in sound]
    if not any(codes):
        return 0
    return FAILURE if all(code == FAILURE for code in codes) else PARTIAL


def _below(folder: Path) -> tuple[list[Path], list[OSError]]:
    """List the jobs of a folder, and what of it cannot be looked into."""
    unread: list[OSError] = []
    found = [
        Path(place) / name
        for place, _, names in os.walk(folder, onerror=unread.append)
        for name in names
        if name.endswith((".yaml", ".yml"))
    ]
    # A folder that is not there is told as one without jobs.
    return sorted(file for file in found if not file.is_fifo()), [each for each in unread if folder.exists()]


def _run(file: Path, say: tuple[Path | None, str | None], stop: Stop, run_job: RunJob) -> int:
    if stop.asked:
        tell(f"not run, since a stop was asked for: {file}")
        return FAILURE
    try:
        return with_job(file, *say, partial(run_job, stop))
    except KeyboardInterrupt:  # before the run began: from there on it is told in the report
        stop.asked = True
        return FAILURE


def _sound(files: Sequence[Path], home: Path | None, ready: Callable[[Job], Any]) -> list[Path]:
    """Tell the faults of all files, and give those that have none, in the order of tenant and name."""
    sound = sorted(_read(files, home, ready))
    first: dict[tuple[str, str], Path] = {}
    for tenant, name, file in sound:
        other = first.setdefault((tenant, name), file)
        if other != file:
            tell(f"{file}: is named {name!r} of {tenant!r}, as {other} is\n  mend: say another `name`")
    return list(first.values())


def _read(files: Sequence[Path], home: Path | None, ready: Callable[[Job], Any]) -> Iterator[tuple[str, str, Path]]:
    from ingest_core import IngestError, load_job  # noqa: PLC0415  # heavy; --help does without

    for file in files:
        try:
            job = load_job(file, home)
            ready(job)
        except IngestError as error:
            tell(str(error))
        else:
            yield job.tenant, job.name, file
