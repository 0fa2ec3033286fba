"""Whether what a stream says of its columns hangs together. Which columns there are, the API alone knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from ingest_core.documents import nearest
from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.options import OptionSpec
from ingest_core.rest.definition.request import AddedColumn
from ingest_core.rest.definition.stream import StreamSpec
from ingest_core.rest.definition.strict import types_of


def column_faults(name: str, stream: StreamSpec, options: Mapping[str, OptionSpec]) -> Iterator[Fault]:
    """Find what contradicts itself in what is said of columns.

    Args:
        name: The stream.
        stream: Its specification.
        options: The definition's.
    """
    at: Key = ("streams", name)
    yield from _type_faults(stream, at)
    yield from _key_faults(stream, at)
    yield from _list_faults(stream, options, at)
    yield from _added_faults(stream.columns, (*at, "columns"))
    for other, strategy in stream.incremental.items():
        yield from _added_faults(strategy.columns, (*at, "incremental", other, "columns"))


def _type_faults(stream: StreamSpec, at: Key) -> Iterator[Fault]:
    types = types_of(stream.types)
    for column in stream.epochs:
        if types.get(column, _MOMENT) != _MOMENT:
            key = (*at, "types", column)
            yield Fault("is a moment, as `epochs` says, and lands as timestamptz", "leave one of the two out", key)
    for place, column in enumerate(stream.blank_is_null):
        kind = types.get(column)
        if column in stream.epochs or (kind is not None and not _may_be_blank(kind)):
            key = (*at, "blank_is_null", place)
            yield Fault(f"{column!r} holds no texts, of which one could be empty", "leave it out", key)


_MOMENT = pa.timestamp("us", tz="UTC")


def _may_be_blank(kind: pa.DataType) -> bool:
    """Tell whether a column may be read as texts: what is nested only as a struct."""
    return pa.types.is_struct(kind) or not pa.types.is_nested(kind)


def _key_faults(stream: StreamSpec, at: Key) -> Iterator[Fault]:
    types = types_of(stream.types)
    for place, column in enumerate(stream.key):
        key = (*at, "key", place)
        if column in stream.key[:place]:
            yield Fault(f"{column!r} stands in the key twice", "leave one out", key)
        if (kind := types.get(column)) is not None and (pa.types.is_floating(kind) or pa.types.is_nested(kind)):
            # Iceberg table specification, "Identifier Field IDs".
            yield Fault(f"{column!r} cannot be a key: it is {stream.types[column]}", "name other columns", key)
    for said in ("deleted", "order_by"):
        column = getattr(stream, said)
        if column is not None and column in stream.key:
            yield Fault(f"{column!r} is a part of the key, which never changes", "name another column", (*at, said))
    order = types.get(stream.order_by or "")
    if order is not None and pa.types.is_nested(order):
        yield Fault(f"rows have no order by {stream.order_by!r}: it is nested", "name another", (*at, "order_by"))


def _list_faults(stream: StreamSpec, options: Mapping[str, OptionSpec], at: Key) -> Iterator[Fault]:
    into: dict[str, str] = {}
    lists = [name for name, spec in options.items() if spec.type == "list"]
    for name, spec in stream.lists.items():
        key = (*at, "lists", name)
        first = into.setdefault(spec.into, name)
        if first != name:
            yield Fault(f"{first!r} goes into the column {spec.into!r}, too", "name another", (*key, "into"))
        if spec.option is not None and spec.option not in lists:
            close = nearest(spec.option, lists)
            mend = f"did you mean {close!r}?" if close else "declare it in `options`, with `type: list`"
            yield Fault(f"there is no option {spec.option!r} that is a list", mend, (*key, "option"))


def _added_faults(columns: Mapping[str, AddedColumn], at: Key) -> Iterator[Fault]:
    for name, column in columns.items():
        if (column.path is None) == (column.value is None):
            problem = "has no value" if column.path is None else "has two values"
            yield Fault(problem, "say either `path` or `value`", (*at, name))
        elif column.matches is not None and column.path is None:
            yield Fault("only what stands in a record is matched", "say `path`", (*at, name, "matches"))
