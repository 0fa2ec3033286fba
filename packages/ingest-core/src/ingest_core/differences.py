"""What becomes of a table by the next rows, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingest_core.iceberg_types import type_name
from ingest_core.layout import RESERVED, Layout


@dataclass(frozen=True)
class Picture:
    """A table at one moment.

    Args:
        columns: Its columns.
        layout: How it is laid out.
    """

    columns: pa.Schema
    layout: Layout


def differences(before: Picture | None, after: Picture) -> Sequence[str]:
    """Say what changes.

    Args:
        before: The table as it is; ``None`` when there is none.
        after: As it will be.
    """
    if before is None:
        empty = Picture(pa.schema([]), Layout(partition_by=(), sort_by=()))
        return ["the table is made", *_columns(empty, after), *_layout(empty.layout, after.layout)]
    return [*_columns(before, after), *_layout(before.layout, after.layout)]


def _columns(before: Picture, after: Picture) -> Iterator[str]:
    for field in after.columns:
        wanted = type_name(field.type)
        if field.name not in before.columns.names:
            yield f"+ column {field.name}: {wanted}"
        elif (had := type_name(before.columns.field(field.name).type)) != wanted:
            yield f"~ column {field.name}: {had} -> {wanted}"


def _layout(before: Layout, after: Layout) -> Iterator[str]:
    for what in ("partition_by", "sort_by"):
        had, wanted = getattr(before, what) or (), getattr(after, what)
        if wanted is not None and had != wanted:
            yield f"~ {what}: {_listed(had)} -> {_listed(wanted)}"
    if after.key and set(before.key) != set(after.key):
        yield f"~ key: {_listed(before.key)} -> {_listed(after.key)}"
    for name, value in after.properties.items():
        if not name.startswith(RESERVED) and before.properties.get(name) != value:
            yield f"~ property {name}: {before.properties.get(name, 'none')} -> {value}"


def _listed(parts: Sequence[object]) -> str:
    return f"[{', '.join(map(str, parts))}]"
