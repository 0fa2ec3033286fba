"""The port of maintenance, for every pyiceberg catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.expiring import expire, old_snapshots
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.errors import JobError
from ingest_core.ports import Compacted, FileGroup, TableName

if TYPE_CHECKING:
    from ingest_core.catalogs.iceberg_table import IcebergTable
    from ingest_core.catalogs.opened import OpenedCatalog


@dataclass(frozen=True)
class TableMaintenance:
    """Keeps the tables of a catalog small and clean. See :class:`ingest_core.plugin.Maintenance`.

    Args:
        opened: The catalog.
        keeps_snapshots: Whether its tables keep their former snapshots themselves.
    """

    opened: OpenedCatalog
    keeps_snapshots: bool

    def small_files(self, name: TableName) -> Sequence[FileGroup]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return small_files(self._table(name))

    def compact(self, name: TableName, groups: Sequence[FileGroup]) -> Compacted:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return compact(self.opened, name, groups)

    def old_snapshots(self, name: TableName, since: datetime) -> Sequence[int]:
        """See :class:`ingest_core.plugin.Maintenance`."""
        return old_snapshots(self._table(name).inner.metadata, since)

    def expire(self, name: TableName, snapshots: Sequence[int]) -> None:
        """See :class:`ingest_core.plugin.Maintenance`."""
        expire(self.opened, name, snapshots)

    def _table(self, name: TableName) -> IcebergTable:
        table = self.opened.load(name)
        if table is None:
            raise JobError(f"the table {name} is gone", "look who dropped it")
        return table
