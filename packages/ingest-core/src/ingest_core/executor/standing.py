"""Tells where the objects of a job stand, as their tables say."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest_core.errors import JobError
from ingest_core.executor.objects import explained
from ingest_core.executor.opening import check_position, check_target, read_state
from ingest_core.executor.parts import Parts, RunOptions, opened_parts
from ingest_core.executor.start import Start
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import Table
from ingest_core.state import State, readable


@dataclass(frozen=True)
class ObjectStanding:
    """Where one object stands.

    Args:
        name: The object.
        table: Its table's full name.
        run_id: The run that committed last; ``None`` when none did.
        seq: How many commits there were.
        rows: Rows that the last one brought.
        cursor: The position in the source, in the source's own words.
        reset: Whether the position was reset since.
        error: Why the next run would refuse to go on from it, with the mend.
    """

    name: str
    table: str
    run_id: str | None = None
    seq: int = 0
    rows: int = 0
    cursor: Mapping[str, Any] | None = None
    reset: bool = False
    error: str | None = None


def standing(plan: Plan, options: RunOptions | None = None) -> Sequence[ObjectStanding]:
    """Read where the objects of a plan stand. Takes no slot and changes nothing.

    Raises:
        JobError: The catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    with opened_parts(Start.of(plan), options or RunOptions()) as parts:
        return [_standing(parts, planned) for planned in plan.objects]


def _standing(parts: Parts, planned: ObjectPlan) -> ObjectStanding:
    nothing = ObjectStanding(planned.name, str(planned.table))
    table = parts.catalog.load(planned.table)
    try:
        check_target(parts, planned, table)
        state = read_state(table, planned) if table else None
        if table:
            check_position(parts, planned, table, state)
    except JobError as error:
        said = _said(table, planned) if table else None
        return replace(_with(nothing, said), error=explained(error, parts.plan.job))
    return _with(nothing, state)


def _said(table: Table, planned: ObjectPlan) -> State | None:
    """Read what the table says, though it may not be so; without a cursor that lies in a file."""
    text = table.properties.get(planned.state_key.property_name)
    with contextlib.suppress(JobError):
        return readable(text, planned.state_key) if text else None
    return None


def _with(nothing: ObjectStanding, state: State | None) -> ObjectStanding:
    if state is None:
        return nothing
    cursor = None if state.cursor_file else state.cursor
    return replace(nothing, run_id=state.run_id, seq=state.seq, rows=state.rows, cursor=cursor, reset=state.reset)
