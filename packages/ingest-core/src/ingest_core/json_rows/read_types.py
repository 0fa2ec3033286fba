"""The types that the parser is asked for, which are those that JSON has."""

from __future__ import annotations

import pyarrow as pa


def read_type(wanted: pa.DataType) -> pa.DataType:
    """Give the type in which a column is parsed: what JSON has no word for comes as text and is cast.

    Args:
        wanted: A type that Iceberg has.
    """
    if pa.types.is_struct(wanted):
        return pa.struct([(field.name, read_type(field.type)) for field in wanted])
    if pa.types.is_map(wanted):
        return pa.map_(read_type(wanted.key_type), read_type(wanted.item_type))
    if pa.types.is_list(wanted):
        return pa.list_(read_type(wanted.value_type))
    if isinstance(wanted, pa.BaseExtensionType):
        return wanted.storage_type
    if pa.types.is_time(wanted) or pa.types.is_null(wanted):
        return wanted
    known = pa.types.is_boolean(wanted) or pa.types.is_integer(wanted) or pa.types.is_floating(wanted)
    return wanted if known or pa.types.is_decimal(wanted) or pa.types.is_fixed_size_binary(wanted) else pa.string()


def is_read_singly(wanted: pa.DataType) -> bool:
    """Tell whether Arrow's parser and casts cannot make a type, so that its values are made one by one."""
    if pa.types.is_nested(wanted):
        inner = [wanted.field(place).type for place in range(wanted.num_fields)]
        return pa.types.is_map(wanted) or any(map(is_read_singly, inner))
    without_cast = pa.types.is_time(wanted) or pa.types.is_fixed_size_binary(wanted)
    return bool(without_cast or isinstance(wanted, pa.BaseExtensionType))
