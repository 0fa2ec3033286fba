"""What a change does to a table's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest_core.catalogs.planning import plan_files
from ingest_core.messages import DataFile
from ingest_core.ports import Change

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile as IcebergDataFile

    from ingest_core.catalogs.iceberg_table import IcebergTable


@dataclass(frozen=True)
class Effect:
    """What a change does to a table's files, in one snapshot.

    Args:
        removed: Files that go.
        added: Files that come.
    """

    removed: Sequence[IcebergDataFile]
    added: Sequence[DataFile]

    @property
    def rows_added(self) -> int:
        """Rows in the files that come."""
        return sum(file.rows for file in self.added)

    @property
    def rows_removed(self) -> int:
        """Rows in the files that go."""
        return sum(file.record_count for file in self.removed)


def effect_of(change: Change, table: IcebergTable) -> Effect:
    """Work out what a change does to a table as it is now. A merge is computed anew, and its files written anew.

    Args:
        change: The change.
        table: The table as loaded.
    """
    if change.mode == "append":
        return Effect((), change.files)
    if change.mode == "replace":
        return Effect([task.file for task in plan_files(table.inner)], change.files)
    if change.gathering is None:
        raise ValueError(f"{change.mode} without gathered rows")
    from ingest_core.catalogs.rewriting import rewrite  # noqa: PLC0415  # brings DuckDB, which others do without

    return Effect(*rewrite(table, change.gathering, [file.entry for file in change.files]))
