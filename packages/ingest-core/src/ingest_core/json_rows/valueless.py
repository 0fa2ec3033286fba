"""Keys that hold no value: null, ``{}``, ``[]``. They are no columns, as nobody knows of what type; and no fault."""

from __future__ import annotations

import pyarrow as pa

_NOTHING = pa.struct([])


def known(found: pa.DataType) -> pa.DataType | None:
    """Leave out of an inferred type what has shown no value; ``None`` where nothing is left."""
    if pa.types.is_null(found) or found == _NOTHING:
        return None
    if pa.types.is_struct(found):
        fields = [(field.name, kind) for field in found if (kind := known(field.type)) is not None]
        return pa.struct(fields) if fields else None
    if pa.types.is_list(found):
        inner = known(found.value_type)
        return None if inner is None else pa.list_(inner)
    return found


def shaped(columns: pa.Schema, seen: pa.StructType) -> pa.Schema:
    """Give columns in which the keys have a place that show no value, so that a parser takes them for no unknown ones.

    Args:
        columns: As they are read.
        seen: What rows show, as inferred.
    """
    return pa.schema(list(_shaped(pa.struct(list(columns)), seen)))


def _shaped(wanted: pa.DataType, seen: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(wanted) and pa.types.is_struct(seen):
        places = {field.name: field.type for field in seen}
        fields = [(field.name, _shaped(field.type, places.pop(field.name, field.type))) for field in wanted]
        return pa.struct([*fields, *((name, kind) for name, kind in places.items() if known(kind) is None)])
    if pa.types.is_list(wanted) and pa.types.is_list(seen):
        return pa.list_(_shaped(wanted.value_type, seen.value_type))
    return wanted
