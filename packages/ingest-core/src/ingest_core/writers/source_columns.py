"""Finds the column that a partition's or a sort order's field is made of, and transforms it: whole columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pyiceberg.schema import Schema
    from pyiceberg.transforms import Transform


class SourceColumn:
    """A transformed column, top-level or a field of structs.

    Args:
        schema: The table's columns.
        source_id: The column's field id.
        transform: The transform.
    """

    def __init__(self, schema: Schema, source_id: int, transform: Transform[Any, Any]) -> None:
        self._path = path_of(schema, source_id)
        self._transform = transform.pyarrow_transform(schema.find_field(source_id).field_type)

    def of(self, batch: pa.RecordBatch) -> pa.Array:
        """Give the column of a batch, transformed; null stays null."""
        column = batch.column(self._path[0])
        for name in self._path[1:]:
            # Unlike `field`, flattening also takes over where the struct itself is null.
            column = column.flatten()[column.type.get_field_index(name)]
        return self._transform(column)


def path_of(schema: Schema, source_id: int) -> list[str]:
    """Give the names that lead to a field of nested structs."""
    path: list[str] = []
    fields: Any = schema.fields
    while True:
        here = next(field for field in fields if source_id in (field.field_id, *_ids(field.field_type)))
        path.append(here.name)
        if here.field_id == source_id:
            return path
        fields = here.field_type.fields


def _ids(kind: Any) -> list[int]:  # noqa: ANN401  # any of Iceberg's types
    return [] if not kind.is_struct else [each for f in kind.fields for each in (f.field_id, *_ids(f.field_type))]


def plain(array: pa.Array) -> pa.Array:
    """Give an array whose values can be compared: an extension's storage."""
    return array.storage if isinstance(array, pa.ExtensionArray) else array
