"""Sorts rows as a table wants.

Source: Apache Iceberg table specification, "Sorting".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.table.sorting import NullOrder, SortDirection

from ingest_core.writers.source_columns import SourceColumn, plain

if TYPE_CHECKING:
    from pyiceberg.table.metadata import TableMetadata


class RowOrder:
    """The order of a table's rows.

    Args:
        metadata: The table's.
    """

    def __init__(self, metadata: TableMetadata) -> None:
        order = metadata.sort_order_by_id(metadata.default_sort_order_id)
        schema = metadata.schema()
        self._id = metadata.default_sort_order_id
        self._fields = list(order.fields) if order else []
        self._columns = [SourceColumn(schema, field.source_id, field.transform) for field in self._fields]
        # Arrow puts not-a-number last whatever the direction, and tells no zero from the other, so of such columns
        # nothing is claimed.
        self._exact = all(str(schema.find_type(field.source_id)) not in ("float", "double") for field in self._fields)

    @property
    def order_id(self) -> int | None:
        """The id that a data file may bear whose rows were sorted at once; ``None`` where it may claim nothing."""
        return self._id if self._fields and self._exact else None

    def sorted(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Give the rows in order; rows that are alike stay as they stand."""
        if not self._fields or batch.num_rows <= 1:
            return batch
        columns: list[pa.Array] = []
        keys: list[tuple[str, str]] = []
        for field, source in zip(self._fields, self._columns, strict=True):
            column = plain(source.of(batch))
            # A column of its own says where nulls go, since each field may say otherwise.
            first = field.null_order == NullOrder.NULLS_FIRST
            keys.append((str(len(columns)), "descending" if first else "ascending"))
            columns.append(column.is_null().cast(pa.int8()))
            keys.append((str(len(columns)), "ascending" if field.direction == SortDirection.ASC else "descending"))
            columns.append(column)
        table = pa.table(columns, names=[str(place) for place in range(len(columns))])
        return batch.take(pc.sort_indices(table, sort_keys=keys))
