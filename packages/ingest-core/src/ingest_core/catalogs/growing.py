"""Adds and widens a table's columns within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from pyiceberg.table import Table, Transaction
    from pyiceberg.table.metadata import TableMetadata

NO_GROWTH = pa.schema([])


def grow(transaction: Transaction, growth: pa.Schema) -> None:
    """Stage the columns. New ones get the next free field ids."""
    if len(growth):
        with transaction.update_schema() as update:
            update.union_by_name(growth)


def grown_metadata(table: Table, growth: pa.Schema) -> TableMetadata:
    """Give a table's metadata as it will be with the columns. Nothing is committed."""
    transaction = table.transaction()
    grow(transaction, growth)
    return transaction.table_metadata
