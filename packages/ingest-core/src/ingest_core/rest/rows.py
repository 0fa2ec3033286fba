"""Makes rows of records: what is taken out of them, and the columns that they do not have by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ingest_core.errors import JobError
from ingest_core.rest.client.verdicts import word_of
from ingest_core.rest.definition import RequestSpec
from ingest_core.rest.definition.request import AddedColumn
from ingest_core.rest.records import Fields, Raw, inner
from ingest_core.rest.templates import Values, filled

MakeRow = Callable[[Raw, Values], bytes]
"""Makes the JSON text of a row of a record and of what references to its parent name."""

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def row_maker(spec: RequestSpec, values: Values) -> MakeRow:
    """Make the function that makes rows.

    Args:
        spec: The request, which says where the row stands and which columns are added.
        values: What its references name.
    """
    added = spec.columns
    taken = [name for name, column in added.items() if column.path is not None]
    fields = Fields([added[name].path or "" for name in taken], msgspec.Raw) if taken else None

    def make(record: Raw, parent: Values) -> bytes:
        row = inner(record, spec.row) if spec.row else bytes(record)
        if not added:
            return row
        found = dict(zip(taken, fields.of(record), strict=True)) if fields else {}
        known = {**values, **parent}
        return _with(row, {name: _value(column, found.get(name), known) for name, column in added.items()})

    return make


def _value(column: AddedColumn, found: Any, values: Values) -> Any:  # noqa: ANN401  # any JSON value
    if column.path is None:
        return filled(column.value, values)
    if column.matches is None:
        return found
    value = None if found is None else msgspec.json.decode(found)
    return value is not None and re.search(column.matches, word_of(value)) is not None


def _with(row: bytes, columns: Mapping[str, Any]) -> bytes:
    """Put columns into a row's text, in the place of any that it has of the same names."""
    row = row.strip()
    if row[:1] != b"{":
        raise JobError("a record is no object, and columns cannot be added to it", "mend `row`")
    if any(f'"{name}"'.encode() in row for name in columns):
        try:
            own = {name: raw for name, raw in _OBJECT.decode(row).items() if name not in columns}
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise JobError(f"a record is not whole JSON: {error}", "see the API") from error
        return msgspec.json.encode({**own, **columns})
    rest = row[1:].lstrip()
    return msgspec.json.encode(columns)[:-1] + (b"" if rest[:1] == b"}" else b",") + rest
