"""Stages one commit and posts it once.

pyiceberg's own commit path retries in silence, re-appends on conflict and deletes manifests after a refusal that may
have been false (see docs/decisions/2026-11-23-own-commit-path.md). Here a commit is one request with its requirements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyiceberg.table.update import (
    AddSnapshotUpdate,
    AssertCurrentSchemaId,
    AssertDefaultSortOrderId,
    AssertDefaultSpecId,
    AssertLastAssignedFieldId,
    AssertRefSnapshotId,
    AssertTableUUID,
    TableRequirement,
    TableUpdate,
)

from ingest_core.ages import OLDEST_TO_COMMIT, wall_clock
from ingest_core.catalogs.effect import Effect, effect_of
from ingest_core.catalogs.growing import Growth, grow
from ingest_core.catalogs.private_names import staged_requirements, staged_updates
from ingest_core.catalogs.state_files import referring
from ingest_core.errors import JobError
from ingest_core.failpoints import reach
from ingest_core.layout import AS_IT_IS, Layout
from ingest_core.ports import Change
from ingest_core.state import State, StateKey

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table, Transaction
    from pyiceberg.table.update.snapshot import _SnapshotProducer

    from ingest_core.catalogs.iceberg_table import IcebergTable

MAIN = "main"
RUN_ID = "ingest.run-id"
SEQ = "ingest.seq"


@dataclass(frozen=True)
class Staged:
    """A commit that is ready to be posted, any number of times, and can land once at most.

    Args:
        table: The table that it builds upon.
        requirements: What must still be so when it lands.
        updates: What it does.
        effect: What that means for the table's files.
        began: When the first of what it names was written, by the wall clock, in UTC.
    """

    table: Table
    requirements: tuple[TableRequirement, ...]
    updates: tuple[TableUpdate, ...]
    effect: Effect
    began: datetime

    @property
    def snapshot_id(self) -> int:
        """The snapshot that shows it."""
        (added,) = (update for update in self.updates if isinstance(update, AddSnapshotUpdate))
        return added.snapshot.snapshot_id


def stage(written: IcebergTable, change: Change, state: State, key: StateKey) -> Staged:
    """Write the manifests of a change, and put columns, rows, state and summary into one transaction.

    A merge's files are written here, since they depend on the table as it is.

    Args:
        written: The table as loaded, which becomes the requirement, with the columns that it grows.
        change: The files. Without any, the commit carries a snapshot all the same, and with it a requirement.
        state: The stream's next state; its sequence number is set here.
        key: Whose state it is.
    """
    table, now = written.inner, wall_clock()
    effect = effect_of(change, written)
    numbered = referring(table, replace(state, sequence_number=table.metadata.next_sequence_number()))
    summary = {RUN_ID: state.run_id, SEQ: str(state.seq), key.property_name: numbered.encode()}
    transaction = table.transaction()
    grow(transaction, written.growth)
    reach("columns staged")
    with _producer(transaction, effect, summary) as producer:
        for file in effect.added:
            producer.append_data_file(file.entry)
    transaction.set_properties({key.property_name: numbered.encode()})
    return staged_upon(table, transaction, effect, now)


def staged_upon(table: Table, transaction: Transaction, effect: Effect, now: datetime) -> Staged:
    """Take what a transaction does, and require that everything its files depend on is as it was.

    Args:
        table: The table as loaded.
        transaction: What is to be done to it.
        effect: What that means for its files.
        now: A moment before anything of the transaction was written.
    """
    reach("manifests staged")
    own = [requirement for requirement in staged_requirements(transaction) if not isinstance(requirement, _OURS)]
    began = min([now, *(file.opened for file in effect.added if file.opened)])
    return Staged(table, (*own, *_requirements(table)), staged_updates(transaction), effect, began)


def refuse_old(staged: Staged, now: datetime, mend: str) -> None:
    """Refuse a commit whose files may have been removed as left over, since nothing named them for so long.

    Args:
        staged: The commit.
        now: The time by the wall clock, in UTC.
        mend: What a person can do about it.

    Raises:
        JobError: It is too old. Not a passing error: to write again what took so long would end the same way.
    """
    if now - staged.began > OLDEST_TO_COMMIT:
        hours = int(OLDEST_TO_COMMIT.total_seconds() // 3600)
        raise JobError(
            f"files that are to be committed were begun more than {hours} hours ago: as nothing names them yet, "
            "`ingest maintain` may take them for left over; they were not committed",
            mend,
        )


def post(catalog: Catalog, staged: Staged) -> None:
    """Send a staged commit once. Whatever it raises is the catalog's, for the protocol to judge."""
    reach("before the commit is sent")
    catalog.commit_table(staged.table, staged.requirements, staged.updates)
    reach("commit answered")


def create_empty_snapshot(catalog: Catalog, table: Table, layout: Layout = AS_IT_IS) -> None:
    """Give a new table its layout and a first snapshot, so that every later commit has one to require."""
    transaction = table.transaction()
    grow(transaction, Growth(layout=layout))
    with transaction.update_snapshot().fast_append():
        pass
    requirements = (*staged_requirements(transaction), AssertTableUUID(uuid=table.metadata.table_uuid))
    catalog.commit_table(table, requirements, staged_updates(transaction))


def _producer(transaction: Transaction, effect: Effect, summary: dict[str, str]) -> _SnapshotProducer[Any]:
    update = transaction.update_snapshot(snapshot_properties=summary)
    if not effect.removed:
        return update.fast_append()
    overwrite = update.overwrite()
    for file in effect.removed:
        overwrite.delete_data_file(file)
    return overwrite


_OURS = (
    AssertTableUUID,
    AssertRefSnapshotId,
    AssertCurrentSchemaId,
    AssertLastAssignedFieldId,
    AssertDefaultSpecId,
    AssertDefaultSortOrderId,
)


def _requirements(table: Table) -> tuple[TableRequirement, ...]:
    """Require that everything the files depend on is as it was when the table was loaded."""
    metadata = table.metadata
    snapshot = table.current_snapshot()
    return (
        AssertTableUUID(uuid=metadata.table_uuid),
        AssertRefSnapshotId(ref=MAIN, snapshot_id=snapshot.snapshot_id if snapshot else None),
        AssertCurrentSchemaId(current_schema_id=metadata.current_schema_id),
        AssertLastAssignedFieldId(last_assigned_field_id=metadata.last_column_id),
        AssertDefaultSpecId(default_spec_id=metadata.default_spec_id),
        AssertDefaultSortOrderId(default_sort_order_id=metadata.default_sort_order_id),
    )
