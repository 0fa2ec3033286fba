"""The types of JSON values: of each key the narrowest that holds all that a sample says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any

import pyarrow as pa

from ingest_core.json_rows.json_text import Number
from ingest_core.json_rows.numbers import BEYOND_DOUBLE, LONG, REAL, WHOLE, number_type

_EMPTY = pa.struct([])
"""An object without keys; nothing is known of it."""

_DATE = pa.date32()
_LOCAL = pa.timestamp("us")
_ZONED = pa.timestamp("us", tz="UTC")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
"""The complete forms of ISO 8601-1, sections 5.2.2.1 and 5.4.2.1, and with a space as in RFC 3339, section 5.6."""


class Seen:
    """What was seen of one key, or of the elements of one list."""

    __slots__ = ("fields", "item", "kinds")

    def __init__(self) -> None:
        self.kinds: set[pa.DataType] = set()
        self.fields: dict[str, Seen] | None = None
        self.item: Seen | None = None

    def add(self, value: Any) -> None:  # noqa: ANN401  # any JSON value
        """Look at one more value."""
        if isinstance(value, dict):
            self.fields = {} if self.fields is None else self.fields
            for name, each in value.items():
                self.fields.setdefault(name, Seen()).add(each)
        elif isinstance(value, list):
            self.item = self.item or Seen()
            for each in value:
                self.item.add(each)
        elif value is not None:
            self.kinds.add(_leaf(value))

    def type(self) -> pa.DataType:
        """Give the type: null where no value was seen, a struct of nothing where objects had no keys."""
        found = list(self.kinds)
        if self.fields is not None:
            found.append(pa.struct([(name, each.type()) for name, each in self.fields.items()]))
        if self.item is not None:
            found.append(pa.list_(self.item.type()))
        return reduce(wider, found, pa.null())


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Give the type that holds the values of two samples: text, if there is no other."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if pa.types.is_struct(one) and pa.types.is_struct(other):
        return pa.struct(list(united([one, other]).items()))
    if pa.types.is_list(one) and pa.types.is_list(other):
        return pa.list_(wider(one.value_type, other.value_type))
    whole = [WHOLE, BEYOND_DOUBLE, LONG]
    if one in whole and other in whole:
        return max(one, other, key=whole.index)
    return REAL if {one, other} == {WHOLE, REAL} else pa.string()


def united(schemas: Iterable[Iterable[pa.Field]]) -> dict[str, pa.DataType]:
    """Give each column the narrowest type that holds what all samples say, in the order in which they come."""
    columns: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            columns[field.name] = wider(columns.get(field.name, field.type), field.type)
    return columns


def settled(found: pa.DataType) -> pa.DataType:
    """Give the type that lands: text for what has shown no value, since text holds any."""
    if pa.types.is_null(found) or found == _EMPTY:
        return pa.string()
    if pa.types.is_struct(found):
        return pa.struct([(field.name, settled(field.type)) for field in found])
    if pa.types.is_list(found):
        return pa.list_(settled(found.value_type))
    return WHOLE if found == BEYOND_DOUBLE else found


def _leaf(value: Any) -> pa.DataType:  # noqa: ANN401  # any JSON value that holds no others
    if isinstance(value, Number):
        return number_type(value)
    if isinstance(value, bool):
        return pa.bool_()
    match = _TIME.fullmatch(value)
    return _time_type(value, match) if match else pa.string()


def _time_type(text: str, match: re.Match[str]) -> pa.DataType:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return pa.string()
    if match[2] is None:
        return _DATE
    return _ZONED if match[3] else _LOCAL
