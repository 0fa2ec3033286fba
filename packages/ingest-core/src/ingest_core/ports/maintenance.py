"""The port to what keeps tables small and clean: compaction, expiry, and the removal of files that nothing names.

The names are those of Iceberg's own maintenance procedures (https://iceberg.apache.org/docs/latest/maintenance/).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ingest_core.ports.table_name import TableName


@dataclass(frozen=True)
class FileGroup:
    """Data files of one partition that are to become fewer.

    Args:
        partition: The partition, as its folder would be named; empty for a table without partitions.
        files: How many they are.
        rows: Rows in them.
        size: Bytes in them.
        entry: What the adapter needs to rewrite them; nobody else looks inside.
    """

    partition: str
    files: int
    rows: int
    size: int
    entry: Any


@dataclass(frozen=True)
class Compacted:
    """What a compaction did, in one commit.

    Args:
        files_before: Files that it took away.
        files_after: Files that came in their place.
        bytes_before: Bytes in those that went.
        bytes_after: Bytes in those that came.
        rows: Rows in those that came.
        snapshot_id: The snapshot that shows them, where it could be read back.
    """

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    rows: int
    snapshot_id: int | None


@dataclass(frozen=True)
class Kept:
    """What is not removed, though no table shows it now.

    Args:
        younger_than: Files that changed after this moment stay: a run may be about to commit them.
        history_since: Whatever a table showed at this moment or later stays, on every branch and tag.
        forgotten: Snapshots of the table that count as expired: those that a dry run would expire.
    """

    younger_than: datetime
    history_since: datetime
    forgotten: frozenset[int] = frozenset()


@dataclass(frozen=True)
class StoredFile:
    """A file below a table's location.

    Args:
        path: Its full address.
        size: Bytes in it.
        modified: When it was written, by the storage's clock, in UTC.
    """

    path: str
    size: int
    modified: datetime


class Maintenance(Protocol):
    """Keeps the tables of a catalog small and clean. A table is loaded fresh by every call, and must be there.

    Every method raises :class:`TransientError` when catalog or storage are out of reach, or when other writers kept
    changing the table; and :class:`JobError` when a person must mend something.
    """

    @property
    def keeps_snapshots(self) -> bool:
        """Whether a table itself keeps its former snapshots, so that they can be expired.

        Where not, as on Nessie, they are kept by the catalog's own log of commits.
        """

    def small_files(self, name: TableName) -> Sequence[FileGroup]:
        """Find the small files that are worth rewriting. Writes nothing.

        Args:
            name: The table.
        """

    def compact(
        self, name: TableName, groups: Sequence[FileGroup], committing: Callable[[], None] = lambda: None
    ) -> Compacted:
        """Write the rows of small files to fewer ones, and put these in their place by one commit.

        The rows stay what they are. Nothing is deleted: the former files are those of former snapshots.

        Args:
            name: The table.
            groups: As found; a group of which another writer took a file meanwhile is refused.
            committing: Called once all is written, before the commit: from then on a stop waits.
        """

    def old_snapshots(self, name: TableName, since: datetime) -> Sequence[int]:
        """Name the snapshots that the table showed at no moment since, and that no tag or branch names.

        Args:
            name: The table.
            since: A moment, in UTC.
        """

    def expire(self, name: TableName, snapshots: Sequence[int]) -> None:
        """Forget snapshots, by one commit. Their files stay where they are, until they are found as orphans.

        Args:
            name: The table.
            snapshots: As named by :meth:`old_snapshots`.
        """

    def orphans(self, name: TableName, kept: Kept) -> Sequence[StoredFile]:
        """Find the files below a table's location that nothing names: no table, on no branch or tag, now or since.

        Args:
            name: The table.
            kept: What stays all the same.

        Raises:
            JobError: It cannot be told for sure, since a file that the table names is not found below its location.
        """

    def remove(self, name: TableName, files: Sequence[StoredFile]) -> Sequence[StoredFile]:
        """Delete files.

        Args:
            name: The table that they belonged to.
            files: As found by :meth:`orphans`.

        Returns:
            Those that are gone now; what the storage refuses to delete stays, and is found again.
        """
