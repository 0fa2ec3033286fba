"""Turns a job into a plan: every name looked up, every setting checked, nothing reached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa

from ingest_core.contracts import NO_CONTRACT, Contract
from ingest_core.documents import nearest
from ingest_core.errors import Fault, JobError, located
from ingest_core.iceberg_types import arrow_type
from ingest_core.job import Job
from ingest_core.job_checks import checked_options, engine_faults, role_faults
from ingest_core.layout import Layout
from ingest_core.limits import workers_at_once
from ingest_core.ports import TableName, WriteMode
from ingest_core.registry import Connector, load_connectors
from ingest_core.shaping import OWN, Shape
from ingest_core.state import StateKey

Mode = Literal["self_hosted", "cloud"]
MERGED: tuple[WriteMode, ...] = ("merge", "history")
"""The write modes that compare rows by key, so that a row that comes again does no harm."""


@dataclass(frozen=True)
class Merging:
    """By which of a table's columns rows are merged; what the job leaves out the connector may say.

    Args:
        key: The columns that tell rows apart.
        cursor: The column whose greatest value is last.
        deleted: The column that marks a row as deleted.
    """

    key: tuple[str, ...]
    cursor: str | None
    deleted: str | None


@dataclass(frozen=True)
class ObjectPlan:
    """What will be done with one object.

    Args:
        name: The object.
        table: Where its rows land.
        write: How they land.
        merging: By which columns they are merged, where they are.
        commit_every: Rows after which what was read so far is committed; ``None`` commits all at once.
        allow_empty: Whether ``replace`` may empty the table.
        shape: How its columns become the table's.
        layout: How its table is laid out.
        settings: What the source is told of it: ``path``, ``types`` as Arrow types by column, and with ``select`` the
            columns that are wanted, where not all are.
        state_key: Where its position is kept.
        job_hash: A digest for each part of the job that the position depends on.
        anew: Whether it is read from the beginning, whatever was landed before.
        contract: Its data contract: descriptions, team, tags; says nothing where the job names none.
    """

    name: str
    table: TableName
    write: WriteMode
    merging: Merging
    commit_every: int | None
    allow_empty: bool
    shape: Shape
    layout: Layout
    settings: Mapping[str, Any]
    state_key: StateKey
    job_hash: Mapping[str, str]
    anew: bool = False
    contract: Contract = NO_CONTRACT

    @property
    def landing_types(self) -> Mapping[str, pa.DataType]:
        """The types that the job and its contract give, by the names that land."""
        return {self.shape.rename.get(name, name): given for name, given in self.settings["types"].items()}


@dataclass(frozen=True)
class Plan:
    """A run that could begin.

    Args:
        job: The job.
        engine: The name of the engine that makes its source.
        catalog: The entry point of its catalog: ``embedded`` or ``rest``.
        objects: Its objects, in the file's order.
    """

    job: Job
    engine: str
    catalog: str
    objects: tuple[ObjectPlan, ...]

    @property
    def workers(self) -> int:
        """How many splits are read at once: as many as the job says, and as its memory allows."""
        return workers_at_once(self.job.spec.limits.workers, self.job.spec.limits.memory)

    @property
    def depends_on(self) -> tuple[TableName, ...]:
        """The tables that the source's rows are made of, as the job says; without a namespace, in its own."""
        own = self.job.spec.target.namespace or self.job.tenant
        parts = (text.rpartition(".") for text in self.job.spec.depends_on)
        return tuple(TableName(namespace or own, table) for namespace, _, table in parts)

    def only(self, names: Sequence[str]) -> Plan:
        """Keep some of the objects; all of them where none is named.

        Raises:
            JobError: There is no such object.
        """
        known = [planned.name for planned in self.objects]
        if unknown := [name for name in names if name not in known]:
            close = nearest(unknown[0], known)
            mend = f"did you mean {close!r}?" if close else f"its objects are {', '.join(known)}"
            raise JobError(f"the job has no object {unknown[0]!r}", mend)
        return replace(self, objects=tuple(each for each in self.objects if not names or each.name in names))

    def refreshed(self) -> Plan:
        """Read every object from its beginning: what is merged is merged again, what is appended is replaced.

        Rows that were appended would stand twice if they were appended again, so all of them make way for the new ones,
        in one commit.
        """
        return replace(self, objects=tuple(_refreshed(each) for each in self.objects))


