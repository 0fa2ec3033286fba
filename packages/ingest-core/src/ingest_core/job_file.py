"""Reads a job file: from a path to a :class:`Job`, or to every fault in it."""

from __future__ import annotations

import os
from pathlib import Path

from ingest_core.column_checks import column_faults
from ingest_core.documents import Document, placed, read_yaml, validate
from ingest_core.errors import Fault, JobError
from ingest_core.homes import find_home
from ingest_core.job import Job, JobSpec, job_name
from ingest_core.job_assets import read_assets
from ingest_core.job_checks import name_faults
from ingest_core.publish_checks import publish_faults
from ingest_core.strategy_checks import strategy_faults
from ingest_core.tenancy import name_clashes, tenant_faults


def load_job(path: str | os.PathLike[str], home: str | os.PathLike[str] | None = None) -> Job:
    """Read a job file.

    Args:
        path: The file.
        home: The home folder; else ``INGEST_HOME``; else the nearest folder above the file that holds ``jobs/``.

    Raises:
        JobError: The file is missing or something in it is wrong. Carries every fault with its place, key
            and mend.
    """
    file = _plain(Path(path).absolute())
    document = read_yaml(file)
    base, spec, faults = _parts(document, file, home)
    if spec and base:
        contracts, told = read_assets(spec, base)
        job = Job(spec.tenant, spec.name or _default_name(file, base, spec), base, spec, document, contracts)
        faults += [*told, *_faults(job, file)]
    if faults or not (spec and base):
        raise JobError.of(placed(faults, document))
    return job


def _plain(file: Path) -> Path:
    """Take ``.`` and ``..`` out of a path; behind a link to a folder ``..`` is another place, and stays."""
    short = Path(os.path.normpath(file))
    try:
        return short if short.samefile(file) else file
    except OSError:  # told when it is read
        return file


def _parts(
    document: Document, file: Path, home: str | os.PathLike[str] | None
) -> tuple[Path | None, JobSpec | None, list[Fault]]:
    """Find the home and read what the file says; what is wrong with one keeps nothing of the other from being told."""
    base = spec = None
    faults: list[Fault] = []
    try:
        spec = validate(JobSpec, document)
    except JobError as error:
        faults += error.faults
    try:
        base = find_home(file, home)
    except JobError as error:
        return None, spec, [*faults, *error.faults]
    told = {fault.key for fault in faults}
    return base, spec, [*faults, *(fault for fault in name_faults(document, base) if fault.key not in told)]


def _default_name(file: Path, home: Path, spec: JobSpec) -> str:
    """Name a job by its path below ``jobs/<tenant>/``, without the ending."""
    folder = home / "jobs" / spec.tenant
    inside = file.is_relative_to(folder)
    return str((file.relative_to(folder) if inside else Path(file.name)).with_suffix(""))


def _faults(job: Job, file: Path) -> list[Fault]:
    return [
        *_name_faults(job, file),
        *tenant_faults(job.home, job.tenant, file),
        *column_faults(job),
        *_part_faults(job),
        *publish_faults(job),
        *strategy_faults(job),
        *_table_faults(job),
    ]


def _name_faults(job: Job, file: Path) -> list[Fault]:
    """Hold a name that was made of the file's path against what a written name must be."""
    try:
        job_name(job.name)
    except ValueError as error:
        return [Fault(f"the job would be named {job.name!r} after its file; a name {error}", "say `name: ...`")]
    return name_clashes(job.home / "jobs" / job.tenant, file) if job.spec.name is None else []


def _part_faults(job: Job) -> list[Fault]:
    """Refuse to replace a table part by part: only the last part would be left."""
    return [
        Fault(
            f"{name} replaces its table, so each part would take away the one before",
            "leave it out, or say another `write`",
            ("source", "objects", name, "commit_every"),
        )
        for name, spec in job.objects.items()
        if spec.commit_every and job.write_mode(name) == "replace"
    ]


def _table_faults(job: Job) -> list[Fault]:
    """Refuse two objects in one table where one of them replaces it, and tables whose names differ only in case."""
    first: dict[str, str] = {}
    faults = []
    for name in job.objects:
        table = job.table(name)
        other = first.setdefault(table.lower(), name)
        modes = {job.write_mode(name), job.write_mode(other)}
        if table != job.table(other):
            problem = f"the table {table!r} differs only in case from {job.table(other)!r}, where {other!r} lands"
            faults.append(Fault(problem, "call one of them otherwise", ("source", "objects", name)))
        elif other != name and "replace" in modes:
            key = ("source", "objects", name)
            line = job.document.where(("source", "objects", other))
            faults.append(Fault(f"lands in the table {table!r}, as {other!r} does ({line})", "give it its own", key))
    return faults
