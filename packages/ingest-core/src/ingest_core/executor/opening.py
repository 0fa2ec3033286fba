"""Opens the table of an object and reads its state: everything that must be refused is refused here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from ingest_core.errors import JobError
from ingest_core.evolution import growth, other_types
from ingest_core.executor.namesakes import namesakes
from ingest_core.executor.parts import Parts
from ingest_core.executor.targets import forget, remembered
from ingest_core.failpoints import reach
from ingest_core.layout import Layout
from ingest_core.layout_checks import layout_faults
from ingest_core.planner import ObjectPlan
from ingest_core.ports import Table
from ingest_core.state import State, StateKey, decode, states_in


@dataclass(frozen=True)
class Opened:
    """A table as this run found it.

    Args:
        table: The table, with the columns that it is to have.
        state: Where the stream stands; ``None`` on a first run.
    """

    table: Table
    state: State | None


@dataclass(frozen=True)
class Wanted:
    """What a table is to be.

    Args:
        columns: The columns that will land.
        layout: How it is to be laid out.
        is_anew: See :func:`open_table`.
    """

    columns: pa.Schema
    layout: Layout
    is_anew: bool = False


def open_table(
    parts: Parts, planned: ObjectPlan, landing: pa.Schema, layout: Layout, *, is_anew: bool = False
) -> Opened:
    """Load an object's table with its state, or create it.

    Args:
        parts: What the run works with.
        planned: The object.
        landing: The columns that will land.
        layout: How the table is to be laid out.
        is_anew: Whether columns of an empty table may make way for others: this very run made it, of less than it knows
            of the source by now.

    Raises:
        JobError: The table that was landed before is gone, its state cannot be gone on from, or the columns or the
            layout do not fit.
    """
    table = parts.catalog.load(planned.table)
    check_target(parts, planned, table)
    if table is None:
        # Of two creators one gets the other's table, with whatever has landed in it: it is checked like any other.
        _check_layout(planned, layout, landing)
        table = parts.catalog.create(planned.table, landing, layout)
    return _fitted(parts, planned, table, Wanted(landing, layout, is_anew))


def foresee_table(parts: Parts, planned: ObjectPlan, landing: pa.Schema, layout: Layout) -> tuple[Table, Opened] | None:
    """Check all that :func:`open_table` checks, and make nothing.

    Returns:
        The table as it is and as it would be opened; ``None`` when it would be made.
    """
    table = parts.catalog.load(planned.table)
    check_target(parts, planned, table)
    if table is None:
        _check_layout(planned, layout, landing)
        return None
    return table, _fitted(parts, planned, table, Wanted(landing, layout))


def _fitted(parts: Parts, planned: ObjectPlan, table: Table, wanted: Wanted) -> Opened:
    """Check a table against what will land in it, and grow it."""
    state = read_state(table, planned)
    reach("state read")
    check_position(parts, planned, table, state)
    _check_job(parts, planned, state)
    _check_name(planned, table, state)
    _check_alone(planned, table)
    anew = other_types(wanted.columns, table.schema) if wanted.is_anew and table.is_empty else ()
    kept = pa.schema([field for field in table.schema if field.name not in anew])
    columns = growth(wanted.columns, kept, planned.landing_types)
    _check_layout(planned, wanted.layout, _with(kept, columns))
    return Opened(table.grown(columns, wanted.layout, anew), _from_the_beginning(state) if planned.anew else state)


def _from_the_beginning(state: State | None) -> State | None:
    """Keep what tells commits apart, and forget the position."""
    return state and replace(state, cursor={}, cursor_file=None)


def _with(table: pa.Schema, columns: pa.Schema) -> pa.Schema:
    """Give a table's columns as they will be."""
    fields = {field.name: field for field in [*table, *columns]}
    return pa.schema(fields.values())


def _check_layout(planned: ObjectPlan, layout: Layout, columns: pa.Schema) -> None:
    if faults := layout_faults(layout, columns, ("source", "objects", planned.name)):
        raise JobError.of(faults)


def check_target(parts: Parts, planned: ObjectPlan, table: Table | None) -> None:
    """Notice that the table landed before is gone, or that another one has its name.

    Raises:
        JobError: It is so, and the run was not told to make it anew.
    """
    before = remembered(parts.context, planned)
    if before is None or (table is not None and table.uuid == before):
        return
    if parts.options.recreate:
        forget(parts.context, planned)
        return
    what = "is gone" if table is None else "was dropped and made again"
    raise JobError(
        f"the table {planned.table} {what} since this job last landed in it",
        "bring it back; or run with --recreate to load everything anew",
    )


