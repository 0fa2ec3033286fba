"""Reads a table's data files in bounded memory: batch by batch, in the table's columns, without deleted rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.schema import Schema

from ingest_core.catalogs.parquet_batches import ParquetBatches
from ingest_core.catalogs.private_names import as_asked, deleted_places, file_schema, projected_values
from ingest_core.fitting import by_id, fit

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.table import FileScanTask
    from pyiceberg.table.metadata import TableMetadata


@dataclass(frozen=True)
class TableFiles:
    """How the data files of a table are read.

    Args:
        io: Opens them.
        metadata: The table's, with the columns that rows are to have.
        schema: Those columns in Arrow, in the table's order.
    """

    io: FileIO
    metadata: TableMetadata
    schema: pa.Schema

    def batches(
        self, task: FileScanTask, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[pa.Array, pa.RecordBatch]]:
        """Read one file.

        Args:
            task: The file, with the deletes that belong to it.
            columns: Some of the table's columns; all of them by default.

        Yields:
            The places of rows in the file, as int64, and the rows, in the order of the file.
        """
        wanted = self.schema if columns is None else pa.schema([self.schema.field(name) for name in columns])
        asked = Schema(*(field for field in self.metadata.schema().fields if field.name in wanted.names))
        deleted = deleted_places(self.io, task)
        with self.io.new_input(task.file.file_path).open() as stream:
            parquet = ParquetBatches(stream)
            found = file_schema(parquet.schema, self.metadata)
            present = [name for name in _top_level(found, asked) if name in parquet.schema.names]
            first = 0
            for batch in parquet.read(present):
                places = pa.arange(first, first + batch.num_rows)
                first += batch.num_rows
                places, kept = _left(places, batch, deleted)
                if kept.num_rows:
                    values = projected_values(task, asked, self.metadata, found)
                    yield places, _as_wanted(kept, (asked, wanted), found, values)


def _top_level(found: Schema, asked: Schema) -> list[str]:
    """Name the file's columns that the asked ones are made of; the field ids say which."""
    ids = {field.field_id for field in asked.fields}
    return [field.name for field in found.fields if field.field_id in ids]


def _left(places: pa.Array, batch: pa.RecordBatch, deleted: pa.Array | None) -> tuple[pa.Array, pa.RecordBatch]:
    if deleted is None:
        return places, batch
    keep = pc.invert(pc.is_in(places, value_set=deleted))
    return places.filter(keep), batch.filter(keep)


def _as_wanted(
    batch: pa.RecordBatch, asked: tuple[Schema, pa.Schema], found: Schema, values: Mapping[int, Any]
) -> pa.RecordBatch:
    """Turn a file's rows into the asked columns, by their field ids."""
    schema, wanted = asked
    if not all(by_id(field) for field in batch.schema):
        return _ordered(as_asked(schema, found, batch, values), wanted)
    # Not left to pyiceberg, which takes a null list or map of structs for an empty one.
    places = {by_id(field): place for place, field in enumerate(batch.schema)}
    defaults = {field.name: values.get(field.field_id, field.initial_default) for field in schema.fields}
    columns = [
        fit(batch.column(places[by_id(field)]), field, by_id)
        if by_id(field) in places
        else _repeated(defaults[field.name], field.type, batch.num_rows)
        for field in wanted
    ]
    return pa.record_batch(columns, schema=wanted)


def _repeated(value: Any, kind: pa.DataType, rows: int) -> pa.Array:  # noqa: ANN401  # of any type
    """Give a column of one value. Arrow repeats no scalars of its extension types (uuid), nor of what holds them."""
    return pa.nulls(rows, kind) if value is None else pa.repeat(pa.scalar(value, kind), rows)


def _ordered(batch: pa.RecordBatch, wanted: pa.Schema) -> pa.RecordBatch:
    columns = [batch.column(field.name) for field in wanted]
    return pa.record_batch(
        [
            column if column.type == field.type else column.cast(field.type)
            for column, field in zip(columns, wanted, strict=True)
        ],
        schema=wanted,
    )
