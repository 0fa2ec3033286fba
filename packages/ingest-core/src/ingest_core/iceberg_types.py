"""The names of Iceberg's types, as people write them in a job, and the Arrow types that hold them.

Source: Apache Iceberg table specification, "Schemas and Data Types"
(https://iceberg.apache.org/spec/#schemas-and-data-types).
"""

from __future__ import annotations

import re

import pyarrow as pa

from ingest_core.errors import JobError

_TYPES: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "string": pa.string(),
    "binary": pa.binary(),
    "uuid": pa.uuid(),
}
TYPE_NAMES = tuple(_TYPES)
_NUMBERED = re.compile(r"(decimal|fixed)\s*[(\[]\s*(\d{1,9})\s*(?:,\s*(\d{1,2})\s*)?[)\]]")
_NESTED = re.compile(r"(struct|list|map)\s*<(.*)>", re.DOTALL)
_MOST_DIGITS = 38
_MOST_LEVELS = 50


def arrow_type(name: str) -> pa.DataType:
    """Give the Arrow type of an Iceberg type's name.

    Args:
        name: For example ``long``, ``decimal(12,2)``, ``struct<a: long, b: list<string>>``.

    Raises:
        JobError: No type has that name.
    """
    return _read(name.strip(), _MOST_LEVELS)


def _read(name: str, levels: int) -> pa.DataType:
    if found := _TYPES.get(name):
        return found
    if match := _NUMBERED.fullmatch(name):
        return _numbered(match[1], int(match[2]), match[3]) or _unknown(name)
    match = _NESTED.fullmatch(name)
    parts = _parts(match[2]) if match else []
    if match is None or not levels:
        return _unknown(name)
    if match[1] == "struct":
        return pa.struct([_field(part, levels - 1) for part in _distinct(parts)])
    kinds = [_read(part, levels - 1) for part in parts]
    if match[1] == "list" and len(kinds) == 1:
        return pa.list_(kinds[0])
    return pa.map_(*kinds) if match[1] == "map" and len(kinds) == 2 else _unknown(name)  # noqa: PLR2004  # key and value


def _numbered(name: str, number: int, scale: str | None) -> pa.DataType | None:
    if name == "fixed":
        return pa.binary(number) if number and scale is None else None
    right = 1 <= number <= _MOST_DIGITS and scale is not None and int(scale) <= number
    return pa.decimal128(number, int(scale or 0)) if right else None


def _parts(inside: str) -> list[str]:
    """Divide at the commas that stand within no bracket."""
    parts, depth = [""], 0
    for sign in inside:
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _field(part: str, levels: int) -> pa.Field:
    name, colon, kind = part.partition(":")
    if not colon or not name.strip():
        raise JobError(f"{part!r} is no field of a struct", "write each as `name: type`")
    return pa.field(name.strip(), _read(kind.strip(), levels))


def _distinct(parts: list[str]) -> list[str]:
    lower = [part.partition(":")[0].strip().lower() for part in parts]
    if twice := sorted({name for name in lower if lower.count(name) > 1}):
        problem = f"fields of a struct have the same name, or differ in case only: {', '.join(twice)}"
        raise JobError(problem, "give each a name of its own")
    return parts


def _unknown(name: str) -> pa.DataType:
    known = f"{', '.join(_TYPES)}, decimal(precision,scale), fixed(length), struct<name: type>, list<type>"
    raise JobError(f"{name!r} is no type", f"the types are {known}, map<type, type>")


def type_name(kind: pa.DataType) -> str:
    """Give the name of the Iceberg type that an Arrow type lands as; the reverse of :func:`arrow_type`."""
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_name(field.type)}' for field in kind)}>"
    if pa.types.is_map(kind):
        return f"map<{type_name(kind.key_type)}, {type_name(kind.item_type)}>"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if pa.types.is_fixed_size_binary(kind):
        return f"fixed({kind.byte_width})"
    names = {known: name for name, known in _TYPES.items()}
    return names.get(kind, str(kind))


def landed_type(found: pa.DataType) -> pa.DataType:
    """Give the Arrow type in which a column of a source's own type lands in Iceberg version 2.

    Iceberg counts time in microseconds, knows no unsigned or short integers, and no column without a type.
    """
    if pa.types.is_nested(found):
        return _landed_nested(found)
    if pa.types.is_null(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return pa.string()
    if pa.types.is_timestamp(found):
        return pa.timestamp("us", tz="UTC" if found.tz else None)
    if pa.types.is_time(found):
        return pa.time64("us")
    if pa.types.is_integer(found) and found not in (pa.int32(), pa.int64()):
        return pa.int64()
    return pa.binary() if pa.types.is_large_binary(found) or pa.types.is_binary_view(found) else found


def _landed_nested(found: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(found):
        return pa.struct([(field.name, landed_type(field.type)) for field in found])
    if pa.types.is_map(found):
        return pa.map_(landed_type(found.key_type), landed_type(found.item_type))
    return pa.list_(landed_type(found.value_type))
