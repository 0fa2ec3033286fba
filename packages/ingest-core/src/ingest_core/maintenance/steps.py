"""The three steps of maintenance on one table, in the order in which they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from ingest_core.executor import Stops
from ingest_core.maintenance.options import MaintenanceOptions, Step
from ingest_core.maintenance.upkeep import TableUpkeep
from ingest_core.ports import FileGroup, Kept, Maintenance, TableName

BYTES_OF_A_COMMIT = 2 * 1024**3
"""Bytes of small files that are rewritten in one commit. What a stop or another writer undoes is no more than that."""

FILES_AT_ONCE = 1000
"""Files that are removed before it is told which. What a stop leaves untold is no more than that."""


@dataclass(frozen=True)
class Work:
    """One table, and what is done with it.

    Args:
        maintenance: Does it.
        name: The table.
        kept: What of it is kept.
        options: What is done.
        slot: Holds the tenant's slot, for as long as something is committed.
        stops: Holds stops back while a commit is on its way.
        log: The logger.
        forgotten: The snapshots that a dry run would expire.
    """

    maintenance: Maintenance
    name: TableName
    kept: Kept
    options: MaintenanceOptions
    slot: Callable[[], AbstractContextManager[None]]
    stops: Stops
    log: Any
    forgotten: set[int] = field(default_factory=set)


def compact(work: Work, upkeep: TableUpkeep) -> None:
    """Make fewer files of small ones, a part of them in each commit."""
    groups = work.maintenance.small_files(work.name)
    if work.options.dry_run:
        upkeep.files_before, upkeep.files_after = sum(each.files for each in groups), len(groups)
        upkeep.bytes_before = upkeep.bytes_after = sum(each.size for each in groups)
        return
    for part in _parts(groups):
        with work.slot():
            done = work.maintenance.compact(work.name, part, work.stops.hold)
        upkeep.files_before += done.files_before
        upkeep.files_after += done.files_after
        upkeep.bytes_before += done.bytes_before
        upkeep.bytes_after += done.bytes_after
        work.log.info(
            "files_compacted",
            before=done.files_before,
            after=done.files_after,
            rows=done.rows,
            snapshot_id=done.snapshot_id,
        )
        work.stops.pass_on()


def expire(work: Work, upkeep: TableUpkeep) -> None:
    """Forget the snapshots that the table has not shown for a while, where it keeps any itself."""
    if not work.maintenance.keeps_snapshots:
        return
    old = work.maintenance.old_snapshots(work.name, work.kept.history_since)
    if work.options.dry_run:
        work.forgotten.update(old)
    elif old:
        with work.slot():
            work.stops.hold()
            work.maintenance.expire(work.name, old)
        work.log.info("snapshots_expired", snapshots=len(old))
    upkeep.snapshots = len(old)


def remove_orphans(work: Work, upkeep: TableUpkeep) -> None:
    """Remove the files that nothing names. No slot is taken: nobody else knows of them."""
    found = work.maintenance.orphans(work.name, replace(work.kept, forgotten=frozenset(work.forgotten)))
    if work.options.dry_run:
        upkeep.orphans.extend(found)
        return
    for start in range(0, len(found), FILES_AT_ONCE):
        part = found[start : start + FILES_AT_ONCE]
        gone = work.maintenance.remove(work.name, part)
        upkeep.orphans.extend(gone)
        upkeep.left += len(part) - len(gone)
        work.log.info("orphans_removed", files=[each.path for each in gone], left=len(part) - len(gone))


WAYS: dict[Step, Callable[[Work, TableUpkeep], None]] = {
    "compact": compact,
    "expire": expire,
    "orphans": remove_orphans,
}


def _parts(groups: Sequence[FileGroup]) -> Iterator[list[FileGroup]]:
    part: list[FileGroup] = []
    for group in groups:
        if part and sum(each.size for each in part) + group.size > BYTES_OF_A_COMMIT:
            yield part
            part = []
        part.append(group)
    if part:
        yield part
