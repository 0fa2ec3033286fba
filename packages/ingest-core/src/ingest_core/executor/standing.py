"""Tells where the objects of a job stand, as their tables say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest_core.executor.parts import RunOptions, open_parts
from ingest_core.executor.running import new_run_id
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.ports import Catalog, RunContext
from ingest_core.state import decode


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
    """

    name: str
    table: str
    run_id: str | None = None
    seq: int = 0
    rows: int = 0
    cursor: Mapping[str, Any] | None = None
    reset: bool = False


def standing(plan: Plan, options: RunOptions | None = None) -> Sequence[ObjectStanding]:
    """Read where the objects of a plan stand. Takes no slot and changes nothing.

    Raises:
        JobError: A state cannot be read, or the catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    began = datetime.now(UTC)
    context = RunContext(plan.job.home, plan.job.tenant, plan.job.name, new_run_id(began))
    parts = open_parts(plan, context, began, options or RunOptions())
    return [_standing(parts.catalog, planned) for planned in plan.objects]


def _standing(catalog: Catalog, planned: ObjectPlan) -> ObjectStanding:
    name, table = planned.name, catalog.load(planned.table)
    text = table.properties.get(planned.state_key.property_name) if table else None
    if table is None or text is None:
        return ObjectStanding(name, str(planned.table))
    state = table.with_cursor(decode(text, planned.state_key))
    return ObjectStanding(name, str(planned.table), state.run_id, state.seq, state.rows, state.cursor, state.reset)
