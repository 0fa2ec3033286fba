"""What a table is to become, within the commit of its next rows: columns, partitions, sort order, key, properties."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.exceptions import ValidationError

from ingest_core.catalogs.columns import columns_of
from ingest_core.catalogs.laying import lay_order, lay_partitions, lay_properties
from ingest_core.column_docs import docs_of
from ingest_core.errors import JobError
from ingest_core.layout import AS_IT_IS

if TYPE_CHECKING:
    from pyiceberg.table import Table, Transaction
    from pyiceberg.table.metadata import TableMetadata

    from ingest_core.layout import Layout


@dataclass(frozen=True)
class Growth:
    """What a table is to become.

    Args:
        columns: Columns that are added or changed, as they will be.
        layout: How it will be laid out.
        anew: Columns that it has and that make way for others of their names, which are among ``columns``.
    """

    columns: pa.Schema = pa.schema([])  # noqa: RUF009  # a schema is immutable
    layout: Layout = AS_IT_IS
    anew: tuple[str, ...] = ()


def grow(transaction: Transaction, growth: Growth) -> None:
    """Stage the changes. New columns get the next free field ids.

    Raises:
        JobError: The table's rows do not allow it.
    """
    layout = growth.layout
    with _translated():
        _grow_columns(transaction, growth)
        if layout.partition_by is not None:
            lay_partitions(transaction, layout.partition_by)
        if layout.sort_by is not None:
            lay_order(transaction, layout.sort_by)
        lay_properties(transaction, layout.properties)


def grown_metadata(table: Table, growth: Growth) -> TableMetadata:
    """Give a table's metadata as it will be. Nothing is committed."""
    transaction = table.transaction()
    grow(transaction, growth)
    return transaction.table_metadata


def _grow_columns(transaction: Transaction, growth: Growth) -> None:
    if growth.anew:
        with transaction.update_schema() as update:
            for name in growth.anew:
                update.delete_column(name)
    key = _key_to_declare(transaction.table_metadata, growth)
    if not len(growth.columns) and not key:
        return
    other, alike = _divided(growth.columns, transaction.table_metadata)
    # Asked for only where the table has no rows that could lack a value.
    with transaction.update_schema(allow_incompatible_changes=bool(key)) as update:
        if len(other):
            update.union_by_name(other)
        for path, text in (pair for field in alike for pair in docs_of(field)):
            update.update_column(path, doc=text)
        for name in key:
            update.update_column((name,), required=True)
        if key:
            update.set_identifier_fields(*key)


def _divided(columns: pa.Schema, metadata: TableMetadata) -> tuple[pa.Schema, pa.Schema]:
    """Divide columns into those that the table lacks or has otherwise, and those that get descriptions alone.

    The latter are not put into Arrow's types and back, since a table of others may have some that cannot.
    """
    has = columns_of(metadata.schema())
    alike = [field for field in columns if field.name in has.names and field.type == has.field(field.name).type]
    return pa.schema([field for field in columns if field not in alike]), pa.schema(alike)


def _key_to_declare(metadata: TableMetadata, growth: Growth) -> tuple[str, ...]:
    """Give the key that the table is to declare; none when it does already, or cannot and need not."""
    key, schema = growth.layout.key, metadata.schema()
    if not key or set(key) == schema.identifier_field_names():
        return ()
    required = {field.name for field in schema.fields if field.required}
    lacking = [name for name in key if name not in required]
    if not lacking or is_empty(metadata):
        return key
    if growth.layout.merged:
        return ()
    raise JobError(
        f"{', '.join(lacking)} cannot become the table's key: rows that it has may lack a value there",
        "leave `key`, or `primaryKey` in the asset, out; or drop the table and run with --recreate to make it anew "
        "with its key",
        ("source", "objects"),
    )


def is_empty(metadata: TableMetadata) -> bool:
    """Tell whether a table holds no rows."""
    snapshot = metadata.current_snapshot()
    return snapshot is None or (
        snapshot.summary is not None and snapshot.summary.additional_properties.get("total-records") == "0"
    )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Tell a change that Iceberg refuses as a person's fault."""
    try:
        yield
    except (ValueError, ValidationError) as error:
        raise JobError(
            f"the table cannot become what the job says: {error}",
            "mend the object's `types`, `partition_by` or `sort_by`, or give the new column another name: `rename`",
            ("source", "objects"),
        ) from error
