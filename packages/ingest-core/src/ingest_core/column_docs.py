"""What columns mean, in words: descriptions travel with Arrow's fields, as pyiceberg reads and writes them.

Source: ``PYARROW_FIELD_DOC_KEY`` in ``pyiceberg.io.pyarrow``; Apache Iceberg table specification, "Schemas", ``doc``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

Path = tuple[str, ...]
"""A column, or a field within one, as Iceberg names it: ``("a", "element", "b")``; a map's values are ``value``."""

Docs = Mapping[Path, str]
"""Descriptions by what they describe."""

DOC = b"doc"
ELEMENT = "element"
VALUE = "value"


def described(columns: pa.Schema, docs: Docs) -> pa.Schema:
    """Give columns their descriptions; those of which nothing is said keep theirs."""
    return pa.schema([describe(field, docs) for field in columns]) if docs else columns


def describe(field: pa.Field, docs: Docs, above: Path = ()) -> pa.Field:
    """Give a field its description, and those of the fields within it.

    Args:
        field: The field.
        docs: All descriptions; what is described and is not there is passed over.
        above: Where the field stands.
    """
    path = (*above, field.name)
    metadata = dict(field.metadata or {})
    if path in docs:
        metadata[DOC] = docs[path].encode()
    return pa.field(field.name, _within(field.type, docs, path), field.nullable, metadata or None)


def docs_of(field: pa.Field, above: Path = ()) -> Iterator[tuple[Path, str]]:
    """List the descriptions of a field and of those within it."""
    path = (*above, field.name)
    if text := (field.metadata or {}).get(DOC):
        yield path, text.decode()
    for place, inner in _fields(field.type):
        yield from docs_of(inner, (*path, *place))


def docs_in(columns: pa.Schema) -> dict[Path, str]:
    """List all descriptions of columns."""
    return dict(pair for field in columns for pair in docs_of(field))


def _fields(kind: pa.DataType) -> Iterator[tuple[Path, pa.Field]]:
    """List the fields of structs within a type, each with the way to its struct. Lists' own elements have no name."""
    if pa.types.is_struct(kind):
        yield from (((), field) for field in kind)
    elif pa.types.is_map(kind):
        yield from (((VALUE, *place), field) for place, field in _fields(kind.item_type))
    elif pa.types.is_list(kind):
        yield from (((ELEMENT, *place), field) for place, field in _fields(kind.value_type))


def _within(kind: pa.DataType, docs: Docs, path: Path) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct([describe(field, docs, path) for field in kind])
    if pa.types.is_map(kind):
        value = kind.item_field
        return pa.map_(kind.key_field, value.with_type(_within(value.type, docs, (*path, VALUE))))
    if pa.types.is_list(kind):
        element = kind.value_field
        return pa.list_(element.with_type(_within(element.type, docs, (*path, ELEMENT))))
    return kind