def plan(job: Job, mode: Mode = "self_hosted") -> Plan:
    """Check a job against everything that is installed, offline.

    Args:
        job: As loaded.
        mode: ``cloud`` refuses connectors that read the machine they run on.

    Raises:
        JobError: Something does not fit; carries every fault with file, line, key and mend.
    """
    connectors = load_connectors(job.home)
    faults = [
        *role_faults(connectors, job.spec.source.connector, "source", job.home),
        *role_faults(connectors, job.spec.target.connector, "target", job.home),
    ]
    if not faults:
        source = connectors[job.spec.source.connector]
        faults += [*_mode_faults(source, job, mode), *engine_faults(source, job.spec.source.connector, job.spec.engine)]
    if faults:
        raise JobError.of(located(faults, [job.document.where(fault.key) for fault in faults]))
    engine = job.spec.engine or connectors[job.spec.source.connector].engine
    check_options(job, engine, job.spec.source.options)
    return Plan(job, engine, job.catalog, tuple(_object_plan(job, name) for name in job.objects))


def check_options(job: Job, engine: str, options: Mapping[str, Any]) -> Any:  # noqa: ANN401  # each connector has a model of its own
    """Hold a job's ``with`` against the connector's model and build it.

    Args:
        job: The job; named in faults.
        engine: The engine that knows the connector.
        options: The settings, with or without their references filled in.
    """
    return checked_options(job.document, (job.spec.source.connector, job.home), engine, options)


def _mode_faults(source: Connector, job: Job, mode: Mode) -> list[Fault]:
    if mode == "self_hosted" or source.allowed_in_cloud:
        return []
    name = job.spec.source.connector
    return [Fault(f"{name!r} is not allowed in cloud mode", "run with --mode self_hosted", ("source", "connector"))]


def _object_plan(job: Job, name: str) -> ObjectPlan:
    spec = job.objects[name]
    target = job.spec.target
    incremental = job.incremental(name)
    settings = {
        "path": spec.path,
        "rows_may_repeat": job.write_mode(name) in MERGED,
        "commit_every": spec.commit_every,
        "strategy": incremental.strategy,
        "types": {**_contract_types(job, name), **{column: arrow_type(given) for column, given in spec.types.items()}},
        "select": None if spec.select is None else [*spec.select, *spec.rename],
    }
    return ObjectPlan(
        name=name,
        table=TableName(target.namespace or job.tenant, job.table(name)),
        write=job.write_mode(name),
        merging=Merging(job.key(name), incremental.cursor, incremental.deleted),
        commit_every=spec.commit_every,
        allow_empty=spec.allow_empty,
        shape=Shape(spec.select, spec.rename, target.metadata_columns),
        layout=job.layout(name),
        settings=settings,
        state_key=StateKey(job.tenant, job.name, name),
        job_hash=_job_hash(job, name),
        contract=job.contract(name),
    )


def _contract_types(job: Job, name: str) -> Mapping[str, pa.DataType]:
    """Give the types of an object's contract by the source's names of the columns, as far as these are to land."""
    spec, contract = job.objects[name], job.contract(name)
    former = {new: old for old, new in spec.rename.items()}
    # A contract may describe the columns that every run adds, and no source has.
    types = {former.get(name, name): given for name, given in contract.types.items() if not name.startswith(OWN)}
    return {column: given for column, given in types.items() if spec.select is None or column in spec.select}


def _refreshed(planned: ObjectPlan) -> ObjectPlan:
    # In parts, the first of them would put old rows in the place of what later ones have brought.
    write = planned.write if planned.write in MERGED else "replace"
    return replace(planned, anew=True, write=write, commit_every=None)


def _job_hash(job: Job, name: str) -> dict[str, str]:
    """Digest, part by part, what a position depends on, so that a refusal can say which part changed."""
    parts = {
        "source.connector": job.spec.source.connector,
        "source.with": job.spec.source.options,
        f"source.objects.{name}.path": job.objects[name].path,
        f"source.objects.{name}.key": list(job.key(name)) or None,
        f"source.objects.{name}.incremental": job.incremental(name).model_dump(exclude_none=True) or None,
    }
    said = {part: value for part, value in parts.items() if value is not None}
    return {part: hashlib.sha256(_canonical(value)).hexdigest()[:16] for part, value in said.items()}


def _canonical(value: Any) -> bytes:  # noqa: ANN401  # any part of a job
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()
