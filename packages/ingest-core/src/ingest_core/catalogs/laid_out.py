"""Reads a table's layout back, in the words of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyiceberg.table.sorting import NullOrder, SortDirection
from pyiceberg.transforms import VoidTransform

from ingest_core.layout import Layout, PartitionField, SortField

if TYPE_CHECKING:
    from pyiceberg.table.metadata import TableMetadata


def layout_in(metadata: TableMetadata) -> Layout:
    """Give the layout that a table's metadata holds. Partition fields that were taken away are left out."""
    schema = metadata.schema()
    order = metadata.sort_order_by_id(metadata.default_sort_order_id)
    return Layout(
        partition_by=tuple(
            PartitionField(schema.find_column_name(field.source_id) or "?", str(field.transform))
            for field in metadata.spec().fields
            if not isinstance(field.transform, VoidTransform)
        ),
        sort_by=tuple(
            SortField(
                schema.find_column_name(field.source_id) or "?",
                "asc" if field.direction is SortDirection.ASC else "desc",
                "first" if field.null_order is NullOrder.NULLS_FIRST else "last",
            )
            for field in (order.fields if order else ())
        ),
        key=tuple(sorted(schema.identifier_field_names())),
        properties=metadata.properties,
    )
