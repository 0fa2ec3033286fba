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
    yield from (f"  {'would be ' if upkeep.dry_run else ''}{line}" for line in _done(upkeep))
    if upkeep.dry_run:
        # A sign that cannot be seen might pass for another line.
        yield from (f"    {each.path if each.path.isprintable() else repr(each.path)}" for each in upkeep.orphans)
    if upkeep.left:
        yield f"  {_count(upkeep.left, 'file')} of those the storage did not delete; next time that is tried again"
    yield from (f"  {error}" for error in upkeep.errors)


def _done(upkeep: TableUpkeep) -> Iterator[str]:
    if upkeep.files_before:
        before = f"{_count(upkeep.files_before, 'file')} ({_size(upkeep.bytes_before)})"
        after = f"{'about ' if upkeep.dry_run else ''}{upkeep.files_after:,} ({_size(upkeep.bytes_after)})"
        yield f"compacted: {before} to {after}"
    if upkeep.snapshots:
        yield f"expired: {_count(upkeep.snapshots, 'snapshot')}"
    if upkeep.orphans:
        yield f"removed: {_count(len(upkeep.orphans), 'file')} that nothing names ({_size(upkeep.orphan_bytes)})"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


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
