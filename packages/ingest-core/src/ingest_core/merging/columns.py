"""How a table's columns are kept in the store: by number, so that no name needs quoting, in types that come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from ingest_core.fitting import fit


class Columns:
    """The columns of a table, as the store names them.

    Args:
        schema: The table's columns.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.stored = pa.schema([(f"c{place}", stored_type(field.type)) for place, field in enumerate(schema)])

    def name(self, column: str) -> str:
        """Give the store's name of one column."""
        return f"c{self.schema.get_field_index(column)}"

    def names(self, columns: Iterable[str]) -> list[str]:
        """Give the store's names of some columns."""
        return [self.name(column) for column in columns]

    def originals(self, names: Iterable[str]) -> list[str]:
        """Give the table's names of some columns of the store's."""
        return [self.schema.names[int(name[1:])] for name in names]

    def all_but(self, columns: Iterable[str]) -> list[str]:
        """Give the store's names of all columns but some."""
        left_out = set(columns)
        return self.names(name for name in self.schema.names if name not in left_out)

    def stored_rows(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Turn rows of the table into the store's."""
        return pa.record_batch([to_store(column) for column in batch.columns], schema=self.stored)

    def from_store(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Turn rows of the store into the table's; the columns stand in the table's order."""
        arrays = [fit(column, field) for column, field in zip(batch.columns, self.schema, strict=True)]
        return pa.record_batch(arrays, schema=self.schema)


def listed(names: Sequence[str], alias: str = "") -> str:
    """Write names as a list in SQL."""
    return ", ".join(f"{alias}.{name}" if alias else name for name in names)


def equal(names: Sequence[str], one: str, other: str) -> str:
    """Write that two rows have the same, never null, values."""
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in names)


def same(names: Sequence[str], one: str, other: str) -> str:
    """Write that two rows do not differ, null being like null."""
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in names) or "true"


def stored_type(found: pa.DataType) -> pa.DataType:
    """Give the type in which the store keeps a column, and gives it back bit by bit."""
    if isinstance(found, pa.BaseExtensionType):
        found = found.storage_type
    if pa.types.is_fixed_size_binary(found):
        return pa.binary()
    if pa.types.is_struct(found):
        return pa.struct([(field.name, stored_type(field.type)) for field in found])
    if pa.types.is_list(found) or pa.types.is_large_list(found):
        return pa.list_(stored_type(found.value_type))
    if pa.types.is_map(found):
        return pa.map_(stored_type(found.key_type), stored_type(found.item_type))
    return found


def to_store(array: pa.Array) -> pa.Array:
    """Turn a column of the table into the store's."""
    return fit(array, pa.field("", stored_type(array.type)))
