"""Fits a column to the type that a table has for it: cast at every level, fields that are missing filled with nulls."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.errors import JobError

Identity = Callable[[pa.Field], object]
"""What tells the fields of a struct apart."""

FIELD_ID = b"PARQUET:field_id"
"""Under which key Arrow keeps a field's id, in Iceberg's schemas as in Parquet files."""


def by_name(field: pa.Field) -> object:
    """Tell fields apart by name."""
    return field.name


def by_id(field: pa.Field) -> object:
    """Tell fields apart by Iceberg's field id."""
    return (field.metadata or {}).get(FIELD_ID)


def fit(array: pa.Array, wanted: pa.Field, identity: Identity = by_name) -> pa.Array:
    """Give a column a field's type.

    Null stays null, and an empty list an empty list.

    Args:
        array: The column.
        wanted: The table's column.
        identity: How fields of structs are found.

    Raises:
        JobError: A value is missing where the table requires one.
        pyarrow.ArrowInvalid: A value would lose something.
    """
    fitted = _typed(array, wanted.type, identity)
    if not wanted.nullable and fitted.null_count:
        raise JobError(
            f"{fitted.null_count} rows have no value in the column {wanted.name!r}, where the table requires one",
            "leave these rows out of the source, or take the column out of the table's key or its required columns",
        )
    return fitted


def _typed(array: pa.Array, wanted: pa.DataType, identity: Identity) -> pa.Array:
    if array.type.equals(wanted, check_metadata=identity is not by_name):
        return array
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    if isinstance(wanted, pa.BaseExtensionType):
        return wanted.wrap_array(_plain(array).cast(wanted.storage_type))
    return _nested(array, wanted, identity) if pa.types.is_nested(wanted) else _plain(array).cast(wanted)


def _nested(array: pa.Array, wanted: pa.DataType, identity: Identity) -> pa.Array:
    if pa.types.is_struct(wanted) and pa.types.is_struct(array.type):
        return _struct(array, wanted, identity)
    if pa.types.is_map(wanted) and pa.types.is_map(array.type):
        return _map(array, wanted, identity)
    if pa.types.is_list(wanted) and _is_list(array.type):
        return _list(array, wanted, identity)
    return array.cast(wanted)


def _plain(array: pa.Array) -> pa.Array:
    return array.storage if isinstance(array, pa.ExtensionArray) else array


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    ) or _is_view(kind)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind))


def _struct(array: pa.Array, wanted: pa.StructType, identity: Identity) -> pa.Array:
    places = {identity(array.type.field(place)): place for place in range(array.type.num_fields)}
    present = array.is_valid()
    # Where the struct itself is null, what its fields hold means nothing: flattening makes it null, too.
    fields = array.flatten()
    children = []
    for field in wanted:
        place = places.get(identity(field))
        child = pa.nulls(len(array), field.type) if place is None else fields[place]
        # A field is required only where the struct itself is there.
        if not field.nullable and pc.any(pc.and_(child.is_null(), present)).as_py():
            raise JobError(f"rows have no value in the field {field.name!r}, where the table requires one")
        children.append(_typed(child, field.type, identity))
    mask = array.is_null() if array.null_count else None
    return pa.StructArray.from_arrays(children, fields=list(wanted), mask=mask)


def _list(array: pa.Array, wanted: pa.ListType, identity: Identity) -> pa.Array:
    # Of views, Arrow's cast loses values; they need none to be taken apart.
    if not pa.types.is_list(array.type) and not _is_view(array.type):
        array = array.cast(pa.list_(array.type.value_field))
    offsets, values = _whole(array)
    return pa.ListArray.from_arrays(offsets, fit(values, wanted.value_field, identity), type=wanted)


def _map(array: pa.Array, wanted: pa.MapType, identity: Identity) -> pa.Array:
    entry = pa.struct([array.type.key_field, array.type.item_field])
    offsets, entries = _whole(array.cast(pa.list_(entry)))
    keys = fit(entries.field(0), wanted.key_field, identity)
    items = fit(entries.field(1), wanted.item_field, identity)
    return pa.MapArray.from_arrays(offsets, keys, items, type=wanted)


def _whole(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the offsets of lists, null where a list is, and the values that lie between them alone."""
    lengths = pc.list_value_length(array).fill_null(0)
    ends = pc.cumulative_sum(lengths.cast(pa.int32()))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    # Of nulls alone Arrow cannot flatten lists of its extension types (uuid).
    values = pc.list_flatten(array) if array.null_count < len(array) else array.values.slice(0, 0)
    present = pa.concat_arrays([array.is_valid(), pa.array([True])])
    return pc.if_else(present, offsets, pa.scalar(None, pa.int32())), values
