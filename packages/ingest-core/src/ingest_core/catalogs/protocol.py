"""The commit protocol (DESIGN section 4): a commit lands once, and its outcome is looked up, never believed.

A commit's identity is the pair of its run's id and its number. It is *in the table* when the table's state holds the
pair. Whatever the catalog answers, the table is loaded again, and only what stands there counts.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyiceberg.exceptions import BadRequestError, CommitFailedException, ForbiddenError, UnauthorizedError

from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.staging import RUN_ID, SEQ, Staged, post, stage
from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.failpoints import reach
from ingest_core.ports import Change, Committed
from ingest_core.state import State, StateKey, decode, states_in

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

Loader = Callable[[], "Table | None"]
_FINAL = (BadRequestError, ForbiddenError, UnauthorizedError)
"""Answers to which sending the same again would bring no other; a person must mend something."""
_OPEN = "it is unknown whether the commit landed, since the table cannot be read"


@dataclass(frozen=True)
class Patience:
    """How long the protocol goes on.

    Args:
        stagings: How often files are staged upon what others committed meanwhile.
        sends: How often one staged commit is sent while its outcome stays unknown.
        look_seconds: How long an unknown commit is looked for before it is sent again.
        pause_seconds: Between two looks; doubled by chance.
    """

    stagings: int = 10
    sends: int = 3
    look_seconds: float = 20.0
    pause_seconds: float = 0.25


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
    """

    catalog: Catalog
    load: Loader
    change: Change
    state: State
    key: StateKey
    patience: Patience = Patience()

    @property
    def pair(self) -> tuple[str, int]:
        """The commit's identity."""
        return (self.state.run_id, self.state.seq)


def land(attempt: Attempt, written: IcebergTable) -> Committed:
    """Land a commit and read it back.

    Args:
        attempt: What to land.
        written: The table as it was when its state was read and its files were written, with the columns it grows.

    Raises:
        TransientError: Another run won, or the outcome cannot be known now.
        JobError: The table is gone, or another one has its name.
        IngestError: The counts that were read back are not those that were written.
    """
    current = written
    for _ in range(attempt.patience.stagings):
        staged = stage(current, attempt.change, attempt.state, attempt.key)
        after = _send(attempt, staged)
        if _is_mine(attempt, after):
            with _known("the commit landed, but its table cannot be read back"):
                committed = _read_back(attempt, after, staged, written)
            reach("commit read back")
            return committed
        current = _only_others_moved(attempt, written, after)
        _pause(attempt.patience)
    raise TransientError(f"others kept committing to {attempt.key.property_name}'s table", "run again")


def _send(attempt: Attempt, staged: Staged) -> Table:
    """Send a staged commit until the table shows that it landed, or that it never can."""
    reason: Exception | None = None
    for _ in range(attempt.patience.sends):
        refused = False
        try:
            post(attempt.catalog, staged)
        except (CommitFailedException, *_FINAL) as error:
            refused, reason = True, error
        except Exception as error:  # noqa: BLE001  # any answer but a refusal leaves the outcome unknown
            reason = error
        after = _look(attempt, staged, refused=refused)
        if isinstance(reason, _FINAL) and after is not None and not _is_mine(attempt, after):
            raise reason
        # Under its requirements a commit can land only while the table's snapshot is the one it builds upon.
        if after is not None and (refused or _is_mine(attempt, after) or _moved(staged, after)):
            return after
    raise TransientError(
        f"it is unknown whether the commit landed: {type(reason).__name__}",
        "run again; the next run reads the table and goes on from what is there",
    ) from reason


def _look(attempt: Attempt, staged: Staged, *, refused: bool) -> Table | None:
    """Load the table until it shows the commit, or a move that rules it out, or for as long as patience lasts.

    A refusal is final at the first look: either the commit landed before (the refusal was false), or it did not.
    """
    deadline = time.monotonic() + attempt.patience.look_seconds
    while True:
        after, reached = _load(attempt)
        if reached and (refused or _is_mine(attempt, after) or _moved(staged, after)):
            return _present(attempt, after)
        if time.monotonic() >= deadline:
            return after
        _pause(attempt.patience)


def _load(attempt: Attempt) -> tuple[Table | None, bool]:
    try:
        with _known(_OPEN):
            return attempt.load(), True
    except TransientError:
        return None, False


@contextlib.contextmanager
def _known(so_far: str) -> Iterator[None]:
    """Say what is known of a commit that was sent, when its table cannot be read for longer than a passing moment.

    A token may have run out while the commit was on its way: a person must mend it, and must know what is open.
    """
    try:
        yield
    except TransientError:
        raise
    except JobError as error:
        fault = error.faults[0]
        raise JobError(f"{so_far}: {fault.problem}", fault.mend, fault.key) from error
    except Exception as error:
        problem = error.faults[0].problem if isinstance(error, IngestError) else f"{type(error).__name__}: {error}"
        raise IngestError(f"{so_far}: {problem}", "run again; the next run goes on from what is there") from error


def _present(attempt: Attempt, after: Table | None) -> Table:
    if after is None:
        raise JobError(
            f"the table of {attempt.key.property_name} was dropped while the run was writing",
            "run again with --recreate to make it anew and load everything",
        )
    return after


def _is_mine(attempt: Attempt, after: Table | None) -> bool:
    text = after.properties.get(attempt.key.property_name) if after else None
    with _known(_OPEN):
        return text is not None and decode(text, attempt.key).holds(attempt.pair)


def _moved(staged: Staged, after: Table | None) -> bool:
    """Tell whether the table is no longer the one that the commit requires."""
    if after is None:
        return True
    return after.metadata.table_uuid != staged.table.metadata.table_uuid or _head(after) != _head(staged.table)


def _head(table: Table) -> int | None:
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None


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
        if _fits(written, again):
            return again
    raise TransientError("another writer changed the table's columns or partitions meanwhile", "run again")


def _fits(written: IcebergTable, again: IcebergTable) -> bool:
    """Tell whether files written for one table fit another state of it: names, types, ids and partitions alike.

    The same columns may have got other field ids: another writer added one and took it away again.
    """
    one, other = written.metadata, again.metadata
    alike = one.spec() == other.spec() and one.default_sort_order_id == other.default_sort_order_id
    return alike and bool(written.schema.equals(again.schema, check_metadata=True))


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
        table=next_table if is_last and _fits(written, next_table) else None,
        files=tuple(effect.added),
    )


def _pause(patience: Patience) -> None:
    time.sleep(patience.pause_seconds * (1 + random.random()))  # noqa: S311  # jitter, not cryptography
