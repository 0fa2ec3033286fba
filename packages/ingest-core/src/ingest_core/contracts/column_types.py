"""The Iceberg types of a contract's columns: of ``physicalType`` where that is one, else of ``logicalType``.

Source: Open Data Contract Standard v3.2, "Schema", ``logicalType`` and ``logicalTypeOptions``
(https://bitol-io.github.io/open-data-contract-standard/latest/schema/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingest_core.errors import JobError
from ingest_core.iceberg_types import arrow_type

if TYPE_CHECKING:
    from open_data_contract_standard.model import SchemaProperty

LOGICAL_TYPES = ("string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean", "map")
"""Those of the standard but ``vector``, for which Iceberg has no type of its own."""

_DECIMAL = re.compile(r"\s*(?:decimal|numeric)\s*(\(.*\))\s*", re.IGNORECASE | re.DOTALL)
_LITERAL = re.compile(r"'[^']*'")
_WHOLE = {
    **dict.fromkeys(("i8", "i16", "i32", "u8", "u16"), "int"),
    **dict.fromkeys(("u32", "i64"), "long"),
    "u64": "decimal(20, 0)",
}
_FRACTIONS = {"f32": "float", "f64": "double"}


def column_type(said: SchemaProperty) -> pa.DataType | None:
    """Give the type of a column, or of what is within one.

    Args:
        said: What the contract says of it.

    Returns:
        The type; ``None`` where the contract does not say one.

    Raises:
        JobError: What it says is no type that a table could have; its key begins at the property.
    """
    if (physical := physical_type(said.physicalType)) is not None:
        return physical
    if said.logicalType is None:
        return None
    return _TYPES[said.logicalType](said)


def physical_type(name: str | None) -> pa.DataType | None:
    """Read a ``physicalType``: an Iceberg type as job files write it, or a decimal as databases do.

    Returns:
        The type; ``None`` for the types of other systems, which say nothing of an Iceberg table.

    Raises:
        JobError: It is a decimal that a table cannot have.
    """
    if name is None:
        return None
    if decimal := _DECIMAL.fullmatch(name):
        # To pass it over would make a double of what is to be exact.
        return _decimal(decimal[1])
    try:
        return arrow_type(name)
    except JobError:
        return None


def _decimal(digits: str) -> pa.DataType:
    try:
        return arrow_type(f"decimal{digits}")
    except JobError:
        mend = "say decimal(precision, scale), with 38 digits at most"
        raise JobError("a table has no such decimal", mend, ("physicalType",)) from None


def _named(name: str) -> Callable[[SchemaProperty], pa.DataType]:
    return lambda _: arrow_type(name)


def _option(said: SchemaProperty, name: str) -> Any:  # noqa: ANN401  # whatever the file holds
    return (said.logicalTypeOptions or {}).get(name)


def _integer(said: SchemaProperty) -> pa.DataType:
    return _numbered(said, _WHOLE, "long")


def _number(said: SchemaProperty) -> pa.DataType:
    return _numbered(said, _FRACTIONS, "double")


def _numbered(said: SchemaProperty, formats: Mapping[str, str], unsaid: str) -> pa.DataType:
    width = _option(said, "format")
    if width is None:
        return arrow_type(unsaid)
    if width not in formats:
        mend = f"the formats are {', '.join(formats)}; or say an Iceberg type as physicalType: decimal(38, 0)"
        raise JobError("no Iceberg type holds a number of this format", mend, ("logicalTypeOptions", "format"))
    return arrow_type(formats[width])


def _timestamp(said: SchemaProperty) -> pa.DataType:
    return arrow_type("timestamp" if _option(said, "timezone") is False else "timestamptz")


def _date(said: SchemaProperty) -> pa.DataType:
    """Read a date; up to version 3.0 of the standard its format said whether it was a time, or a date with a time."""
    letters = {*_LITERAL.sub("", str(_option(said, "format") or ""))}
    if not letters & {*"HhKkmsS"}:
        return arrow_type("date")
    if not letters & {*"yuMdD"}:
        return arrow_type("time")
    return arrow_type("timestamptz" if letters & {*"XxZzVO"} else "timestamp")


def _object(said: SchemaProperty) -> pa.DataType:
    if not said.properties:
        return arrow_type("map<string, string>")
    return pa.struct([(field_name(each), _inner(each, field_name(each))) for each in said.properties])


def _array(said: SchemaProperty) -> pa.DataType | None:
    return pa.list_(_inner(said.items, "its items")) if said.items else None


def _map(said: SchemaProperty) -> pa.DataType:
    if said.map is None or said.map.key is None or said.map.value is None:
        return arrow_type("map<string, string>")
    return pa.map_(_inner(said.map.key, "its keys"), _inner(said.map.value, "its values"))


def _inner(said: SchemaProperty, name: str) -> pa.DataType:
    found = column_type(said)
    if found is None:
        raise JobError(f"nothing says of which type {name} would be", "say its logicalType")
    return found


def field_name(said: SchemaProperty) -> str:
    """Give the name of a column, or of a field within one, in the table."""
    return said.physicalName or said.name or ""


_TYPES: Mapping[str, Callable[[SchemaProperty], pa.DataType | None]] = {
    "string": _named("string"),
    "boolean": _named("boolean"),
    "time": _named("time"),
    "date": _date,
    "timestamp": _timestamp,
    "integer": _integer,
    "number": _number,
    "object": _object,
    "array": _array,
    "map": _map,
}
