"""What a contract's properties mean, in words, by the columns and fields that they describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest_core.column_docs import ELEMENT, VALUE, Path
from ingest_core.contracts.column_types import field_name

if TYPE_CHECKING:
    from open_data_contract_standard.model import SchemaProperty


def property_docs(said: SchemaProperty, above: Path = ()) -> Iterator[tuple[Path, str]]:
    """List the descriptions of a property and of all within it; one that has none is known by its business name.

    Args:
        said: The property.
        above: The column and fields within which it stands.
    """
    path = (*above, field_name(said))
    if text := said.description or said.businessName:
        yield path, text.strip()
    yield from _within(said, path)


def _within(said: SchemaProperty, path: Path) -> Iterator[tuple[Path, str]]:
    for field in said.properties or ():
        yield from property_docs(field, path)
    # What lists and maps hold has no name of its own, and so no description in a table; its fields have.
    if said.items:
        yield from _within(said.items, (*path, ELEMENT))
    if said.map and said.map.value:
        yield from _within(said.map.value, (*path, VALUE))