def check_position(parts: Parts, planned: ObjectPlan, table: Table, state: State | None) -> None:
    """Notice that the table is the one landed before and its position is gone: beginning anew would double its rows.

    Raises:
        JobError: It is so.
    """
    if state is None and planned.write == "append" and has_landed(parts, planned, table):
        raise JobError(
            f"the table {planned.table} has lost its property {planned.state_key.property_name}, the position",
            "put it back from a summary of the table's snapshots; or run `ingest state reset` to load everything anew",
        )


def has_landed(parts: Parts, planned: ObjectPlan, table: Table) -> bool:
    """Tell whether this object landed in this very table before: this home remembers it, or the table's snapshots."""
    told = table.told(planned.state_key.property_name)
    return remembered(parts.context, planned) == table.uuid or any(in_line for _, in_line in told)


def read_state(table: Table, planned: ObjectPlan) -> State | None:
    """Read where a stream stands.

    Raises:
        JobError: The state is corrupt, newer than this release, or not of the table as it is now.
    """
    key = planned.state_key
    text = table.properties.get(key.property_name)
    if text is None:
        return None
    state = decode(text, key)
    told = [(decode(text, key), in_line) for text, in_line in table.told(key.property_name)]
    _check_rollback(table, planned, state, told)
    _check_rewind(planned, state, told)
    return table.with_cursor(state)


def _check_rollback(table: Table, planned: ObjectPlan, state: State, told: Sequence[tuple[State, bool]]) -> None:
    """Notice a table that no longer holds what the position says: its commit is behind, or on a line that was left."""
    lines = [in_line for each, in_line in told if (each.run_id, each.seq) == (state.run_id, state.seq)]
    if state.sequence_number > table.sequence_number or (lines and not any(lines)):
        raise JobError(
            f"the table {planned.table} was rolled back: commit {state.sequence_number}, with which its position was "
            f"reached, is no part of it any more",
            "roll it forward again; or run `ingest state reset` to load everything anew",
        )


def _check_rewind(planned: ObjectPlan, state: State, told: Sequence[tuple[State, bool]]) -> None:
    """Notice a position that a hand put back: the table's own line tells of a later one."""
    later = max((each.seq for each, in_line in told if in_line), default=0)
    if later > state.seq:
        raise JobError(
            f"the position in {planned.state_key.property_name} is that of commit {state.seq}, and {planned.table} "
            f"holds the rows of commit {later}: it was put back by hand",
            "put in the value that stands in the summary of the table's last snapshot; or run `ingest state reset`",
        )


def _check_job(parts: Parts, planned: ObjectPlan, state: State | None) -> None:
    """Refuse a position that another version of the job reached; a replacement has no use for one."""
    if state is None or state.reset or planned.write == "replace" or planned.anew or parts.options.accept_job_change:
        return
    parts_now, parts_then = planned.job_hash, state.job_hash
    changed = sorted(part for part in {*parts_now, *parts_then} if parts_now.get(part) != parts_then.get(part))
    if changed:
        raise JobError(
            f"since {planned.name} was last landed, the job changed what its position depends on: {', '.join(changed)}",
            "change it back; or run with --accept-job-change to go on from the same position",
            ("source", "objects", planned.name),
        )


def _check_name(planned: ObjectPlan, table: Table, state: State | None) -> None:
    """Notice a job or an object that was renamed: under its new name it has no position, and would load all again."""
    if state is not None or planned.write == "replace":
        return
    for key in namesakes(planned, table):
        former, mend = _former(planned, key)
        raise JobError(
            f"the same source landed in {planned.table} before, by {former}; landing it again by "
            f"{planned.state_key.job!r} would double its rows",
            f"{mend}; give it a table of its own if it is another source",
            ("source", "objects", planned.name),
        )


def _former(planned: ObjectPlan, key: StateKey) -> tuple[str, str]:
    """Say by what names a source landed before, and how to go by them again."""
    if key.stream == planned.name:
        return f"the job {key.job!r}", f"say `name: {key.job}` if the job was renamed"
    if key.job == planned.state_key.job:
        return f"its object {key.stream!r}", f"call the object {key.stream!r} again if it was renamed"
    both = f"the job {key.job!r} as its object {key.stream!r}"
    return both, f"say `name: {key.job}` and call the object {key.stream!r} if they were renamed"


def _check_alone(planned: ObjectPlan, table: Table) -> None:
    """Refuse to replace rows that other jobs brought."""
    others = sorted(f"{key.tenant}/{key.job}" for key in states_in(table.properties) if key != planned.state_key)
    if planned.write == "replace" and others:
        raise JobError(
            f"replace would remove the rows that others landed in {planned.table}: {', '.join(others)}",
            "land the object in a table of its own",
            ("source", "objects", planned.name),
        )
