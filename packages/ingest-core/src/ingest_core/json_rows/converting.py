"""Makes values of a column's type of JSON values, one by one: what Arrow refuses, or might not keep as it is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import time
from typing import Any

import pyarrow as pa

from ingest_core.json_rows.json_text import Number, written
from ingest_core.json_rows.numbers import decimal, real, whole

Convert = Callable[[Any], Any]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
"""RFC 8259, section 6."""

_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,6})?", re.ASCII)
"""ISO 8601-1, section 5.3.1.2, down to what Iceberg keeps."""


class MisfitError(ValueError):
    """A value would not stay what it is in a column's type.

    Args:
        value: The JSON value.
        wanted: The type.
    """

    def __init__(self, value: Any, wanted: pa.DataType) -> None:  # noqa: ANN401  # any JSON value
        super().__init__(f"{written(value)} is no {wanted}")
        self.value = value
        self.wanted = wanted
        self.path: tuple[str, ...] = ()


class UnknownKeyError(ValueError):
    """An object has a key that no column has.

    Args:
        name: The key.
        value: Its value.
    """

    def __init__(self, name: str, value: Any) -> None:  # noqa: ANN401  # any JSON value
        super().__init__(f"the key {name!r} is no column")
        self.value = value
        self.path: tuple[str, ...] = (name,)


def converter(wanted: pa.DataType, *, given: bool) -> Convert:
    """Make the function that converts a column's values.

    Args:
        wanted: A type that Iceberg has.
        given: Whether the job gave the type.

    Returns:
        A function that gives values of the type in which the column is parsed
        (:func:`ingest_core.json_rows.read_types.read_type`), and raises :class:`MisfitError` and
        :class:`UnknownKeyError`; null stays null.
    """
    convert = _of_type(wanted, given=given)

    def nullable(value: Any) -> Any:  # noqa: ANN401  # any JSON value
        if value is None:
            return None
        found = convert(value)
        if found is None:
            raise MisfitError(value, wanted)
        return found

    return nullable


def _of_type(wanted: pa.DataType, *, given: bool) -> Convert:
    """Make the function that gives ``None`` for what does not fit."""
    if pa.types.is_struct(wanted):
        fields = {field.name: converter(field.type, given=given) for field in wanted}
        return lambda value: fields_of(value, fields, strict=True) if isinstance(value, dict) else None
    if pa.types.is_map(wanted):
        keys, items = (converter(kind, given=given) for kind in (wanted.key_type, wanted.item_type))
        return lambda value: _entries(value, keys, items) if isinstance(value, dict) else None
    if pa.types.is_list(wanted):
        inner = converter(wanted.value_type, given=given)
        return lambda value: [_below("[]", inner, each) for each in value] if isinstance(value, list) else None
    if pa.types.is_string(wanted):
        return _text
    if pa.types.is_boolean(wanted) or pa.types.is_null(wanted):
        return lambda value: value if isinstance(value, bool) and not pa.types.is_null(wanted) else None
    return _of_number(wanted, given=given) or _of_words(wanted)


def fields_of(value: dict[str, Any], fields: dict[str, Convert], *, strict: bool) -> dict[str, Any]:
    """Convert an object's values.

    Args:
        value: The object.
        fields: The function for each key.
        strict: Whether another key is refused; one without a value holds nothing that could be lost.

    Raises:
        MisfitError: A value does not fit.
        UnknownKeyError: There is another key.
    """
    found = {}
    for name, each in value.items():
        if name in fields:
            found[name] = _below(name, fields[name], each)
        elif strict and each is not None:
            raise UnknownKeyError(name, each)
    return found


def _below(name: str, convert: Convert, value: Any) -> Any:  # noqa: ANN401  # any JSON value
    try:
        return convert(value)
    except (MisfitError, UnknownKeyError) as error:
        error.path = (name, *error.path)
        raise


def _entries(value: dict[str, Any], keys: Convert, items: Convert) -> list[tuple[Any, Any]]:
    return [(keys(name), _below(name, items, each)) for name, each in value.items()]


def _text(value: Any) -> str:  # noqa: ANN401  # any JSON value
    return str(value) if isinstance(value, str) else written(value)


def _of_number(wanted: pa.DataType, *, given: bool) -> Convert | None:
    if pa.types.is_integer(wanted):
        return lambda value: whole(value, wanted) if _is_number(value) else None
    if pa.types.is_floating(wanted):
        return lambda value: real(value, wanted, given=given) if _is_number(value) else None
    if pa.types.is_decimal(wanted):
        return lambda value: decimal(value, wanted) if _is_number(value) else None
    return None


def _is_number(value: object) -> bool:
    """Tell whether a value is a number, or a text that is written as one."""
    return isinstance(value, Number) or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))


def _of_words(wanted: pa.DataType) -> Convert:
    if isinstance(wanted, pa.UuidType):
        return _uuid
    if pa.types.is_time(wanted):
        return _time
    if pa.types.is_fixed_size_binary(wanted):
        return lambda value: _fixed(value, wanted.byte_width)
    return lambda value: value if isinstance(value, str) and not isinstance(value, Number) else None


def _fixed(value: Any, width: int) -> bytes | None:  # noqa: ANN401  # any JSON value
    data = value.encode() if isinstance(value, str) else b""
    return data if len(data) == width else None


def _time(value: Any) -> time | None:  # noqa: ANN401  # any JSON value
    try:
        return time.fromisoformat(value) if isinstance(value, str) and _TIME.fullmatch(value) else None
    except ValueError:
        return None


def _uuid(value: Any) -> bytes | None:  # noqa: ANN401  # any JSON value
    try:
        return uuid.UUID(value).bytes if isinstance(value, str) else None
    except ValueError:
        return None
