"""Forgets the snapshots that a table has not shown for a while.

A snapshot is old when it was replaced before a moment, not when it was made before it: of a table that changed today
for the first time in a year, what it showed yesterday stays for as long as anything else
(docs/decisions/2026-11-27-maintenance.md).
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table.refs import SnapshotRef, SnapshotRefType
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.table.update import AssertRefSnapshotId, AssertTableUUID
from pyiceberg.table.update.snapshot import ExpireSnapshots

from ingest_core.catalogs.private_names import staged_updates
from ingest_core.catalogs.staging import MAIN
from ingest_core.errors import TransientError
from ingest_core.failpoints import reach

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata

LEAST_KEPT = "history.expire.min-snapshots-to-keep"
"""Iceberg's property: how many snapshots of a branch stay at least, however old; 1 where a table does not say.

Source: https://iceberg.apache.org/docs/latest/configuration/#table-behavior-properties
"""
ATTEMPTS = 10
PAUSE_SECONDS = 0.25


def old_snapshots(metadata: TableMetadata, since: datetime) -> list[int]:
    """Name the snapshots that a table showed at no moment since, and that no branch or tag needs.

    Main is judged by the table's log, too, which tells what it showed before it was rolled back.

    Args:
        metadata: The table's.
        since: The moment, in UTC.
    """
    moment = int(since.timestamp() * 1000)
    kept = {*_shown(metadata, moment), *_of_references(metadata, moment)}
    old = (each for each in metadata.snapshots if each.timestamp_ms < moment)
    return [each.snapshot_id for each in old if each.snapshot_id not in kept]


def _shown(metadata: TableMetadata, moment: int) -> Iterator[int]:
    """Name what the table's log says that it showed at the moment or later: all since, and the last before."""
    entries = sorted(metadata.snapshot_log, key=lambda entry: entry.timestamp_ms)
    since = next((place for place, entry in enumerate(entries) if entry.timestamp_ms > moment), len(entries))
    yield from (entry.snapshot_id for entry in entries[max(since - 1, 0) :])


def _of_references(metadata: TableMetadata, moment: int) -> Iterator[int]:
    """Name what branches and tags show, what branches showed at the moment or later, and as many as the table wants."""
    least = int(metadata.properties.get(LEAST_KEPT, "1"))
    for reference in metadata.refs.values():
        yield reference.snapshot_id
        if reference.snapshot_ref_type == SnapshotRefType.BRANCH:
            yield from _of_branch(metadata, reference, least, moment)


def _of_branch(metadata: TableMetadata, branch: SnapshotRef, least: int, moment: int) -> Iterator[int]:
    """Name the snapshots of a branch that were replaced at the moment or later, and those that it keeps by number."""
    replaced = sys.maxsize
    for number, each in enumerate(ancestors_of(metadata.snapshot_by_id(branch.snapshot_id), metadata)):
        if replaced < moment and number >= (branch.min_snapshots_to_keep or least):
            return
        yield each.snapshot_id
        replaced = each.timestamp_ms


def expire(catalog: Catalog, load: Callable[[], Table], snapshots: Collection[int]) -> None:
    """Forget snapshots by one commit; those that are gone already, or that a branch or tag names by now, are left out.

    Args:
        catalog: pyiceberg's catalog.
        load: Loads the table fresh.
        snapshots: Their ids.

    Raises:
        TransientError: Others kept changing the table, or nobody can tell whether the commit landed.
    """
    reason: Exception | None = None
    for _ in range(ATTEMPTS):
        table = load()
        left = _left(table.metadata, snapshots)
        if not left:
            return
        try:
            _post(catalog, table, left)
        except CommitFailedException as error:
            reason = error
        except Exception as error:
            if _left(load().metadata, snapshots):
                raise TransientError(
                    f"it is unknown whether snapshots were expired: {type(error).__name__}", "run again"
                ) from error
        time.sleep(PAUSE_SECONDS * random.random())  # noqa: S311  # jitter, not cryptography
    raise TransientError("others kept changing the table while snapshots were to be expired", "run again") from reason


def _left(metadata: TableMetadata, snapshots: Collection[int]) -> Sequence[int]:
    named = {reference.snapshot_id for reference in metadata.refs.values()}
    there = {each.snapshot_id for each in metadata.snapshots}
    return [each for each in snapshots if each in there - named]


def _post(catalog: Catalog, table: Table, snapshots: Sequence[int]) -> None:
    transaction = table.transaction()
    with ExpireSnapshots(transaction) as update:
        update.by_ids(list(snapshots))
    current = table.current_snapshot()
    requirements = (
        AssertTableUUID(uuid=table.metadata.table_uuid),
        AssertRefSnapshotId(ref=MAIN, snapshot_id=current.snapshot_id if current else None),
    )
    reach("before the commit is sent")
    catalog.commit_table(table, requirements, staged_updates(transaction))
    reach("commit answered")
