"""Whether each way to see what is new can be gone."""

from __future__ import annotations

from collections.abc import Iterator

from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.merged import strategy_of
from ingest_core.rest.definition.stream import StreamSpec


def strategy_faults(name: str, stream: StreamSpec) -> Iterator[Fault]:
    """Find strategies that have no cursor to go on by.

    Args:
        name: The stream.
        stream: Its specification.
    """
    for other, said in stream.incremental.items():
        key: Key = ("streams", name, "incremental", other)
        cursor = strategy_of(stream, other).cursor
        if cursor is None:
            yield Fault("it goes on by a cursor, and has none", "give it, or the stream, a `cursor`", key)
        # A request of its own begins at a moment: when the load of all began.
        elif cursor.unit == "number" and said.model_fields_set - {"needs"}:
            yield Fault("it begins at a moment, and its cursor is a number", "let the stream's own cursor do it", key)
