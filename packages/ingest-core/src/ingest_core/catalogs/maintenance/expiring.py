"""Forgets the snapshots that a table has not shown for a while.

A snapshot is old when it was replaced before a moment, not when it was made before it: of a table that changed today
for the first time in a year, what it showed yesterday stays for as long as anything else
(docs/decisions/2026-11-27-maintenance.md).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pyiceberg.table.refs import SnapshotRef, SnapshotRefType
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.table.update.snapshot import ExpireSnapshots

from ingest_core.ages import wall_clock
from ingest_core.catalogs.effect import Effect
from ingest_core.catalogs.maintenance.neighbours import refuse_shared
from ingest_core.catalogs.sending import Sending, send
from ingest_core.catalogs.staging import RUN_ID, SEQ, Staged, staged_upon
from ingest_core.errors import JobError, TransientError
from ingest_core.ports import TableName
from ingest_core.state import readable, states_in
from ingest_core.writers.storage import storage_errors

if TYPE_CHECKING:
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata
    from pyiceberg.table.snapshots import Snapshot

    from ingest_core.catalogs.opened import OpenedCatalog

LEAST_KEPT = "history.expire.min-snapshots-to-keep"
"""Iceberg's property: how many snapshots of a branch stay at least, however old; 1 where a table does not say.

Source: https://iceberg.apache.org/docs/latest/configuration/#table-behavior-properties
"""


def old_snapshots(metadata: TableMetadata, since: datetime) -> list[int]:
    """Name the snapshots that a table showed at no moment since, and that no branch or tag needs.

    Main is judged by the table's log, too, which tells what it showed before it was rolled back.

    Args:
        metadata: The table's.
        since: The moment, in UTC.

    Raises:
        JobError: The table's files may be those of others, or it says a number that is none.
    """
    refuse_shared(metadata)
    moment = int(since.timestamp() * 1000)
    kept = {*_shown(metadata, moment), *_of_references(metadata, moment), *_of_positions(metadata)}
    old = (each for each in metadata.snapshots if each.timestamp_ms < moment)
    return [each.snapshot_id for each in old if each.snapshot_id not in kept]


def _shown(metadata: TableMetadata, moment: int) -> Iterator[int]:
    """Name what the table's log says that it showed at the moment or later: all since, and the last before."""
    entries = sorted(metadata.snapshot_log, key=lambda entry: entry.timestamp_ms)
    since = next((place for place, entry in enumerate(entries) if entry.timestamp_ms > moment), len(entries))
    yield from (entry.snapshot_id for entry in entries[max(since - 1, 0) :])


def _of_references(metadata: TableMetadata, moment: int) -> Iterator[int]:
    """Name what branches and tags show, what branches showed at the moment or later, and as many as the table wants."""
    least = _least(metadata)
    for reference in metadata.refs.values():
        yield reference.snapshot_id
        if reference.snapshot_ref_type == SnapshotRefType.BRANCH:
            yield from _of_branch(metadata, reference, least, moment)


def _least(metadata: TableMetadata) -> int:
    said = metadata.properties.get(LEAST_KEPT, "1")
    if not (said.isascii() and said.isdigit()):
        raise JobError(f"the table's property {LEAST_KEPT} is {said!r}, and should be a whole number", "mend it")
    return int(said)


def _of_positions(metadata: TableMetadata) -> Iterator[int]:
    """Name the commits that positions rest upon, and by which it is seen that a table was rolled back.

    One that is off the main line stays for as long as the position does, with the line down to where it left it:
    without either the next run would not notice that rows are gone.
    """
    told = set(_positions(metadata))
    current = metadata.current_snapshot()
    line = list(ancestors_of(current, metadata)) if current else []
    ids = {each.snapshot_id for each in line}
    for each in metadata.snapshots:
        summary = each.summary.additional_properties if each.summary else {}
        if each.snapshot_id not in ids and (summary.get(RUN_ID), summary.get(SEQ)) in told:
            yield each.snapshot_id
            yield from _down_to(line, each.sequence_number or 0)


def _positions(metadata: TableMetadata) -> Iterator[tuple[str, str]]:
    for key, text in states_in(metadata.properties).items():
        if state := readable(text, key):
            yield state.run_id, str(state.seq)


def _down_to(line: Sequence[Snapshot], number: int) -> Iterator[int]:
    """Name the snapshots of a line from its head down to the first that is older than a number."""
    for each in line:
        yield each.snapshot_id
        if (each.sequence_number or 0) < number:
            return


def _of_branch(metadata: TableMetadata, branch: SnapshotRef, least: int, moment: int) -> Iterator[int]:
    """Name the snapshots of a branch that were replaced at the moment or later, and those that it keeps by number."""
    if branch.max_snapshot_age_ms is not None:
        moment = min(moment, int(wall_clock().timestamp() * 1000) - branch.max_snapshot_age_ms)
    replaced = sys.maxsize
    for number, each in enumerate(ancestors_of(metadata.snapshot_by_id(branch.snapshot_id), metadata)):
        if replaced < moment and number >= (branch.min_snapshots_to_keep or least):
            return
        yield each.snapshot_id
        replaced = each.timestamp_ms


def expire(opened: OpenedCatalog, name: TableName, snapshots: Collection[int]) -> None:
    """Forget snapshots by one commit; those that are gone already, or that a branch or tag names by now, are left out.

    Args:
        opened: The catalog.
        name: The table.
        snapshots: Their ids.

    Raises:
        TransientError: Others kept changing the table, or nobody can tell whether the commit landed.
        JobError: The table is gone.
    """
    sending = _sending(opened, name, snapshots)
    with storage_errors(), opened.translated():
        for _ in range(opened.patience.stagings):
            table = sending.load()
            if table is None:
                raise sending.gone
            if sending.is_mine(table) or send(sending, _staged(table, _left(table, snapshots))).mine:
                return
            opened.patience.pause()
    raise TransientError(f"others kept committing to the table {name}; nothing was expired", "run again")


def _sending(opened: OpenedCatalog, name: TableName, snapshots: Collection[int]) -> Sending:
    gone = JobError(f"the table {name} was dropped while its snapshots were expired", "look who dropped it")

    def load() -> Table | None:
        found = opened.load(name)
        return found.inner if found else None

    return Sending(opened.inner, load, lambda table: not _left(table, snapshots), gone, opened.patience, opened.clock)


def _left(table: Table, snapshots: Collection[int]) -> list[int]:
    named = {reference.snapshot_id for reference in table.metadata.refs.values()}
    left = {each.snapshot_id for each in table.metadata.snapshots} - named
    return [each for each in snapshots if each in left]


def _staged(table: Table, snapshots: Sequence[int]) -> Staged:
    transaction, now = table.transaction(), wall_clock()
    with ExpireSnapshots(transaction) as update:
        update.by_ids(list(snapshots))
    return staged_upon(table, transaction, Effect((), ()), now)
