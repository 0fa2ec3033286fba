"""Sends a staged commit, and finds out whether it landed: whatever the catalog answers, the table is loaded again.

What makes a commit known again is its sender's to say: a run looks for its state, a compaction for its files.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pyiceberg.exceptions import BadRequestError, CommitFailedException, ForbiddenError, UnauthorizedError

from ingest_core.ages import wall_clock
from ingest_core.catalogs.staging import Staged, post, refuse_old
from ingest_core.errors import IngestError, JobError, TransientError
from ingest_core.stop_signals import kept_a_stop

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

Loader = Callable[[], "Table | None"]
Clock = Callable[[], datetime]
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

    def pause(self) -> None:
        """Wait a little, for others to finish."""
        time.sleep(self.pause_seconds * (1 + random.random()))  # noqa: S311  # jitter, not cryptography


@dataclass(frozen=True)
class Sending:
    """How commits are sent, and known again.

    Args:
        catalog: pyiceberg's catalog.
        load: Loads the table fresh; raises :class:`TransientError` while the catalog is out of reach.
        is_mine: Tells whether a table shows the commit.
        gone: What to raise when the table is gone.
        patience: How long to go on.
        clock: Tells the time in UTC.
        slow: The mend where the files have become too old to be committed.
    """

    catalog: Catalog
    load: Loader
    is_mine: Callable[[Table], bool]
    gone: JobError
    patience: Patience = field(default=Patience())
    clock: Clock = wall_clock
    slow: str = "run again"


@dataclass(frozen=True)
class Seen:
    """A table as it was found after a commit was sent.

    Args:
        table: The table.
        mine: Whether it shows the commit.
        moved: Whether it is no longer the one that the commit requires, so that the commit can land no more.
    """

    table: Table
    mine: bool
    moved: bool


def send(sending: Sending, staged: Staged) -> Seen:
    """Send a staged commit until the table shows that it landed, or that it never can.

    Raises:
        TransientError: The outcome cannot be known now.
        JobError: The table is gone, or the files have become too old.
    """
    reason: Exception | None = None
    for number in range(sending.patience.sends):
        refused = False
        try:
            refuse_old(staged, sending.clock(), sending.slow)
        except JobError as error:
            if not number:
                raise
            reason = error  # what was sent before may still land
            break
        try:
            with kept_a_stop():
                post(sending.catalog, staged)
        except (CommitFailedException, *_FINAL) as error:
            refused, reason = True, error
        except Exception as error:  # noqa: BLE001  # any answer but a refusal leaves the outcome unknown
            reason = error
        seen = _look(sending, staged, refused=refused)
        if isinstance(reason, _FINAL) and seen and not seen.mine:
            raise reason
        # Under its requirements a commit can land only while the table's snapshot is the one it builds upon.
        if seen and (refused or seen.mine or seen.moved):
            return seen
    raise TransientError(
        f"it is unknown whether the commit landed: {type(reason).__name__}",
        "run again; the next run reads the table and goes on from what is there",
    ) from reason


@contextlib.contextmanager
def known(so_far: str) -> Iterator[None]:
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


def _look(sending: Sending, staged: Staged, *, refused: bool) -> Seen | None:
    """Load the table until it shows the commit, or a move that rules it out, or for as long as patience lasts.

    A refusal is final at the first look: either the commit landed before (the refusal was false), or it did not.
    """
    deadline = time.monotonic() + sending.patience.look_seconds
    while True:
        seen = _seen(sending, staged)
        if seen and (refused or seen.mine or seen.moved):
            return seen
        if time.monotonic() >= deadline:
            return seen
        sending.patience.pause()


def _seen(sending: Sending, staged: Staged) -> Seen | None:
    """Load the table and look at it; ``None`` while it is out of reach."""
    try:
        with kept_a_stop(), known(_OPEN):
            after = sending.load()
            mine = after is not None and sending.is_mine(after)
    except TransientError:
        return None
    if after is None:
        raise sending.gone
    return Seen(after, mine, _moved(staged.table, after))


def _moved(before: Table, after: Table) -> bool:
    return after.metadata.table_uuid != before.metadata.table_uuid or _head(after) != _head(before)


def _head(table: Table) -> int | None:
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None
