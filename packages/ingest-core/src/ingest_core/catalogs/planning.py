"""Plans the data files of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest_core.errors import JobError

if TYPE_CHECKING:
    from pyiceberg.table import FileScanTask, Table


def plan_files(table: Table) -> list[FileScanTask]:
    """List the table's data files with the deletes that belong to each.

    Raises:
        JobError: Another engine wrote deletes of a kind that is not read here.
    """
    try:
        return list(table.scan().plan_files())
    except ValueError as error:  # pyiceberg plans no equality deletes
        raise JobError(
            f"the files of the table {'.'.join(table.name())} cannot be planned: {error}",
            "compact the table with the engine that wrote its deletes",
        ) from error
