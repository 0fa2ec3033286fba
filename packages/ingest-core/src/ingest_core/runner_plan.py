"""Turns a runner file into plans: every job that it names is read and planned, offline."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest_core.documents import Document, nearest, placed, read_yaml, validate
from ingest_core.errors import Fault, JobError
from ingest_core.homes import find_home
from ingest_core.job_file import load_job
from ingest_core.planner import Plan, plan
from ingest_core.references import variable
from ingest_core.runner import RunnerFile, RunnerSpec, ScheduleSpec
from ingest_core.runner_clashes import SCHEDULES, clashes


@dataclass(frozen=True)
class PlannedSchedule:
    """A schedule that could begin.

    Args:
        spec: What the file says.
        tenant: Whose runs it starts.
        plan: The plan of its job; ``None`` where it maintains the tenant's tables.
    """

    spec: ScheduleSpec
    tenant: str
    plan: Plan | None


@dataclass(frozen=True)
class RunnerPlan:
    """A runner file in which nothing is wrong, with the plans of its jobs.

    Args:
        file: The file.
        home: The home folder of all its jobs.
        spec: What the file says.
        schedules: Its schedules, in the file's order; those of one job share one plan.
    """

    file: Path
    home: Path
    spec: RunnerSpec
    schedules: tuple[PlannedSchedule, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of its jobs, each once."""
        return tuple({id(each.plan): each.plan for each in self.schedules if each.plan}.values())

    def database_url(self) -> str | None:
        """Look up the URL of the orchestrator's database, where the file names one.

        Raises:
            JobError: The variable is not set.
        """
        named = self.spec.orchestrator.database
        if named is None:
            return None
        return variable(named, ("runner", "orchestrator", "database"))


def plan_runner(
    path: str | os.PathLike[str],
    home: str | os.PathLike[str] | None = None,
    only: Collection[str] | None = None,
) -> RunnerPlan:
    """Read a runner file and every job that it names; check them as their runs would before they reach anything.

    Args:
        path: The runner file.
        home: The home folder, in which relative paths start; else found as for :func:`ingest_core.load_job`.
        only: The schedules that are wanted, by name; the file counts as one that holds no other, so that what is wrong
            with them is not looked at. Else all of them.

    Raises:
        JobError: Something is wrong with the file or with one of the jobs. Carries every fault of all of them.
    """
    document = read_yaml(Path(path).absolute())
    if only is not None:
        document = _restricted(document, only)
    base, spec, faults = _parts(document, home)
    found = _Jobs(document, base)
    plans = {place: found.plan(place, said) for place, said in enumerate(_said(document.data))}
    faults += [*found.faults, *clashes(plans)]
    if faults or not (base and spec):
        raise JobError.of(list(dict.fromkeys(placed(faults, document))))
    planned = tuple(_schedule(said, plans[place]) for place, said in enumerate(spec.orchestrator.schedules))
    return RunnerPlan(document.path, base, spec, planned)


def schedule_names(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """List the schedules of a runner file by name, whatever is wrong with it otherwise.

    Args:
        path: The runner file.

    Raises:
        JobError: It is no YAML.
    """
    names = (_name(said) for said in _said(read_yaml(Path(path).absolute()).data))
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _restricted(document: Document, only: Collection[str]) -> Document:
    """Give a runner file as if it held no other schedules, each at its place in the file."""
    said = _said(document.data)
    kept = [place for place, each in enumerate(said) if _name(each) in only]
    if not said or len(kept) == len(said):
        return document
    data = copy.deepcopy(document.data)
    data["runner"]["orchestrator"]["schedules"] = [said[place] for place in kept]
    depth = len(SCHEDULES)
    now: dict[object, int] = {place: index for index, place in enumerate(kept)}
    places = {}
    for key, at in document.places.items():
        if key[:depth] != SCHEDULES or len(key) == depth:
            places[key] = at
        elif key[depth] in now:
            places[(*SCHEDULES, now[key[depth]], *key[depth + 1 :])] = at
    return Document(document.path, data, places)


def _parts(
    document: Document, home: str | os.PathLike[str] | None
) -> tuple[Path | None, RunnerSpec | None, list[Fault]]:
    """Find the home and read what the file says; what is wrong with one keeps nothing of the other from being told."""
    base = spec = None
    faults: list[Fault] = []
    try:
        spec = validate(RunnerFile, document).runner
    except JobError as error:
        faults += error.faults
    try:
        base = find_home(document.path, home)
    except JobError as error:
        faults += error.faults
    return base, spec, faults


def _name(said: Any) -> object:  # noqa: ANN401  # whatever the file holds
    return said.get("name") if isinstance(said, Mapping) else None


def _said(data: Any) -> list[Any]:  # noqa: ANN401  # whatever the file holds
    """Give what the file says of schedules, however wrong the rest of it is: faults of jobs are told all the same."""
    for part in SCHEDULES:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data if isinstance(data, list) else []


@dataclass
class _Jobs:
    """Reads the jobs of a runner file, each once.

    Args:
        document: The runner file.
        home: The home folder.
        faults: What is wrong with them.
    """

    document: Document
    home: Path | None
    faults: list[Fault] = field(default_factory=list)
    _read: dict[Path, Plan | None] = field(default_factory=dict)

    def plan(self, place: int, said: Any) -> Plan | None:  # noqa: ANN401  # whatever the file holds
        """Plan the job of one schedule; ``None`` where it has none, or one with a fault."""
        config = said.get("config") if isinstance(said, Mapping) else None
        if not isinstance(config, str) or not config or self.home is None:
            return None
        file = Path(os.path.normpath(self.home / config))
        if _is_missing(file):
            key = (*SCHEDULES, place, "config")
            self.faults.append(Fault(f"there is no job file {file}", _mend(file), key))
            return None
        if file not in self._read:
            self._read[file] = self._planned(file)
        return self._read[file]

    def _planned(self, file: Path) -> Plan | None:
        try:
            return plan(load_job(file, self.home))
        except JobError as error:
            self.faults += error.faults
            return None


def _is_missing(file: Path) -> bool:
    try:
        return not file.is_file()
    except OSError:  # in a folder that may not be looked into: whoever reads it tells why not
        return False


def _mend(file: Path) -> str:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = [each.name for each in file.parent.iterdir() if each.is_file()]
    close = nearest(file.name, names)
    return f"did you mean {close!r}?" if close else "mend the path; a relative one starts in the home folder"


def _schedule(said: ScheduleSpec, planned: Plan | None) -> PlannedSchedule:
    return PlannedSchedule(said, planned.job.tenant if planned else str(said.maintain), planned)
