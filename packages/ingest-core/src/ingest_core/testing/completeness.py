"""Checks that no row is lost and none doubled, however a load is cut."""

from __future__ import annotations

from collections import Counter

from ingest_core.errors import JobError
from ingest_core.plugin import Checkpoint, Cursor
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.loading import (
    PIECES,
    Row,
    described,
    filled,
    load,
    moved,
    read,
    rows_of,
    same_rows,
    translated,
)
from ingest_core.testing.system import System

LATER = 100_000
"""Added to the numbers of rows that are put in later."""


def whole(system: System) -> None:
    """A full load brings every row once, and so does a second one."""
    wanted = filled(system.put, system.rows, PIECES)
    for what in ("a full load", "a second full load"):
        same_rows(load(system.source()).rows, wanted, what, "an empty position means: everything, each row once")


def incremental(system: System) -> None:
    """A load, more rows, and a load from where the first ended are together what one full load is."""
    filled(system.put, system.rows, PIECES[:1])
    first = load(system.source())
    if first.stream.whole:
        raise DoesNotApplyError("each load of this stream brings all rows")
    filled(system.put, lambda number, count: system.rows(number + LATER, count), PIECES[1:])
    second = load(system.source(), first.cursor)
    mend = "let a checkpoint's cursor say all that the rows before it were, and no more"
    same_rows(first.rows + second.rows, load(system.source()).rows, "a load and one from where it ended", mend)
    third = load(system.source(), second.cursor)
    same_rows(third.rows, Counter(), "a load with nothing new", mend)


def no_splits(system: System) -> None:
    """Where there is nothing new there are no splits, so that a run commits nothing."""
    filled(system.put, system.rows, PIECES)
    again = load(system.source(), load(system.source()).cursor)
    if again.stream.whole:
        raise DoesNotApplyError("each load of this stream brings all rows")
    if again.splits:
        raise ConformanceError(
            f"splits: {len(again.splits)} splits with nothing new", "look before dividing, if that is cheap"
        )


def resumed(system: System) -> None:
    """Killed after any checkpoint and gone on from it, a load ends as one that was not."""
    filled(system.put, system.rows, PIECES)
    full = load(system.source())
    if not full.stream.resumable:
        raise DoesNotApplyError("only all checkpoints together are a position of this stream")
    messages = full.in_order
    places = [place for place, message in enumerate(messages, 1) if isinstance(message, Checkpoint)]
    mend = "a resumable stream's checkpoint is a position of its own; else say `resumable=False`"
    for number, place in enumerate(places, 1):
        rest = load(system.source(), moved({}, messages[:place]))
        what = f"a load killed after checkpoint {number} of {len(places)}, and gone on"
        same_rows(rows_of(messages[:place]) + rest.rows, full.rows, what, mend)
    same_rows(_step_by_step(system, 2 * len(places) + 2), full.rows, "a load killed after each checkpoint", mend)


def _step_by_step(system: System, most: int) -> Counter[Row]:
    """Load up to the next checkpoint, again and again, as runs do that are killed after each."""
    cursor: Cursor = {}
    rows: Counter[Row] = Counter()
    for _ in range(most):
        messages = load(system.source(), cursor).in_order
        places = [place for place, message in enumerate(messages, 1) if isinstance(message, Checkpoint)]
        gained = messages[: places[0]] if places else []
        before, cursor = cursor, moved(cursor, gained)
        if cursor == before:
            return rows
        rows += rows_of(gained)
    raise ConformanceError(
        f"splits: {most} runs, each killed after its first checkpoint, come to no end", "let each checkpoint go on"
    )


def split_again(system: System) -> None:
    """A split that is read twice gives the same rows and ends at positions that mean the same."""
    filled(system.put, system.rows, PIECES)
    source = system.source()
    stream = described(source)
    with translated("splits"):
        splits = source.splits(stream, {})
    for split in splits:
        once, twice = read(source, split), read(source, split)
        mend = "begin at the split's beginning each time; keep nothing of a reading in the source"
        same_rows(rows_of(twice), rows_of(once), "a split read twice", mend)
        ends = moved({}, once), moved({}, twice)
        if ends[0] != ends[1]:  # two positions may mean the same
            what = "a load from where a split ended, read another time"
            same_rows(load(system.source(), ends[1]).rows, load(system.source(), ends[0]).rows, what, mend)


def older_state(system: System) -> None:
    """A position that an earlier release wrote is gone on from as one of this release."""
    filled(system.put, system.rows, PIECES)
    now = load(system.source()).cursor
    older = system.older(now)
    if not older:
        raise DoesNotApplyError("there is no such position; override `older` once the form of yours has changed")
    filled(system.put, lambda first, count: system.rows(first + LATER, count), PIECES)
    wanted = load(system.source(), now).rows
    for cursor in older:
        what = f"a load from an older position {dict(cursor)}"
        same_rows(load(system.source(), cursor).rows, wanted, what, "read each older form as what it meant")


def future_state(system: System) -> None:
    """A position that only a later release can have written is refused, or nothing is new; never loaded anew."""
    filled(system.put, system.rows, PIECES)
    full = load(system.source())
    if full.stream.whole:
        raise DoesNotApplyError("each load of this stream brings all rows")
    for cursor in system.future(full.cursor):
        try:
            found = load(system.source(), cursor)
        except JobError:
            continue
        mend = "refuse by a JobError what you do not know; a position that is not understood is not the beginning"
        same_rows(found.rows, Counter(), f"a load from a position of a later release {dict(cursor)}", mend)
