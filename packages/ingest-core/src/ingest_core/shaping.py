"""Turns rows of a source into rows of a table: select, rename, cast, add our own columns. Pure, on whole columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from ingest_core.errors import JobError
from ingest_core.fitting import fit
from ingest_core.merging import VALID_FROM, Rule
from ingest_core.messages import Batch, Stream

OWN = "_ingest_"
"""With what the names of our own columns begin."""
RUN_ID = "_ingest_run_id"
LOADED_AT = "_ingest_loaded_at"
SOURCE = "_ingest_source"
METADATA_COLUMNS = pa.schema([(RUN_ID, pa.string()), (LOADED_AT, pa.timestamp("us", tz="UTC")), (SOURCE, pa.string())])

Shaper = Callable[[Batch], pa.RecordBatch]


@dataclass(frozen=True)
class Shape:
    """How the columns of a source become those of a table.

    Args:
        select: The source's columns that are kept, in this order; ``None`` keeps all.
        rename: New names by old names.
        metadata_columns: Whether our own columns are added.
    """

    select: Sequence[str] | None
    rename: Mapping[str, str]
    metadata_columns: bool


@dataclass(frozen=True)
class Stamp:
    """What our own columns say of the rows of one run.

    Args:
        run_id: The run's id.
        loaded_at: When the run began, with its zone.
    """

    run_id: str
    loaded_at: datetime


def landing_schema(stream: Stream, shape: Shape) -> pa.Schema:
    """Give the columns that a table needs for a stream's rows, those of a history aside.

    Raises:
        JobError: A selected or renamed column is not there, or two columns would have one name.
    """
    kept = _kept(stream, shape)
    fields = [pa.field(shape.rename.get(name, name), stream.schema.field(name).type) for name in kept]
    schema = pa.schema([*fields, *(METADATA_COLUMNS if shape.metadata_columns else [])])
    lower = [name.lower() for name in schema.names]
    if twice := sorted({name for name in schema.names if lower.count(name.lower()) > 1}):
        raise JobError(
            f"{stream.name}: columns would have the same name, or differ in case only: {', '.join(twice)}",
            "give each a name of its own with `rename`",
        )
    return schema


def typed_as(stream: Stream, table: pa.Schema, shape: Shape) -> Stream:
    """Give a stream the types that the table already has, so that the source reads them so from the start.

    A text such as ``007``, once read as a number, is no longer what it was.
    """
    fields = [pa.field(field.name, _type_in(table, shape, field)) for field in stream.schema]
    return replace(stream, schema=pa.schema(fields))


def shaper(stream: Stream, shape: Shape, table: pa.Schema, stamp: Stamp, rule: Rule | None = None) -> Shaper:
    """Make the function that turns a stream's batches into the table's.

    Args:
        stream: As the source reads it.
        shape: What the job says.
        table: The table's columns; those that the stream lacks become null.
        stamp: What our own columns say.
        rule: How rows are merged; a history's rows say from when they hold.
    """
    taken = {shape.rename.get(name, name): name for name in _kept(stream, shape)}

    def shape_batch(batch: Batch) -> pa.RecordBatch:
        rows = batch.record_batch.num_rows
        own = _own_columns(rows, batch.origin, stamp) if shape.metadata_columns else {}
        if rule and rule.mode == "history":
            own[VALID_FROM] = _valid_from(
                batch.record_batch, taken.get(rule.cursor or ""), table.field(VALID_FROM), stamp
            )
        columns = [
            own[field.name] if field.name in own else _column(batch.record_batch, taken.get(field.name), field)
            for field in table
        ]
        return pa.record_batch(columns, schema=table)

    return shape_batch


def _kept(stream: Stream, shape: Shape) -> Sequence[str]:
    asked = [*(shape.select or []), *shape.rename]
    if unknown := [name for name in asked if name not in stream.schema.names]:
        known = f"its columns are {', '.join(stream.schema.names)}"
        raise JobError(f"{stream.name} has no column {unknown[0]!r}", known, ("source", "objects", stream.name))
    return shape.select if shape.select is not None else stream.schema.names


def _type_in(table: pa.Schema, shape: Shape, field: pa.Field) -> pa.DataType:
    name = shape.rename.get(field.name, field.name)
    return table.field(name).type if name in table.names else field.type


def _own_columns(rows: int, origin: str, stamp: Stamp) -> dict[str, pa.Array]:
    values = {RUN_ID: stamp.run_id, LOADED_AT: stamp.loaded_at, SOURCE: origin}
    return {field.name: pa.repeat(pa.scalar(values[field.name], field.type), rows) for field in METADATA_COLUMNS}


def _valid_from(batch: pa.RecordBatch, cursor: str | None, field: pa.Field, stamp: Stamp) -> pa.Array:
    if cursor is not None:
        return _column(batch, cursor, field)
    return pa.repeat(pa.scalar(stamp.loaded_at, field.type), batch.num_rows)


def _column(batch: pa.RecordBatch, name: str | None, field: pa.Field) -> pa.Array:
    column = pa.nulls(batch.num_rows, field.type) if name is None else batch.column(name)
    return fit(column, field)
