"""Finds what is wrong with the properties of a schema, beyond what the standard's models see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest_core.contracts.column_types import LOGICAL_TYPES, column_type, field_name
from ingest_core.documents import nearest
from ingest_core.errors import Fault, JobError, Key
from ingest_core.layout_checks import may_be_key

if TYPE_CHECKING:
    from open_data_contract_standard.model import SchemaProperty


def property_faults(properties: Sequence[SchemaProperty], at: Key) -> Iterator[Fault]:
    """Check the properties of a schema, or of an object within it.

    Args:
        properties: They.
        at: Where in the file they stand: the key ``properties``.

    Returns:
        Every fault: names that are missing or stand twice, types that a table cannot have, keys that are none.
    """
    first: dict[str, int] = {}
    for place, each in enumerate(properties):
        name = field_name(each)
        if not name:
            yield Fault("a property needs a name", "say `name: ...`", (*at, place))
        elif (other := first.setdefault(name.lower(), place)) != place:
            problem = f"{name!r} is named as properties[{other}] is, or differs from it in case only"
            yield Fault(problem, "give it a name of its own", (*at, place))
        yield from _faults(each, (*at, place))


def _faults(said: SchemaProperty, at: Key) -> Iterator[Fault]:
    """Check a property and all within it; what is wrong within it is not told again of itself."""
    own = [*_logical_faults(said, at), *_inner_faults(said, at)]
    yield from own
    if own:
        return
    try:
        kind = column_type(said)
    except JobError as error:
        yield from (Fault(fault.problem, fault.mend, (*at, *fault.key)) for fault in error.faults)
        return
    if said.primaryKey and kind is not None and not may_be_key(kind):
        mend = "choose whole numbers, text, dates or times"
        yield Fault(f"{field_name(said)!r} cannot be a key: {kind}", mend, (*at, "primaryKey"))


def _logical_faults(said: SchemaProperty, at: Key) -> Iterator[Fault]:
    kind = said.logicalType
    if kind is None or kind in LOGICAL_TYPES:
        return
    key = (*at, "logicalType")
    if kind == "vector":
        if said.physicalType is None:
            yield Fault("Iceberg has no vectors", "say how it lands: `physicalType: list<float>`", key)
        return
    close = nearest(kind, LOGICAL_TYPES)
    mend = f"did you mean {close!r}?" if close else f"the logical types are {', '.join(LOGICAL_TYPES)}"
    yield Fault(f"there is no logical type {kind!r}", mend, key)


def _inner_faults(said: SchemaProperty, at: Key) -> Iterator[Fault]:
    if said.properties:
        yield from property_faults(said.properties, (*at, "properties"))
    for each, key in inner_properties(said):
        if each.primaryKey:
            yield Fault("a field within a column cannot be a key", "take it out", (*at, *key, "primaryKey"))
    for each, key in _parts(said):
        yield from _faults(each, (*at, *key))


def inner_properties(said: SchemaProperty) -> Iterator[tuple[SchemaProperty, Key]]:
    """List what stands directly within a property: fields, items, a map's keys and values, each with its key."""
    yield from ((each, ("properties", place)) for place, each in enumerate(said.properties or ()))
    yield from _parts(said)


def _parts(said: SchemaProperty) -> Iterator[tuple[SchemaProperty, Key]]:
    if said.items:
        yield said.items, ("items",)
    if said.map and said.map.key:
        yield said.map.key, ("map", "key")
    if said.map and said.map.value:
        yield said.map.value, ("map", "value")
