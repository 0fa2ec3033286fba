"""Whether parents are there, and are made use of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest_core.documents import nearest
from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.checks.asked import Asked, asked_of
from ingest_core.rest.definition.stream import StreamSpec
from ingest_core.rest.templates import references


def parent_faults(streams: Mapping[str, StreamSpec]) -> Iterator[Fault]:
    """Find parents that are not there or come back to the stream itself, and fields that nothing names.

    Args:
        streams: The definition's, by name.
    """
    for name, stream in streams.items():
        if stream.parent is None:
            continue
        key: Key = ("streams", name, "parent", "stream")
        above = stream.parent.stream
        if above not in streams:
            close = nearest(above, streams)
            mend = f"did you mean {close!r}?" if close else f"there are {', '.join(streams)}"
            yield Fault(f"there is no stream {above!r}", mend, key)
        elif _is_circular(name, streams):
            yield Fault(f"the parents of {name!r} come back to itself", "ask for one of them without a parent", key)
        if stream.cursor is not None and stream.cursor.unit == "number":
            yield Fault(
                "numbers that each parent counts, or that come while others are asked, tell nothing of all of them",
                "name a cursor of moments, or leave it out: each load then reads all",
                ("streams", name, "cursor", "unit"),
            )
        yield from _field_faults(name, stream)


def fanning_faults(asked: Asked, stream: StreamSpec) -> Iterator[Fault]:
    """Refuse a request that is made for each parent and is the same for all of them."""
    if stream.parent is not None and not any(name.startswith("parent:") for name in asked.names):
        named = ", ".join(f"${{parent:{field}}}" for field in stream.parent.fields)
        mend = f"name {named} in its path, params or body"
        yield Fault("it is asked for each parent, and names none", mend, asked.at("path"))


def _is_circular(name: str, streams: Mapping[str, StreamSpec]) -> bool:
    met: set[str] = set()
    parent = streams[name].parent
    while parent is not None and parent.stream in streams and parent.stream not in met:
        met.add(parent.stream)
        parent = streams[parent.stream].parent
    return name in met


def _field_faults(name: str, stream: StreamSpec) -> Iterator[Fault]:
    used: set[str] = set()
    for asked in asked_of(name, stream):
        used |= asked.names | references([column.value for column in asked.spec.columns.values()])
    for place, field in enumerate(stream.parent.fields if stream.parent else ()):
        is_said = stream.parent is not None and "fields" in stream.parent.model_fields_set
        if is_said and f"parent:{field}" not in used:
            key: Key = ("streams", name, "parent", "fields", place)
            yield Fault(f"nothing names ${{parent:{field}}}", "name it, or leave it out", key)
