"""Holds a job to its own tenant, whatever its file is called and wherever links to it lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ingest_core.errors import Fault

_FOLDERS = ("jobs", "secrets", "state/targets")
"""What holds a folder for each tenant."""

_ENDINGS = {".yaml", ".yml", ".json"}


def tenant_faults(home: Path, tenant: str, file: Path) -> list[Fault]:
    """Refuse a file of one tenant's folder that names another, whose secrets it would get, and names too much alike.

    Args:
        home: The home folder.
        tenant: The tenant that the job names.
        file: The job's file. It may be a link; what it leads to must be nobody else's.
    """
    places = {(Path(os.path.normpath(file)), home / "jobs"), (file.resolve(), (home / "jobs").resolve())}
    owners = {name for place, jobs in places if (name := _owner(place, jobs)) not in (None, tenant)}
    faults = [f"a file in jobs/{owner}/ names the tenant {tenant!r}" for owner in sorted(map(str, owners))]
    told = [Fault(problem, "name its own tenant", ("tenant",)) for problem in faults]
    return told or list(_alike_faults(home, tenant))


def _owner(file: Path, jobs: Path) -> str | None:
    """Give the tenant whose folder a file is in."""
    parts = file.relative_to(jobs).parts if file.is_relative_to(jobs) else ()
    return parts[0] if len(parts) > 1 else None


def _alike_faults(home: Path, tenant: str) -> Iterator[Fault]:
    """Refuse tenants that are one to some file systems and databases, and two to others."""
    for folder in _FOLDERS:
        for other in _alike(home / folder, tenant):
            problem = f"the tenant {tenant!r} differs only in case from {other!r}, which has {folder}/{other}"
            yield Fault(problem, "call one of them otherwise", ("tenant",))


def _alike(folder: Path, name: str) -> list[str]:
    """List what in a folder differs from a name only in case."""
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    return sorted(other for other in names if other != name and other.casefold() == name.casefold())


def name_clashes(folder: Path, file: Path) -> list[Fault]:
    """Refuse a job whose name, made of its file's path, is that of another file, or differs from it only in case.

    Args:
        folder: The tenant's folder, ``jobs/<tenant>``.
        file: The job's file.
    """
    if not file.is_relative_to(folder):
        return []
    here = file.relative_to(folder)
    ways = [folder.joinpath(*here.parts[:depth]) for depth in range(1, len(here.parts))]
    others = [str(way.with_name(other).relative_to(folder)) for way in ways for other in _alike(way.parent, way.name)]
    beside = [other for other in file.parent.iterdir() if other.suffix in _ENDINGS and other.name != file.name]
    others += [str(other.relative_to(folder)) for other in beside if other.stem.casefold() == file.stem.casefold()]
    return [
        Fault(
            f"the job would be named after {here}, and so would that of {other}, but for capitals",
            "say `name: ...`, or rename one of them",
        )
        for other in others
    ]
