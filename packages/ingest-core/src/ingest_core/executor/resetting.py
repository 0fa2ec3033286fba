"""Resets positions: the next run loads everything anew."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Literal

from ingest_core.errors import JobError
from ingest_core.executor.landing import commit_change
from ingest_core.executor.namesakes import namesakes
from ingest_core.executor.objects import each_object
from ingest_core.executor.opening import Opened, check_target, has_landed, read_state
from ingest_core.executor.parts import Parts, RunOptions
from ingest_core.executor.progress import Progress
from ingest_core.executor.running import Tell, carry_out
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import Change, Table
from ingest_core.report import ObjectReport, Report
from ingest_core.state import State, readable, recent_with, states_in

Rows = Literal["keep", "truncate"]
"""What becomes of the rows that a table holds."""


def reset(plan: Plan, rows: Rows | None = None, options: RunOptions | None = None, tell: Tell | None = None) -> Report:
    """Reset the positions of a plan's objects, each in one commit that marks it.

    Args:
        plan: The plan.
        rows: What becomes of the rows. Needed where rows are appended: kept, they are doubled by the next run, unless
            they are not in the source any more.
        options: As for a run.
        tell: Tells the report, as for a run.

    Returns:
        A report, as of a run. An object is unchanged that never landed, or whose position is that of a reset already.
    """
    return carry_out(plan, options, partial(_reset_each, rows), tell)


def _reset_each(rows: Rows | None, parts: Parts, reports: list[ObjectReport]) -> None:
    each_object(parts, reports, partial(_reset_object, rows))


def _reset_object(rows: Rows | None, parts: Parts, progress: Progress) -> None:
    planned = progress.planned
    table = parts.catalog.load(planned.table)
    check_target(parts, planned, table)
    if table is None or not _has_position(parts, planned, table) or (rows != "truncate" and _is_reset(table, planned)):
        return
    _check_rows(planned, table, rows)
    before = _before(table, planned)
    pair = (parts.context.run_id, before.seq + 1 if before else 1)
    mark = State(*pair, {}, {}, 0, 0, recent_with(pair, before), reset=True)
    change = Change("replace" if rows == "truncate" else "append", ())
    commit_change(parts, progress, Opened(table, before), change, mark)


def _has_position(parts: Parts, planned: ObjectPlan, table: Table) -> bool:
    """Tell whether there is anything to reset: a position, a lost one, or that of the same job by another name."""
    own = planned.state_key
    named = [key for key in states_in(table.properties) if (key.tenant, key.stream) == (own.tenant, own.stream)]
    return bool(named or namesakes(planned, table)) or has_landed(parts, planned, table)


def _is_reset(table: Table, planned: ObjectPlan) -> bool:
    """Tell whether the position is that of a reset already, with nothing wrong about it."""
    with contextlib.suppress(JobError):
        state = read_state(table, planned)
        return state is not None and state.reset
    return False


def _before(table: Table, planned: ObjectPlan) -> State | None:
    """Read the last state that anything tells of: a lost, corrupt or rewound position is what resets are for.

    Raises:
        JobError: One is of a version that this release does not know.
    """
    key = planned.state_key
    texts = [text for text, _ in table.told(key.property_name)]
    if key.property_name in table.properties:
        texts.append(table.properties[key.property_name])
    known = [state for text in texts if (state := readable(text, key))]
    return max(known, key=lambda state: state.seq, default=None)


def _check_rows(planned: ObjectPlan, table: Table, rows: Rows | None) -> None:
    place = ("source", "objects", planned.name)
    if rows is None and planned.write == "append":
        raise JobError(
            f"{planned.name} is appended: after a reset the next run loads all of its rows again, beside those that "
            f"{planned.table} holds",
            "say --truncate to take these away in the same commit, or --keep-rows to keep them",
            place,
        )
    keys = [key for key in states_in(table.properties) if key != planned.state_key]
    others = sorted(f"{key.tenant}/{key.job}/{key.stream}" for key in keys)
    if rows == "truncate" and others:
        raise JobError(
            f"--truncate would remove the rows that others landed in {planned.table}: {', '.join(others)}",
            "say --keep-rows, and take the object's rows away by hand",
            place,
        )
