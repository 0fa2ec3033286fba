"""Checks files that people write, offline: jobs as a run would before it reaches anything, registries and runners."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ingest_core.contracts import CONTRACT_KIND
from ingest_core.documents import read_yaml
from ingest_core.errors import Fault, IngestError
from ingest_core.job_assets import read_asset
from ingest_core.job_file import load_job
from ingest_core.planner import plan
from ingest_core.registry import read_connectors
from ingest_core.rest.definition import read_definition
from ingest_core.runner_plan import plan_runner

Kind = Literal["job", "registry", "runner", "connector", "asset", "other"]

ENDINGS = (".yaml", ".yml")
NEVER_READ = ("secrets", "state")
"""Folders of a home that hold no files to check; hidden ones are left aside, too."""


@dataclass(frozen=True)
class FileCheck:
    """What was found of one file.

    Args:
        path: The file, as it was named or found.
        kind: ``job``; ``registry``; ``runner``; ``connector``; ``asset``; ``other`` for a file of a folder that is none
            of them, and was not checked.
        tenant: Of a job in order, its tenant.
        name: Of a job in order, its name.
        faults: Everything that is wrong with it.
    """

    path: str
    kind: Kind
    tenant: str | None = None
    name: str | None = None
    faults: Sequence[Fault] = field(default_factory=tuple)


def validate(
    paths: Iterable[str | os.PathLike[str]], home: str | os.PathLike[str] | None = None
) -> Sequence[FileCheck]:
    """Check files, and all files of folders. Reaches nothing and looks no secret up.

    Args:
        paths: Files of jobs, registries, runners, connectors or assets, or folders of them.
        home: The home folder of the jobs; else found as for :func:`ingest_core.load_job`.

    Returns:
        One entry for each file, in the order of the paths and of the names below them; a path of which there is no
        file has one, too. Two jobs of one tenant and name are a fault of the second.
    """
    checks = [check for path in paths for check in _path(Path(path), home)]
    return list(_distinct(checks))


def _path(path: Path, home: str | os.PathLike[str] | None) -> Iterator[FileCheck]:
    if not path.is_dir():
        yield _file(path, home, is_named=True)
        return
    files, unread = _below(path)
    for error in unread:
        fault = Fault(f"cannot be read: {error.strerror}", "mend its rights", where=str(error.filename))
        yield FileCheck(str(error.filename), "other", faults=(fault,))
    if not files and not unread:
        fault = Fault("no file below it ends with .yaml or .yml", "name a folder of jobs", where=str(path))
        yield FileCheck(str(path), "other", faults=(fault,))
    for file in files:
        yield _file(file, home, is_named=False)


def _below(folder: Path) -> tuple[list[Path], list[OSError]]:
    """List the files of a folder that may be ours, whatever links lead out of it, and what cannot be looked into."""
    found: list[Path] = []
    unread: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unread.append):
        # A tenant may have one of these names; below a home they are the home's own.
        never = NEVER_READ if (Path(place) / "jobs").is_dir() else ()
        folders[:] = [name for name in folders if not name.startswith(".") and name not in never]
        ours = [Path(place) / name for name in names if name.endswith(ENDINGS) and not name.startswith(".")]
        found += [path for path in ours if not path.is_fifo()]  # nobody may ever write one
    return sorted(found), unread


def _file(path: Path, home: str | os.PathLike[str] | None, *, is_named: bool) -> FileCheck:
    kind: Kind = "job"
    try:
        kind = _kind(read_yaml(path.absolute()).data, _kind_of_place(path.absolute(), home, is_named=is_named))
        if kind == "job":
            job = load_job(path, home)
            plan(job)
            return FileCheck(str(path), kind, job.tenant, job.name)
        if kind == "registry":
            read_connectors(path.absolute())
        if kind == "runner":
            plan_runner(path, home)
        if kind == "connector":
            read_definition(path.absolute())
        if kind == "asset":
            read_asset(path.absolute())
    except IngestError as error:
        return FileCheck(str(path), kind, faults=error.faults)
    return FileCheck(str(path), kind)


_TELLING: Sequence[tuple[Kind, frozenset[str]]] = (
    ("registry", frozenset({"connectors"})),
    ("runner", frozenset({"runner"})),
    ("job", frozenset({"tenant", "source", "target"})),
    ("connector", frozenset({"streams", "base_url"})),
)
"""Keys by which a file says what it is to be."""


def _kind(data: Any, place: Kind) -> Kind:  # noqa: ANN401  # whatever the file holds
    """Tell by what a file says what it is to be; where it says nothing of that, by where it lies."""
    keys = set(data) if isinstance(data, Mapping) else set()
    if "kind" in keys and data["kind"] == CONTRACT_KIND:
        return "asset"
    return next((kind for kind, telling in _TELLING if keys & telling), place)


def _kind_of_place(file: Path, home: str | os.PathLike[str] | None, *, is_named: bool) -> Kind:
    """Tell what a file is to be by the home's folder in which it lies; what is named is meant for a job."""
    above = [Path(home).absolute()] if home else file.parents
    nearest = next((folder for folder in above if (folder / "jobs").is_dir()), None)
    if nearest is not None and file.parent == nearest / "connectors":
        return "connector"
    if nearest is not None and file.is_relative_to(nearest / "assets"):
        return "asset"
    is_below_jobs = nearest is not None and file.is_relative_to(nearest / "jobs")
    return "job" if is_named or is_below_jobs else "other"


def _distinct(checks: Sequence[FileCheck]) -> Iterator[FileCheck]:
    """Tell two jobs that go by one name: each would go on from where the other ended."""
    first: dict[tuple[str | None, str | None], str] = {}
    for check in checks:
        other = first.setdefault((check.tenant, check.name), check.path)
        if check.name is None or Path(other).absolute() == Path(check.path).absolute():
            yield check
            continue
        fault = Fault(
            f"is the job {check.name!r} of {check.tenant!r}, as {other} is",
            "say another `name`",
            where=str(Path(check.path).absolute()),
        )
        yield replace(check, faults=(*check.faults, fault))
