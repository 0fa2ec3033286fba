"""Says what a run would do, without doing it: what becomes of each table, and how much there is to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest_core.differences import Picture, differences
from ingest_core.errors import IngestError
from ingest_core.executor.landing import check_whole, check_window, landing_of, since
from ingest_core.executor.objects import explained
from ingest_core.executor.opening import foresee_table
from ingest_core.executor.parts import Parts, RunOptions, opened_parts
from ingest_core.executor.start import Start
from ingest_core.planner import ObjectPlan, Plan
from ingest_core.shaping import typed_as


@dataclass(frozen=True)
class ObjectForesight:
    """What would become of one object.

    Args:
        name: The object.
        table: Its table's full name.
        write: How its rows would be written.
        changes: What would become of the table, a line each; empty when it stays as it is.
        splits: Parts of the source that would be read; 0 when there is nothing new.
        workers: How many of them would be read at once.
        refused: Why the run would not land it, with the mend.
    """

    name: str
    table: str
    write: str
    changes: Sequence[str] = ()
    splits: int = 0
    workers: int = 0
    refused: str | None = None


def foresee(plan: Plan, options: RunOptions | None = None) -> Sequence[ObjectForesight]:
    """Look at source and target and say what a run would do. Takes no slot, reads no rows, changes no table.

    Args:
        plan: The plan.
        options: As for the run.

    Raises:
        JobError: A secret is missing, or the catalog refuses what the job says.
        TransientError: The catalog does not answer.
    """
    with opened_parts(Start.of(plan), options or RunOptions()) as parts:
        return [_foresee(parts, planned) for planned in plan.objects]


def _foresee(parts: Parts, planned: ObjectPlan) -> ObjectForesight:
    name, table = planned.name, str(planned.table)
    try:
        changes, splits = _look(parts, planned)
        changes = [*_made_before(parts), *changes]
    except IngestError as error:
        return ObjectForesight(name, table, planned.write, refused=explained(error, parts.plan.job))
    return ObjectForesight(name, table, planned.write, changes, splits, min(splits, parts.plan.workers))


def _made_before(parts: Parts) -> list[str]:
    """Say that the job's branch would be made, where it is not there."""
    wanted = parts.plan.job.spec.target.branch
    return [f"the branch {wanted} is made from {parts.branch}"] if parts.branch != wanted else []


def _look(parts: Parts, planned: ObjectPlan) -> tuple[Sequence[str], int]:
    source = parts.sources.make(planned)
    (found,) = source.streams()
    check_window(parts, planned, found)
    check_whole(planned, found)
    landing = landing_of(planned, found)
    opened = foresee_table(parts, planned, landing.columns, landing.layout)
    if opened is None:
        changes = differences(None, Picture(landing.columns, landing.layout))
        return changes, len(source.splits(found, {}))
    before, after = opened
    stream = typed_as(found, after.table.schema, planned.shape)
    changes = differences(Picture(before.schema, before.layout), Picture(after.table.schema, after.table.layout))
    return changes, len(source.splits(stream, since(planned, after)))
