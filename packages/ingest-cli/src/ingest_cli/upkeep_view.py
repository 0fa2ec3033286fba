"""Shows what maintenance did with a table, or would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest_core import TableUpkeep


def written(upkeep: TableUpkeep) -> dict[str, Any]:
    """Give it as a program reads it."""
    orphans = [{**asdict(each), "modified": each.modified.isoformat()} for each in upkeep.orphans]
    return {**asdict(upkeep), "status": upkeep.status, "orphans": orphans}


def told(upkeep: TableUpkeep) -> Iterator[str]:
    """Give it as a person reads it, line by line; of a dry run each file that would go."""
    where = f" on {upkeep.branch}" if upkeep.branch else ""
    yield f"{upkeep.table}{where}: {_STATUS[upkeep.status]}{' (dry run)' if upkeep.dry_run else ''}"
    would = upkeep.dry_run
    if upkeep.files_before:
        yield (
            f"  {'would compact' if would else 'compacted'} {upkeep.files_before} files ({_size(upkeep.bytes_before)}) "
            f"to {'about ' if would else ''}{upkeep.files_after} ({_size(upkeep.bytes_after)})"
        )
    if upkeep.snapshots:
        yield f"  {'would expire' if would else 'expired'} {upkeep.snapshots} snapshots"
    if upkeep.orphans:
        what = f"{len(upkeep.orphans)} files that nothing names ({_size(upkeep.orphan_bytes)})"
        yield f"  {'would remove' if would else 'removed'} {what}"
        yield from (f"    {each.path}" for each in upkeep.orphans if would)
    if upkeep.left:
        yield f"  the storage did not delete {upkeep.left} files; they are found again next time"
    yield from (f"  {error}" for error in upkeep.errors)


def _size(size: int) -> str:
    from rich.filesize import decimal  # noqa: PLC0415  # heavy; --help does without

    return decimal(size)


_STATUS = {
    "absent": "is not there yet",
    "unchanged": "nothing to do",
    "maintained": "maintained",
    "partial": "maintained in part",
    "failed": "failed",
}
