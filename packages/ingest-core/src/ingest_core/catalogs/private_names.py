"""Every private name of pyiceberg that is used here, behind names of our own. A contract test holds them.

Only a tried line of pyiceberg is allowed for their sake (see docs/decisions/2026-11-23-pyiceberg-pinned.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyiceberg.io.pyarrow import (
    _ConvertToIcebergWithoutIDs,
    _get_column_projection_values,
    _read_all_delete_files,
    _to_requested_schema,
    pyarrow_to_schema,
    visit_pyarrow,
)
from pyiceberg.schema import Schema, assign_fresh_schema_ids, prune_columns
from pyiceberg.table.snapshots import Operation, Summary
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.table.update import AddSortOrderUpdate, SetDefaultSortOrderUpdate
from pyiceberg.table.update.snapshot import _OverwriteFiles
from pyiceberg.typedef import EMPTY_DICT
from pyiceberg.types import ListType, MapType

if TYPE_CHECKING:
    from pyiceberg.io import FileIO
    from pyiceberg.manifest import ManifestFile
    from pyiceberg.table import FileScanTask, Transaction
    from pyiceberg.table.metadata import TableMetadata
    from pyiceberg.table.update import TableRequirement, TableUpdate


def staged_requirements(transaction: Transaction) -> tuple[TableRequirement, ...]:
    """Give what a transaction requires, before it is committed."""
    return tuple(transaction._requirements)  # noqa: SLF001  # the reason for this module


def staged_updates(transaction: Transaction) -> tuple[TableUpdate, ...]:
    """Give what a transaction does, before it is committed."""
    return tuple(transaction._updates)  # noqa: SLF001  # the reason for this module


class ReplaceFiles(_OverwriteFiles):
    """Puts files in the place of others that hold the same rows, as Iceberg's operation ``replace``.

    pyiceberg produces no such snapshot, and counts for none; so it is counted as an overwrite and then called by its
    name. Whoever reads changes passes it over, as its rows are no new ones.

    Source: Apache Iceberg table specification, "Snapshots", field ``summary``.
    """

    def _summary(self, snapshot_properties: dict[str, str] = EMPTY_DICT) -> Summary:
        counted = super()._summary(snapshot_properties)
        return Summary(Operation.REPLACE, **counted.additional_properties)

    def _build_delete_files_partition_predicate(self) -> None:
        """Choose no manifests by partition: pyiceberg's expressions know no partition of a not-a-number."""

    def _build_manifest_evaluator(self, spec_id: int) -> Callable[[ManifestFile], bool]:
        """Look for the files in every manifest."""
        del spec_id
        return lambda _: True


def replacing(transaction: Transaction, io: FileIO, summary: dict[str, str]) -> ReplaceFiles:
    """Begin a snapshot of the main branch that replaces files.

    Args:
        transaction: What it is staged in.
        io: Writes the manifests.
        summary: What stands in its summary beside the counts.
    """
    return ReplaceFiles(Operation.OVERWRITE, transaction, io, snapshot_properties=summary)


def stage_unsorted(transaction: Transaction) -> None:
    """Stage that a table has no sort order. pyiceberg's own way fails where no order so far was the unsorted one."""
    orders = transaction.table_metadata.sort_orders
    add = () if UNSORTED_SORT_ORDER in orders else (AddSortOrderUpdate(sort_order=UNSORTED_SORT_ORDER),)
    chosen = SetDefaultSortOrderUpdate(sort_order_id=UNSORTED_SORT_ORDER.order_id)
    transaction._apply((*add, chosen), ())  # noqa: SLF001  # the reason for this module


def schema_with_fresh_ids(columns: pa.Schema, key: Sequence[str]) -> Schema:
    """Write columns in Iceberg's types, with the field ids that a new table gives them, and its identifier fields."""
    fresh = assign_fresh_schema_ids(visit_pyarrow(columns, _ConvertToIcebergWithoutIDs()))
    ids = [field.field_id for field in fresh.fields if field.name in key]
    return Schema(*fresh.fields, identifier_field_ids=ids)


def file_schema(found: pa.Schema, metadata: TableMetadata) -> Schema:
    """Read a data file's columns with their field ids, by the table's name mapping where the file has none."""
    return pyarrow_to_schema(
        found, metadata.name_mapping(), downcast_ns_timestamp_to_us=True, format_version=metadata.format_version
    )


def projected_values(task: FileScanTask, asked: Schema, metadata: TableMetadata, found: Schema) -> Mapping[int, Any]:
    """Give the values of columns that a file lacks and its partition says, by field id.

    Source: Apache Iceberg table specification, "Column Projection".
    """
    spec = metadata.specs().get(task.file.spec_id)
    values: Mapping[int, Any] = _get_column_projection_values(
        task.file, asked, metadata.schema(), spec, found.field_ids
    )
    return values


def as_asked(asked: Schema, found: Schema, batch: pa.RecordBatch, values: Mapping[int, Any]) -> pa.RecordBatch:
    """Turn a file's rows into the asked columns: renamed, widened, filled with nulls or defaults."""
    # A list's or map's own id would keep all of it; the ids of what is inside keep what is asked.
    inner = {each for each in asked.field_ids if not isinstance(asked.find_type(each), (ListType, MapType))}
    present = prune_columns(found, inner, select_full_types=False)
    return _to_requested_schema(
        asked,
        present,
        batch,
        downcast_ns_timestamp_to_us=True,
        projected_missing_fields=dict(values),
        allow_timestamp_tz_mismatch=True,
    )


def deleted_places(io: FileIO, task: FileScanTask) -> pa.Array | None:
    """Give the places of the rows that delete files take away from a data file; ``None`` when there are none."""
    if not task.delete_files:
        return None
    chunks = _read_all_delete_files(io, [task]).get(task.file.file_path, [])
    return pa.concat_arrays([array for chunk in chunks for array in chunk.chunks]) if chunks else None
