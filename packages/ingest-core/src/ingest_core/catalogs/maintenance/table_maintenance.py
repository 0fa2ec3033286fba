"""The port of maintenance, for every pyiceberg catalog."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.expiring import expire, old_snapshots
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.catalogs.maintenance.neighbours import live_in_catalog
from ingest_core.catalogs.maintenance.nessie_live import live_on_nessie
from ingest_core.catalogs.maintenance.orphans import orphans, remove
from ingest_core.errors import JobError
from ingest_core.ports import Compacted, FileGroup, Kept, StoredFile, TableName
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from ingest_core.catalogs.iceberg_table import IcebergTable
    from ingest_core.catalogs.maintenance.nessie_api import NessieApi
    from ingest_core.catalogs.opened import OpenedCatalog

Live = Callable[["Table", Kept], Iterable[str]]


def by_snapshots(opened: OpenedCatalog) -> TableMaintenance:
    """Maintain tables that keep their former snapshots themselves."""

    def live(table: Table, kept: Kept) -> Iterator[str]:
        return live_in_catalog(opened.inner, table, kept.forgotten)

    return TableMaintenance(opened, keeps_snapshots=True, live=live)


def by_commits(api: NessieApi, opened: OpenedCatalog) -> TableMaintenance:
    """Maintain tables of which Nessie's log of commits is the history."""

    def live(table: Table, kept: Kept) -> Iterator[str]:
        with contextlib.closing(api):
            yield from live_on_nessie(api, table, kept.history_since)

    return TableMaintenance(opened, keeps_snapshots=False, live=live)


@dataclass(frozen=True)
class TableMaintenance:
    """Keeps the tables of a catalog small and clean. See :class:`ingest_core.plugin.Maintenance`.

    Args:
        opened: The catalog.
        keeps_snapshots: Whether its tables keep their former snapshots themselves.
        live: Names every file that a table, and whoever shares files with it, needs when it is called.
    """

    opened: OpenedCatalog
    keeps_snapshots: bool
    live: Live

    def small_files(self, name: TableName) -> Sequence[FileGroup]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return small_files(self._table(name))

    def compact(
        self, name: TableName, groups: Sequence[FileGroup], committing: Callable[[], None] = lambda: None
    ) -> Compacted:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return compact(self.opened, name, groups, committing)

    def old_snapshots(self, name: TableName, since: datetime) -> Sequence[int]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return old_snapshots(self._table(name).inner.metadata, since)

    def expire(self, name: TableName, snapshots: Sequence[int]) -> None:
        """See :class:`ingest_core.plugin.Maintenance`."""
        expire(self.opened, name, snapshots)

    def orphans(self, name: TableName, kept: Kept) -> Sequence[StoredFile]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        table = self._table(name).inner
        with storage_errors(), self.opened.translated():
            return orphans(table, kept, lambda: self.live(table, kept))

    def remove(self, name: TableName, files: Sequence[StoredFile]) -> Sequence[StoredFile]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        table = self._table(name).inner
        with self.opened.translated():
            return remove(table, files)

    def _table(self, name: TableName) -> IcebergTable:
        table = self.opened.load(name)
        if table is None:
            raise JobError(f"the table {name} is gone", "look who dropped it")
        return table
