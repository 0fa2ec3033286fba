"""The commit protocol (DESIGN section 4): a commit lands once, and its outcome is looked up, never believed.

A commit's identity is the pair of its run's id and its number. It is *in the table* when the table's state holds the
pair. Whatever the catalog answers, the table is loaded again, and only what stands there counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest_core.ages import wall_clock
from ingest_core.catalogs.alike import fits
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.sending import Clock, Loader, Patience, Sending, known, send
from ingest_core.catalogs.staging import RUN_ID, SEQ, Staged, stage
from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import Change, Committed
from ingest_core.state import State, StateKey, decode, states_in

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table


_SLOW = "run again; a load that takes so long is committed in parts: `commit_every`"


@dataclass(frozen=True)
class Attempt:
    """One stream's commit, on its way.

    Args:
        catalog: pyiceberg's catalog.
        load: Loads the table fresh; raises :class:`TransientError` while the catalog is out of reach.
        change: The files.
        state: The stream's next state.
        key: Whose state it is.
        patience: How long to go on.
        clock: Tells the time in UTC.
    """

    catalog: Catalog
    load: Loader
    change: Change
    state: State
    key: StateKey
    patience: Patience = field(default=Patience())
    clock: Clock = wall_clock

    @property
    def pair(self) -> tuple[str, int]:
        """The commit's identity."""
        return (self.state.run_id, self.state.seq)

    @property
    def sending(self) -> Sending:
        """How it is sent."""
        gone = JobError(
            f"the table of {self.key.property_name} was dropped while the run was writing",
            "run again with --recreate to make it anew and load everything",
        )
        return Sending(self.catalog, self.load, self._is_in, gone, self.patience, self.clock, _SLOW)

    def _is_in(self, table: Table) -> bool:
        text = table.properties.get(self.key.property_name)
        return text is not None and decode(text, self.key).holds(self.pair)


def land(attempt: Attempt, written: IcebergTable) -> Committed:
    """Land a commit and read it back.

    Args:
        attempt: What to land.
        written: The table as it was when its state was read and its files were written, with the columns it grows.

    Raises:
        TransientError: Another run won, or the outcome cannot be known now.
        JobError: The table is gone, or another one has its name; or the files have become too old to be committed.
        IngestError: The counts that were read back are not those that were written.
    """
    current = written
    for _ in range(attempt.patience.stagings):
        staged = stage(current, attempt.change, attempt.state, attempt.key)
        seen = send(attempt.sending, staged)
        if seen.mine:
            with known("the commit landed, but its table cannot be read back"):
                committed = _read_back(attempt, seen.table, staged, written)
            reach("commit read back")
            return committed
        current = _only_others_moved(attempt, written, seen.table)
        attempt.patience.pause()
    raise TransientError(f"others kept committing to {attempt.key.property_name}'s table", "run again")


def _only_others_moved(attempt: Attempt, written: IcebergTable, after: Table) -> IcebergTable:
    """Give the table to stage upon next, when nothing moved that these files depend on."""
    before = written.inner
    if after.metadata.table_uuid != before.metadata.table_uuid:
        raise JobError(
            f"the table of {attempt.key.property_name} was dropped and made again while the run was writing",
            "run again with --recreate to load everything into the new one",
        )
    if after.properties.get(attempt.key.property_name) != before.properties.get(attempt.key.property_name):
        raise TransientError("another run of this job committed first; this run committed nothing", "run again")
    if attempt.change.mode == "replace" and states_in(after.properties).keys() - {attempt.key}:
        raise TransientError("another job landed rows in the table meanwhile; replace would remove them", "run again")
    if after.schema() == before.schema():
        again = IcebergTable(after, written.context, written.growth)
        if fits(written, again):
            return again
    raise TransientError("another writer changed the table's columns or partitions meanwhile", "run again")


def _read_back(attempt: Attempt, after: Table, staged: Staged, written: IcebergTable) -> Committed:
    """Hold what the table shows against what was written."""
    state = decode(after.properties[attempt.key.property_name], attempt.key)
    snapshot = after.current_snapshot()
    summary = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
    if (state.run_id, state.seq) == attempt.pair and state.rows != attempt.change.rows:
        raise IngestError(f"{attempt.change.rows} rows were committed and the state says {state.rows}")
    effect = staged.effect
    ours = (summary.get(RUN_ID), summary.get(SEQ)) == (attempt.state.run_id, str(attempt.state.seq))
    told = (int(summary.get("added-records", "0")), int(summary.get("deleted-records", "0")))
    if ours and told != (effect.rows_added, effect.rows_removed):
        raise IngestError(
            f"{effect.rows_added} rows were added and {effect.rows_removed} taken away; the snapshot says {told}"
        )
    total = summary.get("total-records")
    next_table = IcebergTable(after, written.context)
    # What came on top, a reset or another run, took away what the rows still to come would be added to.
    is_last = (state.run_id, state.seq) == attempt.pair
    return Committed(
        snapshot_id=snapshot.snapshot_id if snapshot else 0,
        total_rows=int(total) if total is not None else None,
        state=replace(state, cursor=attempt.state.cursor, cursor_file=None) if is_last else state,
        table=next_table if is_last and fits(written, next_table) else None,
        files=tuple(effect.added),
        commit=next_table.commit,
    )
