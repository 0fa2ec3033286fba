"""The way of one object: source, shape, files, commit."""

from __future__ import annotations

from functools import reduce

from ingest_core.errors import JobError
from ingest_core.executor.opening import Opened, open_table
from ingest_core.executor.parts import Parts
from ingest_core.executor.targets import remember
from ingest_core.executor.working import Work, work_all
from ingest_core.messages import SplitResult, advance
from ingest_core.planner import ObjectPlan
from ingest_core.ports import Change
from ingest_core.report import ObjectReport
from ingest_core.shaping import landing_schema, shaper, typed_as
from ingest_core.state import State, recent_with


def land_object(parts: Parts, planned: ObjectPlan) -> ObjectReport:
    """Land what is new of one object, rows and position in one commit.

    Raises:
        IngestError: Nothing of the object was committed, or nobody can tell; the message says which.
    """
    source = parts.source(planned)
    (found,) = source.streams()
    opened = open_table(parts, planned, landing_schema(found, planned.shape))
    stream = typed_as(found, opened.table.schema, planned.shape)
    splits = source.splits(stream, _since(planned, opened))
    if not splits:
        return ObjectReport(planned.name, str(planned.table), "unchanged")
    shape = shaper(stream, planned.shape, opened.table.schema, parts.stamp)
    work = Work(source, shape, opened.table, parts.log.bind(object=planned.name))
    results = work_all(work, splits, parts.plan.job.spec.limits.workers)
    return _commit(parts, planned, opened, results)


def _since(planned: ObjectPlan, opened: Opened) -> dict[str, object]:
    """Begin where the last commit ended; a replacement begins at the beginning."""
    return dict(opened.state.cursor) if opened.state and planned.write == "append" else {}


def _commit(parts: Parts, planned: ObjectPlan, opened: Opened, results: list[SplitResult]) -> ObjectReport:
    change = Change(planned.write, [file for result in results for file in result.files])
    _check_counts(planned, change, sum(result.rows for result in results))
    cursor = reduce(advance, (result.cursor for result in results), _since(planned, opened))
    state = _next_state(parts, planned, opened.state, cursor, change.rows)
    committed = parts.catalog.commit(opened.table, change, state, planned.state_key)
    remember(parts.context, planned, opened.table.uuid)
    parts.log.info("committed", object=planned.name, rows=change.rows, snapshot_id=committed.snapshot_id, seq=state.seq)
    return ObjectReport(
        planned.name,
        str(planned.table),
        "committed",
        rows=change.rows,
        files=len(change.files),
        size=sum(file.size for file in change.files),
        snapshot_id=committed.snapshot_id,
        total_rows=committed.total_rows,
    )


def _check_counts(planned: ObjectPlan, change: Change, read: int) -> None:
    """Refuse to commit other than what was read, or to empty a table unasked."""
    if change.rows != read:
        raise JobError(f"{read} rows were read and {change.rows} are in the files; nothing was committed")
    if planned.write == "replace" and not read and not planned.allow_empty:
        raise JobError(
            f"{planned.name} gave no rows; the table stays as it was",
            "say `allow_empty: true` if an empty source is right",
            ("source", "objects", planned.name),
        )


def _next_state(parts: Parts, planned: ObjectPlan, before: State | None, cursor: dict[str, object], rows: int) -> State:
    seq = before.seq + 1 if before else 1
    run_id = parts.context.run_id
    # The table's sequence number is known to the catalog alone; it fills it in as it stages.
    return State(run_id, seq, cursor, planned.job_hash, rows, 0, recent_with((run_id, seq), before))
