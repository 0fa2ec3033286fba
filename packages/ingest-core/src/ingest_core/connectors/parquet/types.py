"""Which types the columns of Parquet files land as, and when the columns of another file fit them.

Source: Apache Iceberg table specification, "Schemas and Data Types" and "Schema Evolution", for version 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

MOST_DIGITS = 38


class NoIcebergTypeError(ValueError):
    """Iceberg has no type for a column.

    Args:
        path: The names that lead to it.
        found: Its type.
    """

    def __init__(self, path: str, found: pa.DataType) -> None:
        super().__init__(f"{path} is {found}")
        self.path = path
        self.found = found


@dataclass(frozen=True)
class Difference:
    """What does not fit in a column.

    Args:
        path: The names that lead to it.
        found: The type in the file.
        wanted: The type that is wanted; ``None`` where the field is not.
    """

    path: str
    found: pa.DataType
    wanted: pa.DataType | None


def landing(found: pa.DataType, path: str) -> pa.DataType:
    """Give the type in which a column lands, with all of its values.

    Args:
        found: Its type in the file.
        path: Its name, for the error.

    Raises:
        NoIcebergTypeError: There is none.
    """
    if isinstance(found, pa.BaseExtensionType):
        return found if found == pa.uuid() else landing(found.storage_type, path)
    if pa.types.is_dictionary(found):
        return landing(found.value_type, path)
    if pa.types.is_nested(found):
        return _nested(found, path)
    plain = _number(found) or _time(found) or _bytes(found)
    if plain is None:
        raise NoIcebergTypeError(path, found)
    return plain


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """Give the type that holds the values of both of two landing types; ``None`` where there is none."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if pa.types.is_decimal(one) and pa.types.is_decimal(other):
        scale = max(one.scale, other.scale)
        digits = max(one.precision - one.scale, other.precision - other.scale) + scale
        return pa.decimal128(digits, scale) if digits <= MOST_DIGITS else None
    if pa.types.is_nested(one) and pa.types.is_nested(other):
        return _wider_nested(one, other)
    for pair in ((pa.int32(), pa.int64()), (pa.float32(), pa.float64())):
        if {one, other} == {*pair}:
            return pair[1]
    return None


def differences(found: pa.DataType, wanted: pa.DataType, path: str) -> Iterator[Difference]:
    """Say what of a column may not be taken for a type, whatever its values are.

    Args:
        found: The type in which the column lands.
        wanted: The type that is wanted.
        path: Its name.
    """
    if pa.types.is_struct(found) and pa.types.is_struct(wanted):
        for field in found:
            place, inner = wanted.get_field_index(field.name), f"{path}.{field.name}"
            if place < 0:
                yield Difference(inner, field.type, None)
            else:
                yield from differences(field.type, wanted.field(place).type, inner)
    elif pa.types.is_list(found) and pa.types.is_list(wanted):
        yield from differences(found.value_type, wanted.value_type, f"{path}[]")
    elif pa.types.is_map(found) and pa.types.is_map(wanted):
        yield from differences(found.key_type, wanted.key_type, f"the keys of {path}")
        yield from differences(found.item_type, wanted.item_type, f"{path}[]")
    elif not _may_hold(found, wanted):
        yield Difference(path, found, wanted)


def _may_hold(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Tell whether each value stays what it is, or is refused by Arrow's cast."""
    whole = pa.types.is_integer(found) and pa.types.is_integer(wanted)
    exact = pa.types.is_decimal(found) and pa.types.is_decimal(wanted)
    as_uuid = {found, wanted} == {pa.uuid(), pa.binary(16)}
    return whole or exact or as_uuid or wider(found, wanted) == wanted


def _nested(found: pa.DataType, path: str) -> pa.DataType:
    if pa.types.is_struct(found):
        return pa.struct([(field.name, landing(field.type, f"{path}.{field.name}")) for field in found])
    if pa.types.is_map(found):
        return pa.map_(landing(found.key_type, f"the keys of {path}"), landing(found.item_type, f"{path}[]"))
    if pa.types.is_union(found):
        raise NoIcebergTypeError(path, found)
    return pa.list_(landing(found.value_type, f"{path}[]"))


def _wider_nested(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    if pa.types.is_struct(one) and pa.types.is_struct(other):
        fields = {field.name: field.type for field in one}
        for field in other:
            both = wider(fields.get(field.name, field.type), field.type)
            if both is None:
                return None
            fields[field.name] = both
        return pa.struct(list(fields.items()))
    if pa.types.is_list(one) and pa.types.is_list(other):
        inner = wider(one.value_type, other.value_type)
        return None if inner is None else pa.list_(inner)
    if pa.types.is_map(one) and pa.types.is_map(other) and one.key_type == other.key_type:
        inner = wider(one.item_type, other.item_type)
        return None if inner is None else pa.map_(one.key_type, inner)
    return None


def _number(found: pa.DataType) -> pa.DataType | None:
    if pa.types.is_boolean(found) or pa.types.is_null(found) or found in (pa.int32(), pa.float32(), pa.float64()):
        return found
    if pa.types.is_integer(found):
        return pa.decimal128(20, 0) if found == pa.uint64() else pa.int64()
    if pa.types.is_float16(found):
        return pa.float32()
    if pa.types.is_decimal(found) and found.precision <= MOST_DIGITS:
        return pa.decimal128(found.precision, found.scale)
    return None


def _time(found: pa.DataType) -> pa.DataType | None:
    if pa.types.is_timestamp(found):
        return pa.timestamp("us", tz="UTC" if found.tz else None)
    if pa.types.is_time(found):
        return pa.time64("us")
    return pa.date32() if pa.types.is_date(found) else None


def _bytes(found: pa.DataType) -> pa.DataType | None:
    if pa.types.is_fixed_size_binary(found):
        return found
    if pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return pa.string()
    is_bytes = pa.types.is_binary(found) or pa.types.is_large_binary(found) or pa.types.is_binary_view(found)
    return pa.binary() if is_bytes else None
