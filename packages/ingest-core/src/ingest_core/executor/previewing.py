"""Shows the first rows of a job's objects as they would land. Reaches no target."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from ingest_core.errors import IngestError
from ingest_core.executor.landing import landing_of
from ingest_core.executor.objects import explained
from ingest_core.executor.parts import RunOptions
from ingest_core.executor.reaching import WITH, Sources, filled
from ingest_core.iceberg_types import type_name
from ingest_core.messages import Batch, Split
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import Source
from ingest_core.redaction import MASK
from ingest_core.shaping import Stamp, landing_schema, shaper

FIRST_ROWS = 10


@dataclass(frozen=True)
class ObjectPreview:
    """The first rows of one object.

    Args:
        name: The object.
        table: Its table's full name.
        columns: The Iceberg types of the columns that would land, by name; our own columns aside.
        rows: The rows, each with its values by column.
        error: Why there are none, with the mend.
    """

    name: str
    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] = ()
    error: str | None = None


def preview(plan: Plan, limit: int = FIRST_ROWS, options: RunOptions | None = None) -> Sequence[ObjectPreview]:
    """Read the first rows of a plan's objects and shape them as a run does that makes their tables.

    Reads as far as it must and no further; takes no slot, reaches no target, and leaves positions aside: the rows are
    the first of the source, whether they landed or not.

    Args:
        plan: The plan.
        limit: The most rows of an object.
        options: As for a run.

    Raises:
        JobError: A secret of the source is missing, or its settings do not fit with their secrets.
    """
    redactor = options.redactor if options else None
    (given,) = filled(plan, (WITH,), redactor)
    sources = replace(Sources.opened(plan, given, redactor), first_rows=limit)
    return [_preview(sources, planned, limit) for planned in plan.objects]


def _preview(sources: Sources, planned: ObjectPlan, limit: int) -> ObjectPreview:
    name, table = planned.name, str(planned.table)
    try:
        rows, hidden = _first(sources, planned, limit)
    except IngestError as error:
        return ObjectPreview(name, table, error=explained(error, sources.plan.job))
    columns = {column.name: type_name(column.type) for column in rows.schema}
    return ObjectPreview(name, table, columns, _values(rows, hidden))


def _first(sources: Sources, planned: ObjectPlan, limit: int) -> tuple[pa.Table, Sequence[str]]:
    """Give the rows, and the columns whose values are not to be shown."""
    source = sources.make(planned)
    (found,) = source.streams()
    landing_of(planned, found)  # refuses what a run would
    bare = replace(planned.shape, metadata_columns=False)
    columns = landing_schema(found, bare)
    shape = shaper(found, bare, columns, Stamp("", datetime.now(UTC)))
    taken: list[pa.RecordBatch] = []
    with contextlib.closing(_batches(source, source.splits(found, {}))) as batches:
        for batch in batches:
            taken.append(shape(batch).slice(0, limit))
            limit -= taken[-1].num_rows
            if not limit:
                break
    hidden = [planned.shape.rename.get(name, name) for name in found.secret]
    return pa.Table.from_batches(taken, columns), hidden


def _batches(source: Source, splits: Sequence[Split]) -> Generator[Batch]:
    """Read splits one after the other; closed, it lets the source go of what it holds open."""
    for split in splits:
        messages = source.read(split)
        try:
            yield from (message for message in messages if isinstance(message, Batch))
        finally:
            if isinstance(messages, Generator):
                messages.close()


def _values(rows: pa.Table, hidden: Sequence[str]) -> list[dict[str, Any]]:
    columns = {name: [_value(scalar) for scalar in rows.column(name)] for name in rows.schema.names}
    for name in hidden:
        columns[name] = [value if value is None else MASK for value in columns.get(name, ())]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _value(scalar: pa.Scalar) -> Any:  # noqa: ANN401  # a row holds anything
    """Give a value as Python has it; one that Python has none for, as a time beyond its years, as Arrow writes it."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        nested = pa.types.is_nested(scalar.type)
        return f"<{type_name(scalar.type)}, out of range>" if nested else scalar.cast(pa.string()).as_py()
