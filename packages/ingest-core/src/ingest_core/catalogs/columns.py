"""A table's columns in Arrow's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from pyiceberg.schema import Schema


def columns_of(schema: Schema) -> pa.Schema:
    """Give a table's columns, with their ids and descriptions."""
    return pa.schema([small(field) for field in schema.as_arrow()])


def small(field: pa.Field) -> pa.Field:
    """Use Arrow's 32-bit offsets, as sources do, at every level; Iceberg has one string and one binary type."""
    kind = field.type
    if pa.types.is_struct(kind):
        kind = pa.struct([small(each) for each in kind])
    elif pa.types.is_map(kind):
        kind = pa.map_(small(kind.key_field), small(kind.item_field))
    elif pa.types.is_large_list(kind):
        kind = pa.list_(small(kind.value_field))
    return field.with_type(_SMALL.get(kind, kind))


_SMALL = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}
