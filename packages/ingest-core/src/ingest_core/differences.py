"""What becomes of a table by the next rows, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingest_core.column_docs import docs_in
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
    docs, told = docs_in(after.columns), {*docs_in(before.columns).items()}
    for field in after.columns:
        wanted = type_name(field.type)
        if field.name not in before.columns.names:
            text = docs.pop((field.name,), "")
            yield f"+ column {field.name}: {wanted}{f'  # {in_a_line(text)}' if text else ''}"
        elif (had := type_name(before.columns.field(field.name).type)) != wanted:
            yield f"~ column {field.name}: {had} -> {wanted}"
    for path, text in docs.items():
        if (path, text) not in told:
            yield f"~ description of {'.'.join(path)}: {in_a_line(text)}"


def in_a_line(text: str) -> str:
    """Write a description in one line."""
    return " ".join(text.split())


def _layout(before: Layout, after: Layout) -> Iterator[str]:
    for what in ("partition_by", "sort_by"):
        had, wanted = getattr(before, what) or (), getattr(after, what)
        if wanted is not None and had != wanted:
            yield f"~ {what}: {_listed(had)} -> {_listed(wanted)}"
    if after.key and set(before.key) != set(after.key):
        yield f"~ key: {_listed(before.key)} -> {_listed(after.key)}"
    for name, value in after.properties.items():
        if not name.startswith(RESERVED) and before.properties.get(name) != value:
            had = before.properties.get(name, "none")
            yield f"~ property {name}: {in_a_line(had)} -> {in_a_line(value)}"


def _listed(parts: Sequence[object]) -> str:
    return f"[{', '.join(map(str, parts))}]"
