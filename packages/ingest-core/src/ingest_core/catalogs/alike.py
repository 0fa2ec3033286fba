"""Tells whether files that were written for a table fit another state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core.catalogs.iceberg_table import IcebergTable


def fits(written: IcebergTable, again: IcebergTable) -> bool:
    """Tell whether files written for one table fit another state of it: names, types, ids and partitions alike.

    The same columns may have got other field ids: another writer added one and took it away again.
    """
    one, other = written.metadata, again.metadata
    alike = one.spec() == other.spec() and one.default_sort_order_id == other.default_sort_order_id
    return alike and bool(written.schema.equals(again.schema, check_metadata=True))
