"""Looks at the held rows that may differ from gathered ones, and reads no more of them than it takes to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ingest_core.catalogs.places import among
from ingest_core.merging.comparing import Comparison, Held

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.table import FileScanTask

    from ingest_core.catalogs.reading import TableFiles

WORTH_TELLING = 500_000
"""Rows in the files from which on it takes less time to find a telling column than to read all columns."""


def look(files: TableFiles, tasks: Sequence[FileScanTask], comparison: Comparison) -> None:
    """Look at all rows that must be seen.

    A changed row mostly shows it in one and the same column, such as the time of its change. So where there is much to
    read, one batch is looked at whole, then this column alone, and whole again only what it does not tell.

    Args:
        files: Reads them.
        tasks: The files, by their numbers.
        comparison: After the keys were matched.
    """
    wanted = _wanted(tasks, comparison)
    if _rows(tasks, wanted) >= WORTH_TELLING:
        column = comparison.telling(islice(_held(files, tasks, wanted, comparison.seen), 1))
        if column is not None:
            comparison.tell(column, _held(files, tasks, wanted, [column]))
            wanted = _wanted(tasks, comparison)
    comparison.look(_held(files, tasks, wanted, comparison.seen))


def _wanted(tasks: Sequence[FileScanTask], comparison: Comparison) -> list[pa.Array]:
    """Ask for the places before the reading begins: the store cannot be asked while it reads."""
    return [comparison.places("looking", number) for number in range(len(tasks))]


def _rows(tasks: Sequence[FileScanTask], wanted: Sequence[pa.Array]) -> int:
    return sum(task.file.record_count for task, places in zip(tasks, wanted, strict=True) if len(places))


def _held(
    files: TableFiles, tasks: Sequence[FileScanTask], wanted: Sequence[pa.Array], columns: Sequence[str]
) -> Iterator[Held]:
    """Read the wanted rows of the files that have any."""
    for number, task in enumerate(tasks):
        for places, rows in files.batches(task, columns) if len(wanted[number]) else ():
            chosen = among(places, wanted[number])
            yield Held(number, places.filter(chosen), rows.filter(chosen))
