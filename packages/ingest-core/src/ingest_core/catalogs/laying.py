"""Writes a layout in pyiceberg's words: for a table to be made, and for one that is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import NullOrder, SortDirection, SortField, SortOrder
from pyiceberg.transforms import IdentityTransform, VoidTransform, parse_transform

from ingest_core.catalogs.private_names import schema_with_fresh_ids, stage_unsorted
from ingest_core.layout import Layout
from ingest_core.layout import PartitionField as LaidPart
from ingest_core.layout import SortField as LaidOrder

if TYPE_CHECKING:
    from pyiceberg.table import Transaction
    from pyiceberg.table.metadata import TableMetadata

_DIRECTION = {"asc": SortDirection.ASC, "desc": SortDirection.DESC}
_NULLS = {"first": NullOrder.NULLS_FIRST, "last": NullOrder.NULLS_LAST}


@dataclass(frozen=True)
class NewTable:
    """What it takes to make a table.

    Args:
        schema: Its columns, with field ids and identifier fields.
        partition_spec: Its partitions.
        sort_order: Its sort order.
        properties: Its properties.
        layout: The same, by the names of columns.
    """

    schema: Schema
    partition_spec: PartitionSpec
    sort_order: SortOrder
    properties: Mapping[str, str]
    layout: Layout

    def arguments(self) -> dict[str, Any]:
        """Give them as pyiceberg's ``create_table`` takes them."""
        return {
            "schema": self.schema,
            "partition_spec": self.partition_spec,
            "sort_order": self.sort_order,
            "properties": dict(self.properties),
        }

    def bare_arguments(self) -> dict[str, Any]:
        """Give columns alone: a server numbers the fields anew, and what names them by number would mean others.

        Nessie 0.99 numbers depth first, pyiceberg level by level. The layout follows by name, in the first commit.
        """
        return {"schema": Schema(*self.schema.fields)}


def new_table(columns: pa.Schema, layout: Layout) -> NewTable:
    """Write columns and a layout as a new table has them. The key's columns are required.

    Args:
        columns: The table's columns.
        layout: How it is laid out; every column that it names is there.
    """
    required = [field.with_nullable(field.nullable and field.name not in layout.key) for field in columns]
    schema = schema_with_fresh_ids(pa.schema(required), layout.key)
    ids = {field.name: field.field_id for field in schema.fields}
    parts = [
        PartitionField(ids[part.column], number, parse_transform(part.transform), part_name(part, ids))
        for number, part in enumerate(layout.partition_by or (), PARTITION_FIELD_ID_START)
    ]
    order = _sort_fields(layout.sort_by or (), ids)
    return NewTable(
        schema, PartitionSpec(*parts), SortOrder(*order, order_id=1 if order else 0), layout.properties, layout
    )


def part_name(part: LaidPart, columns: Iterable[str]) -> str:
    """Name a partition's field as no other column is named."""
    name, taken = part.name, set(columns)
    while part.kind != "identity" and name in taken:
        name += "_part"
    return name


def lay_partitions(transaction: Transaction, parts: Sequence[LaidPart]) -> None:
    """Stage the change of a table's partitions. Files that it has keep theirs."""
    metadata = transaction.table_metadata
    schema = metadata.schema()
    wanted = {(schema.find_field(part.column).field_id, part.transform): part for part in parts}
    has = {(field.source_id, str(field.transform)): field for field in metadata.spec().fields}
    gone = [field for key, field in has.items() if key not in wanted and not isinstance(field.transform, VoidTransform)]
    new = [part for key, part in wanted.items() if key not in has]
    if not gone and not new:
        return
    names = [field.name for field in schema.fields]
    with transaction.update_spec() as update:
        for field in gone:
            update.remove_field(field.name)
        for part in new:
            update.add_field(part.column, parse_transform(part.transform), part_name(part, names))


def lay_order(transaction: Transaction, order: Sequence[LaidOrder]) -> None:
    """Stage the change of a table's sort order. Files that it has keep theirs."""
    metadata = transaction.table_metadata
    ids = {field.name: field.field_id for field in metadata.schema().fields}
    if list(_current_order(metadata).fields) == _sort_fields(order, ids):
        return
    if not order:
        stage_unsorted(transaction)
        return
    with transaction.update_sort_order() as update:
        for each in order:
            add = update.asc if each.direction == "asc" else update.desc
            add(each.column, IdentityTransform(), _NULLS[each.nulls])


def lay_properties(transaction: Transaction, properties: Mapping[str, str]) -> None:
    """Stage the properties that a table has otherwise."""
    has = transaction.table_metadata.properties
    if changed := {name: value for name, value in properties.items() if has.get(name) != value}:
        transaction.set_properties(changed)


def _current_order(metadata: TableMetadata) -> SortOrder:
    return metadata.sort_order_by_id(metadata.default_sort_order_id) or SortOrder(order_id=0)


def _sort_fields(order: Sequence[LaidOrder], ids: Mapping[str, int]) -> list[SortField]:
    return [
        SortField(ids[each.column], IdentityTransform(), _DIRECTION[each.direction], _NULLS[each.nulls])
        for each in order
    ]
