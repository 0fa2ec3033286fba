"""Takes out of rows the columns that Arrow's parser cannot make, so that it makes all others.

Of a key that comes twice in one row the last holds, as in most readers of JSON (RFC 8259, section 4, leaves it open).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from ingest_core.json_rows.converting import MisfitError, UnknownKeyError, converter
from ingest_core.json_rows.json_text import LineError, parsed
from ingest_core.json_rows.parsing import PlaceError
from ingest_core.json_rows.read_types import is_read_singly, read_type

_ROW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_MAP = msgspec.json.Decoder(dict[str, str] | None)
_PLAIN_MAP = pa.map_(pa.string(), pa.string())

Texts = Sequence[msgspec.Raw | None]
"""The JSON text of a column, row by row."""


def divided(rows: Sequence[bytes], names: Sequence[str]) -> tuple[list[bytes], Mapping[str, Texts]]:
    """Take columns out of rows.

    Args:
        rows: Each its JSON text.
        names: The columns.

    Returns:
        The rows without them, and the text of each of them.

    Raises:
        PlaceError: A row is no JSON object.
    """
    taken: dict[str, list[msgspec.Raw | None]] = {name: [] for name in names}
    rest = []
    for line, row in enumerate(rows):
        try:
            found = _ROW.decode(row)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PlaceError(line, LineError(f"it is not whole JSON: {error}")) from error
        for name, texts in taken.items():
            texts.append(found.pop(name, None))
        rest.append(msgspec.json.encode(found))
    return rest, taken


def singles(schema: pa.Schema) -> list[str]:
    """Name the columns that Arrow's parser cannot make."""
    return [field.name for field in schema if is_read_singly(field.type)]


def column_of(texts: Texts, field: pa.Field, *, given: bool) -> pa.Array:
    """Make a column of its texts, value by value.

    Args:
        texts: Its texts.
        field: The column, in a type that Iceberg has.
        given: Whether its type is given.

    Returns:
        The column as it is read; see :func:`ingest_core.json_rows.read_types.read_type`.

    Raises:
        PlaceError: A value does not fit.
    """
    if field.type == _PLAIN_MAP and (maps := _plain_maps(texts)) is not None:
        return maps
    convert = converter(field.type, given=given)
    values = [_value(line, text, field.name, convert) for line, text in enumerate(texts)]
    return pa.array(values, read_type(field.type))


def _plain_maps(texts: Texts) -> pa.Array | None:
    """Make maps of texts to texts; ``None`` where a value is none, which only one by one can be told."""
    try:
        return pa.array([None if text is None else _MAP.decode(text) for text in texts], _PLAIN_MAP)
    except (msgspec.DecodeError, UnicodeDecodeError, pa.ArrowInvalid):
        return None


def _value(line: int, text: msgspec.Raw | None, name: str, convert: Any) -> Any:  # noqa: ANN401  # any JSON value
    if text is None:
        return None
    try:
        return convert(parsed(b'{"":' + bytes(text) + b"}")[""])
    except LineError as error:
        raise PlaceError(line, error) from error
    except (MisfitError, UnknownKeyError) as error:
        error.path = (name, *error.path)
        raise PlaceError(line, error) from error
