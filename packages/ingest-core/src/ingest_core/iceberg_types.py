"""The names of Iceberg's primitive types, as people write them in a job, and the Arrow types that hold them.

Source: Apache Iceberg table specification, "Primitive Types" (https://iceberg.apache.org/spec/#primitive-types).
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
}
_DECIMAL = re.compile(r"decimal\((\d{1,2}),\s*(\d{1,2})\)")
_MOST_DIGITS = 38


def arrow_type(name: str) -> pa.DataType:
    """Give the Arrow type of an Iceberg type's name.

    Args:
        name: For example ``long`` or ``decimal(12,2)``.

    Raises:
        JobError: No primitive type has that name.
    """
    if found := _TYPES.get(name):
        return found
    if match := _DECIMAL.fullmatch(name):
        precision, scale = int(match[1]), int(match[2])
        if 1 <= precision <= _MOST_DIGITS and scale <= precision:
            return pa.decimal128(precision, scale)
    raise JobError(f"{name!r} is no type", f"the types are {', '.join(_TYPES)}, decimal(precision,scale)")


def landed_type(found: pa.DataType) -> pa.DataType:
    """Give the Arrow type in which a column of a source's own type lands in Iceberg version 2.

    Iceberg counts time in microseconds, knows no unsigned or short integers, and no column without a type.
    """
    if pa.types.is_null(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return pa.string()
    if pa.types.is_timestamp(found):
        return pa.timestamp("us", tz="UTC" if found.tz else None)
    if pa.types.is_time(found):
        return pa.time64("us")
    if pa.types.is_integer(found) and found not in (pa.int32(), pa.int64()):
        return pa.int64()
    return found
