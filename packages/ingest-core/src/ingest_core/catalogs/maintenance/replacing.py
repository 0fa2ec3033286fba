"""Puts files in the place of others that hold the same rows, by one commit, whatever the catalog answers.

A compaction has no position that would tell its commit from another's. It is known by the names of its files, which
nobody guesses: it landed if the table names one of them, or knows its snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest_core.ages import wall_clock
from ingest_core.catalogs.alike import fits
from ingest_core.catalogs.effect import Effect
from ingest_core.catalogs.planning import plan_files
from ingest_core.catalogs.private_names import replacing
from ingest_core.catalogs.sending import Seen, Sending, known, send
from ingest_core.catalogs.staging import RUN_ID, Staged, staged_upon
from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.messages import DataFile
from ingest_core.ports import TableName
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import FileScanTask, Table

    from ingest_core.catalogs.iceberg_table import IcebergTable
    from ingest_core.catalogs.opened import OpenedCatalog

FILES = "ingest.compacted-files"
ROWS = "ingest.compacted-rows"
"""In the snapshot's summary: how many files were taken away, and how many rows came in the place of theirs."""


@dataclass(frozen=True)
class Replacement:
    """Files that take the place of others.

    Args:
        name: The table.
        removed: The files that go, with the deletes that were applied.
        added: The files that come.
        snapshots: The ids under which it was staged so far.
    """

    name: TableName
    removed: Sequence[FileScanTask]
    added: Sequence[DataFile]
    snapshots: set[int] = field(default_factory=set)

    @property
    def effect(self) -> Effect:
        """What it does to the table's files."""
        return Effect([task.file for task in self.removed], self.added)

    def is_in(self, table: Table) -> bool:
        """Tell whether a table shows it, or did so before others took its files away again."""
        if self.snapshots & {each.snapshot_id for each in table.snapshots()}:
            return True
        ours = {file.path for file in self.added}
        with storage_errors():
            return any(task.file.file_path in ours for task in plan_files(table))


def replace_files(opened: OpenedCatalog, written: IcebergTable, replacement: Replacement) -> int | None:
    """Land a replacement, and read it back.

    Args:
        opened: The catalog.
        written: The table as it was when the files were written.
        replacement: What to land.

    Returns:
        The snapshot that shows it, where the table still knows it.

    Raises:
        TransientError: Another writer changed the files or the columns, or nobody can tell whether the commit landed.
        JobError: The table is gone, or another one has its name; or the files have become too old to be committed.
        IngestError: The counts that were read back are not those that were written.
    """
    sending = _sending(opened, replacement)
    current = written
    for _ in range(opened.patience.stagings):
        staged = _stage(current.inner, replacement, opened.context.run_id)
        replacement.snapshots.add(staged.snapshot_id)
        seen = send(sending, staged)
        if seen.mine:
            with known("the compaction landed, but its table cannot be read back"):
                snapshot_id = _read_back(seen, staged)
            reach("commit read back")
            return snapshot_id
        current = _only_others_moved(written, seen.table, replacement)
        opened.patience.pause()
    raise TransientError(f"others kept committing to the table {replacement.name}; nothing was compacted", "run again")


def still_there(table: IcebergTable, groups: Sequence[Sequence[FileScanTask]]) -> Sequence[Sequence[FileScanTask]]:
    """Give groups of files back when the table still names each of them, with the same deletes.

    Raises:
        TransientError: It does not.
    """
    there = {_identity(task) for task in plan_files(table.inner)}
    missing = [task.file.file_path for group in groups for task in group if _identity(task) not in there]
    if missing:
        raise TransientError(
            f"another writer changed {len(missing)} of the files that were to be compacted, {missing[0]} among them; "
            "the table is as that writer left it",
            "run again",
        )
    return groups


def _identity(task: FileScanTask) -> tuple[str, Collection[str]]:
    return task.file.file_path, frozenset(each.file_path for each in task.delete_files)


def _sending(opened: OpenedCatalog, replacement: Replacement) -> Sending:
    gone = JobError(f"the table {replacement.name} was dropped while it was compacted", "look who dropped it")

    def load() -> Table | None:
        found = opened.load(replacement.name)
        return found.inner if found else None

    return Sending(opened.inner, load, replacement.is_in, gone, opened.patience, opened.clock)


def _stage(table: Table, replacement: Replacement, run_id: str) -> Staged:
    now, effect = wall_clock(), replacement.effect
    transaction = table.transaction()
    summary = {RUN_ID: run_id, FILES: str(len(effect.removed)), ROWS: str(effect.rows_added)}
    with replacing(transaction, table.io, summary) as producer:
        for gone in effect.removed:
            producer.delete_data_file(gone)
        for file in effect.added:
            producer.append_data_file(file.entry)
    return staged_upon(table, transaction, effect, now)


def _only_others_moved(written: IcebergTable, after: Table, replacement: Replacement) -> IcebergTable:
    """Give the table to stage upon next, when nothing moved that these files depend on."""
    if after.metadata.table_uuid != written.inner.metadata.table_uuid:
        raise JobError(f"the table {replacement.name} was made anew while it was compacted", "run again")
    again = type(written)(after, written.context)
    if after.schema() != written.inner.schema() or not fits(written, again):
        raise TransientError(
            f"another writer changed the columns or partitions of {replacement.name} meanwhile; nothing was compacted",
            "run again",
        )
    still_there(again, [replacement.removed])
    return again


def _read_back(seen: Seen, staged: Staged) -> int | None:
    """Hold what the table shows against what was written, where nobody committed upon it yet."""
    snapshot = seen.table.current_snapshot()
    if snapshot is None or snapshot.snapshot_id != staged.snapshot_id:
        there = seen.table.snapshot_by_id(staged.snapshot_id)
        return there.snapshot_id if there else None
    effect = staged.effect
    rows = _rows(staged.table) - effect.rows_removed + effect.rows_added
    if (found := _rows(seen.table)) != rows:
        raise IngestError(f"the table's files held {rows} rows when they were compacted, and hold {found} now")
    return snapshot.snapshot_id


def _rows(table: Table) -> int:
    """Count the rows in a table's files, deleted ones among them."""
    return sum(task.file.record_count for task in plan_files(table))
