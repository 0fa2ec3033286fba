"""Rewrites the rows of small files to fewer ones, and puts these in their place by one commit. Deletes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ingest_core.batching import gathered
from ingest_core.catalogs.maintenance.ahead import ahead
from ingest_core.catalogs.maintenance.grouping import deleted_rows
from ingest_core.catalogs.maintenance.replacing import Replacement, replace_files, still_there
from ingest_core.catalogs.reading import TableFiles
from ingest_core.catalogs.side_by_side import write_all
from ingest_core.errors import IngestError, JobError
from ingest_core.failpoints import reach
from ingest_core.ports import Compacted, FileGroup, TableName
from ingest_core.writers.fan_out import ROW_GROUP_ROWS
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.table import FileScanTask

    from ingest_core.catalogs.iceberg_table import IcebergTable
    from ingest_core.catalogs.opened import OpenedCatalog
    from ingest_core.messages import DataFile

ROW_GROUP_BYTES = 32 * 1024 * 1024
"""Bytes of rows that are worth a row group, however few rows they are; so much waits in memory, and once more."""

NOTHING = Compacted(0, 0, 0, 0, 0, None)


def compact(
    opened: OpenedCatalog, name: TableName, groups: Sequence[FileGroup], committing: Callable[[], None] = lambda: None
) -> Compacted:
    """Write the rows of small files to fewer ones, and put these in their place. See :class:`Maintenance`.

    Args:
        opened: The catalog.
        name: The table, which is loaded fresh.
        groups: As :func:`small_files` found them.
        committing: Called before the commit.

    Raises:
        TransientError: Another writer changed the files, or nobody can tell whether the commit landed.
        JobError: The table is gone, or its files cannot be read.
        IngestError: Not all rows were read or written; nothing was committed. Or the counts that were read back are
            not those that were written.
    """
    if not groups:
        return NOTHING
    with storage_errors(), opened.translated():
        table = opened.load(name)
        if table is None:
            raise JobError(f"the table {name} is gone", "look who dropped it")
        written = [_rewrite(table, tasks) for tasks in still_there(table, [group.entry for group in groups])]
        reach("all files closed")
        tasks = tuple(chain.from_iterable(group.entry for group in groups))
        replacement = Replacement(name, tasks, tuple(chain.from_iterable(written)))
        committing()
        landed = replace_files(opened, table, replacement)
    return _told(replacement, landed)


def _told(replacement: Replacement, snapshot_id: int | None) -> Compacted:
    removed = [task.file for task in replacement.removed]
    return Compacted(
        files_before=len(removed),
        files_after=len(replacement.added),
        bytes_before=sum(file.file_size_in_bytes for file in removed),
        bytes_after=sum(file.size for file in replacement.added),
        rows=sum(file.rows for file in replacement.added),
        snapshot_id=snapshot_id,
    )


def _rewrite(table: IcebergTable, tasks: Sequence[FileScanTask]) -> Sequence[DataFile]:
    """Write the rows of some files to new ones, and count them."""
    # Rows of several small files make a row group, which one alone would not fill.
    rows = gathered(_rows(table, tasks), ROW_GROUP_ROWS, ROW_GROUP_BYTES)
    with contextlib.closing(ahead(rows)) as read:
        files = write_all(read, [table.writer()])
    written = sum(file.rows for file in files)
    expected = sum(task.file.record_count - deleted_rows(table.inner.io, task) for task in tasks)
    if written != expected:
        raise IngestError(
            f"{len(tasks)} files hold {expected} rows by the table's metadata, and {written} were written; nothing was "
            f"committed. The first of the files is {tasks[0].file.file_path}"
        )
    return files


def _rows(table: IcebergTable, tasks: Sequence[FileScanTask]) -> Iterator[pa.RecordBatch]:
    files = TableFiles(table.inner.io, table.metadata, table.schema)
    for task in tasks:
        for _, rows in files.batches(task):
            yield rows
