"""Fits a column to the type that a table has for it: cast at every level, fields that are missing filled with nulls."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.errors import JobError


def fit(array: pa.Array, wanted: pa.Field) -> pa.Array:
    """Give a column a field's type.

    Fields of structs are found by name. Null stays null, and an empty list an empty list.

    Args:
        array: The column.
        wanted: The table's column.

    Raises:
        JobError: A value is missing where the table requires one.
        pyarrow.ArrowInvalid: A value would lose something.
    """
    fitted = _typed(array, wanted.type)
    if not wanted.nullable and fitted.null_count:
        raise JobError(
            f"{fitted.null_count} rows have no value in the column {wanted.name!r}, where the table requires one",
            "leave these rows out of the source, or take the column out of the table's key or its required columns",
        )
    return fitted


def _typed(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if array.type == wanted:
        return array
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    if isinstance(wanted, pa.ExtensionType):
        return wanted.wrap_array(_plain(array).cast(wanted.storage_type))
    return _nested(array, wanted) if pa.types.is_nested(wanted) else _plain(array).cast(wanted)


def _nested(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_struct(wanted) and pa.types.is_struct(array.type):
        return _struct(array, wanted)
    if pa.types.is_map(wanted) and pa.types.is_map(array.type):
        return _map(array, wanted)
    if pa.types.is_list(wanted) and _is_list(array.type):
        return _list(array, wanted)
    return array.cast(wanted)


def _plain(array: pa.Array) -> pa.Array:
    return array.storage if isinstance(array, pa.ExtensionArray) else array


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _struct(array: pa.Array, wanted: pa.StructType) -> pa.Array:
    names = {array.type.field(place).name: place for place in range(array.type.num_fields)}
    present = array.is_valid()
    children = []
    for field in wanted:
        child = array.field(names[field.name]) if field.name in names else pa.nulls(len(array), field.type)
        # A field is required only where the struct itself is there.
        _check(pc.and_(child.is_null(), present), field) if not field.nullable else None
        children.append(_typed(child, field.type))
    mask = array.is_null() if array.null_count else None
    return pa.StructArray.from_arrays(children, fields=list(wanted), mask=mask)


def _check(missing: pa.Array, field: pa.Field) -> None:
    if pc.any(missing).as_py():
        raise JobError(f"rows have no value in the field {field.name!r}, where the table requires one")


def _list(array: pa.Array, wanted: pa.ListType) -> pa.Array:
    if not pa.types.is_list(array.type):
        array = array.cast(pa.list_(array.type.value_field))
    offsets, values = _whole(array)
    return pa.ListArray.from_arrays(offsets, fit(values, wanted.value_field), type=wanted)


def _map(array: pa.Array, wanted: pa.MapType) -> pa.Array:
    entry = pa.struct([array.type.key_field, array.type.item_field])
    offsets, entries = _whole(array.cast(pa.list_(entry)))
    keys, items = entries.field(0), entries.field(1)
    return pa.MapArray.from_arrays(offsets, fit(keys, wanted.key_field), fit(items, wanted.item_field), type=wanted)


def _whole(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the offsets of lists, null where a list is, and the values that lie between them alone."""
    lengths = pc.list_value_length(array).fill_null(0)
    ends = pc.cumulative_sum(lengths.cast(pa.int32()))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    values = pc.list_flatten(array)
    present = pa.concat_arrays([array.is_valid(), pa.array([True])])
    return pc.if_else(present, offsets, pa.scalar(None, pa.int32())), values
