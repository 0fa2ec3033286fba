"""Says what a source says of a job's objects: columns and types, key, cursor. Reaches no target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest_core.errors import IngestError
from ingest_core.executor.objects import explained
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.reaching import WITH, Sources, filled
from ingest_core.iceberg_types import type_name
from ingest_core.messages import Stream
from ingest_core.planner import ObjectPlan, Plan


@dataclass(frozen=True)
class ObjectDescription:
    """One object as its source describes it.

    Args:
        name: The object.
        columns: For each column, by its name in the source, the Iceberg type as which it lands.
        descriptions: What columns mean, by the same names, where the data contract says.
        key: The columns that tell its rows apart, where the source knows.
        cursor: The column by which its rows follow one another, where the source knows.
        deleted: The column that marks a row as deleted, where the source knows.
        error: Why it could not be described, with the mend.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    key: Sequence[str] = ()
    cursor: str | None = None
    deleted: str | None = None
    error: str | None = None


def discover(plan: Plan, options: RunOptions | None = None) -> Sequence[ObjectDescription]:
    """Ask the source what it knows of a plan's objects. Reads samples at most; takes no slot, reaches no target.

    Args:
        plan: The plan.
        options: As for a run.

    Returns:
        A description of each object, or what kept it from being described.

    Raises:
        JobError: A secret of the source is missing, or its settings do not fit with their secrets.
    """
    redactor = options.redactor if options else None
    (given,) = filled(plan, (WITH,), redactor)
    sources = Sources.opened(plan, given, redactor)
    return [_describe(sources, planned) for planned in plan.objects]


def _describe(sources: Sources, planned: ObjectPlan) -> ObjectDescription:
    try:
        (found,) = sources.make(planned).streams()
    except IngestError as error:
        return ObjectDescription(planned.name, error=explained(error, sources.plan.job))
    return _described(planned, found)


def _described(planned: ObjectPlan, found: Stream) -> ObjectDescription:
    columns = {column.name: type_name(column.type) for column in found.schema}
    said, names = planned.contract.docs, planned.shape.rename
    docs = {name: said[path] for name in columns if (path := (names.get(name, name),)) in said}
    return ObjectDescription(planned.name, columns, docs, found.key, found.cursor, found.deleted)
