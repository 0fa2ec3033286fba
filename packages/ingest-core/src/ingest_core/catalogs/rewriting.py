"""Merges gathered rows into a table by copy-on-write: files in which nothing changes stay as they are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.conversions import from_bytes

from ingest_core.catalogs.looking import look
from ingest_core.catalogs.places import among
from ingest_core.catalogs.planning import plan_files
from ingest_core.catalogs.reading import TableFiles
from ingest_core.catalogs.side_by_side import write_all
from ingest_core.limits import LEAST_SHARE, Share, files_of
from ingest_core.merging.comparing import Comparison, Held
from ingest_core.merging.gathering import TWO_THREADS, Gathering
from ingest_core.messages import DataFile
from ingest_core.ports import Writer

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile as IcebergDataFile
    from pyiceberg.table import FileScanTask

    from ingest_core.catalogs.iceberg_table import IcebergTable


WORTH_TWO = 500_000
"""Rows in the files that may change from which on two writers are quicker by more than the start of a thread."""

Rewritten = tuple[Sequence["IcebergDataFile"], Sequence[DataFile]]
"""The files of which at least one row goes; the files with their other rows, and with the rows that come."""


def rewrite(table: IcebergTable, gathering: Gathering, parts: Sequence[int]) -> Rewritten:
    """Compare gathered rows with a table and write the files that take the place of the ones that change.

    Args:
        table: As it was loaded; nothing of it is touched.
        gathering: The rows.
        parts: Which of them.

    Raises:
        JobError: The key is not one of the table, or its files are not of a kind that can be rewritten.
    """
    with contextlib.closing(Comparison(gathering, parts)) as comparison:
        files = TableFiles(table.inner.io, table.metadata, table.schema)
        tasks = _candidates(table, comparison)
        comparison.match(_held(files, tasks, comparison.probe))
        look(files, tasks, comparison)
        removed: list[IcebergDataFile] = []
        rows = _rows(files, tasks, comparison, removed)
        return removed, write_all(rows, _writers(table, gathering, tasks))


def _writers(table: IcebergTable, gathering: Gathering, tasks: Sequence[FileScanTask]) -> Sequence[Writer]:
    """Open two writers where there is much to write and memory for both; each makes files of its own.

    Rows of many partitions are left to one, so that there are not twice as many files.
    """
    rows = sum(task.file.record_count for task in tasks)
    alone = rows < WORTH_TWO or gathering.memory < TWO_THREADS or not table.metadata.spec().is_unpartitioned()
    count = 1 if alone else 2
    share = Share(max(gathering.memory // 4 // count, LEAST_SHARE), files_of(count))
    return [table.writer(share) for _ in range(count)]


def _candidates(table: IcebergTable, comparison: Comparison) -> list[FileScanTask]:
    """Plan the files whose bounds of the key's first column let them hold a row of a key that comes."""
    return [task for task in plan_files(table.inner) if _may_hold(task.file, table, comparison)]


def _may_hold(file: IcebergDataFile, table: IcebergTable, comparison: Comparison) -> bool:
    field = table.metadata.schema().find_field(comparison.first_key)
    lower = (file.lower_bounds or {}).get(field.field_id)
    upper = (file.upper_bounds or {}).get(field.field_id)
    if lower is None or upper is None or not field.field_type.is_primitive:
        return True
    kind: Any = field.field_type
    return comparison.touches(from_bytes(kind, lower), from_bytes(kind, upper))


def _held(files: TableFiles, tasks: Sequence[FileScanTask], columns: Sequence[str]) -> Iterator[Held]:
    for number, task in enumerate(tasks):
        for places, rows in files.batches(task, columns):
            yield Held(number, places, rows)


def _rows(
    files: TableFiles, tasks: Sequence[FileScanTask], comparison: Comparison, removed: list[IcebergDataFile]
) -> Iterator[pa.RecordBatch]:
    """Give the rows of the new files, and note the files in whose place they come."""
    for number, task in enumerate(tasks):
        gone = comparison.places("gone", number)
        if len(gone):
            removed.append(task.file)
            yield from _staying(files, task, gone)
    yield from comparison.coming()


def _staying(files: TableFiles, task: FileScanTask, gone: pa.Array) -> Iterator[pa.RecordBatch]:
    for places, rows in files.batches(task):
        yield rows.filter(pc.invert(among(places, gone)))
