"""The way of one object: source, shape, files, commit."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest_core.column_docs import described
from ingest_core.errors import JobError, TransientError
from ingest_core.events import RunEvent
from ingest_core.executor.cleaning import cleaned
from ingest_core.executor.opening import Opened, open_table
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Landed, Progress, Sent
from ingest_core.executor.rules import layout_of, rule_of, with_history
from ingest_core.executor.working import Work, work_all
from ingest_core.failpoints import reach
from ingest_core.layout import Layout
from ingest_core.limits import gathering_memory, share_of
from ingest_core.merging import Rule
from ingest_core.messages import SplitResult, Stream, advance
from ingest_core.planner import MERGED, ObjectPlan
from ingest_core.ports import Change, Committed, Table
from ingest_core.shaping import landing_schema, shaper, typed_as
from ingest_core.state import State, recent_with

if TYPE_CHECKING:
    from ingest_core.merging.gathering import Gathering


@dataclass(frozen=True)
class Landing:
    """What an object's rows need of a table.

    Args:
        rule: How they are merged, where they are.
        columns: The columns.
        layout: How the table is to be laid out.
    """

    rule: Rule | None
    columns: pa.Schema
    layout: Layout


def landing_of(planned: ObjectPlan, found: Stream) -> Landing:
    """Work out what an object's rows need of a table.

    Raises:
        JobError: The columns do not fit what the job says of them.
    """
    columns = landing_schema(found, planned.shape)
    rule = rule_of(planned, found, columns)
    _check_prefixes(planned, found, rule)
    landing = with_history(columns, rule)
    return Landing(rule, described(landing, planned.contract.docs), layout_of(planned, rule))


def land_object(parts: Parts, progress: Progress) -> None:
    """Land what is new of one object, rows and position in one commit, or in one for each so many rows.

    Raises:
        IngestError: Nothing of what is not in ``progress`` was committed, or nobody can tell; the message says which.
    """
    planned = progress.planned
    stop = threading.Event()
    source = parts.source(planned, stop)
    (found,) = source.streams()
    found = found if progress.columns is None else replace(found, schema=progress.columns)
    check_window(parts, planned, found)
    check_whole(planned, found)
    landing = landing_of(planned, found)
    rule = landing.rule
    is_anew = progress.columns is not None and not progress.commits
    opened = open_table(parts, planned, landing.columns, landing.layout, is_anew=is_anew)
    if progress.settle(parts, opened) and (planned.anew or planned.write == "replace"):
        return  # a former try landed all of it after all
    stream = typed_as(found, opened.table.schema, planned.shape)
    splits = source.splits(stream, since(planned, opened))
    if not splits:
        return
    shape = shaper(stream, planned.shape, opened.table.schema, parts.stamp, rule)
    with cleaned(parts.log) as own, _kept(parts, progress, own):
        gathering = own.enter_context(_gathering(parts, opened.table, rule))
        share = share_of(parts.plan.job.spec.limits.memory, parts.plan.workers)
        writers = gathering.writer if gathering else lambda _: opened.table.writer(share)
        work = Work(source, shape, writers, parts.log.bind(object=planned.name), parts.tell, stop)
        size = sum(split.size for split in splits)
        parts.tell(RunEvent("reading_started", planned.name, splits=len(splits), size=size))
        results = work_all(work, splits, _workers(parts, planned, len(splits)))
        with contextlib.closing(results):
            _commit_all(parts, progress, opened, (stream, gathering), results)


@contextlib.contextmanager
def _kept(parts: Parts, progress: Progress, own: contextlib.ExitStack) -> Iterator[None]:
    """Keep what this try's commits are made of, where they may have to be made once more; not what came to none."""
    before = len(progress.commits) + len(progress.sent)
    try:
        yield
    finally:
        if parts.kept is not None and len(progress.commits) + len(progress.sent) > before:
            parts.kept.push(own.pop_all())


def _workers(parts: Parts, planned: ObjectPlan, splits: int) -> int:
    """Give how many splits are read at once, and say so where the job wants more than its memory allows."""
    limits, workers = parts.plan.job.spec.limits, parts.plan.workers
    if workers < min(limits.workers, splits):
        parts.log.info(
            "workers_bounded", object=planned.name, workers=workers, asked=limits.workers, memory=limits.memory
        )
    return workers


def _gathering(parts: Parts, table: Table, rule: Rule | None) -> contextlib.AbstractContextManager[Gathering | None]:
    """Open a place for rows to be merged, with the memory that reading and writing leave."""
    memory = gathering_memory(parts.plan.job.spec.limits.memory, parts.plan.workers)
    return table.gather(rule, memory) if rule else contextlib.nullcontext()


def check_window(parts: Parts, planned: ObjectPlan, stream: Stream) -> None:
    """Refuse to read a stretch of time alone where rows would be lost by that, or doubled.

    Raises:
        JobError: It is so.
    """
    if parts.options.window is None:
        return
    if not stream.windowed:
        what = f"{planned.name} cannot be read by stretches of time"
        raise JobError(what, "leave --since and --until out", ("source", "objects", planned.name))
    if planned.write == "replace":
        raise JobError(
            f"{planned.name} replaces its table: only the rows of this stretch of time would be left",
            "leave --since and --until out, or land it by `write: append` or `merge`",
            ("source", "objects", planned.name),
        )
    _check_order(planned, stream)


def check_whole(planned: ObjectPlan, stream: Stream) -> None:
    """Refuse to append rows that all come again with each load.

    Raises:
        JobError: It is so.
    """
    if stream.whole and planned.write == "append":
        raise JobError(
            f"rows of {planned.name} come again with later loads, and would be doubled",
            "land it by `write: merge` with a key, or by `write: replace`",
            ("source", "objects", planned.name),
        )


def _check_order(planned: ObjectPlan, stream: Stream) -> None:
    """Refuse to merge a stretch of time where rows from before it, which come later, would be taken for newer ones."""
    has_cursor = planned.merging.cursor or stream.cursor
    has_deletions = planned.write == "merge" and (planned.merging.deleted or stream.deleted)
    if planned.write in MERGED and (has_deletions or not has_cursor):
        why = "a row would come behind its deletion" if has_deletions else "nothing says which row of a key is last"
        raise JobError(
            f"{planned.name} cannot be merged by stretches of time: what lies before this one comes later, and {why}",
            "leave --since and --until out"
            + ("" if has_deletions else ", or name a cursor: `incremental: {cursor: ...}`"),
            ("source", "objects", planned.name),
        )


def since(planned: ObjectPlan, opened: Opened) -> dict[str, object]:
    """Begin where the last commit ended; a replacement begins at the beginning."""
    return dict(opened.state.cursor) if opened.state and planned.write != "replace" else {}


def _check_prefixes(planned: ObjectPlan, stream: Stream, rule: Rule | None) -> None:
    """Refuse to commit a part of a load from which nobody could go on, or that the next part would undo."""
    place = ("source", "objects", planned.name, "commit_every")
    if planned.commit_every and planned.write not in MERGED and not stream.resumable:
        raise JobError(
            f"{planned.name} is not read in an order that a part of it could be gone on from",
            "leave `commit_every` out, or land it by `write: merge` with a key",
            place,
        )
    if planned.commit_every and rule and _may_bring_back(rule, stream):
        raise JobError(
            f"{planned.name} is not read in the order of {rule.cursor!r}: a row that comes in a later part than its "
            "deletion would be taken for a new one",
            "leave `commit_every` out, or land it by `write: history`",
            place,
        )


def _may_bring_back(rule: Rule, stream: Stream) -> bool:
    """Tell whether a row may come behind its deletion: of a deleted row the table keeps nothing to compare with."""
    by_cursor = stream.resumable and stream.cursor is not None
    return rule.mode == "merge" and rule.deleted is not None and rule.cursor is not None and not by_cursor


def _commit_all(
    parts: Parts,
    progress: Progress,
    opened: Opened,
    read: tuple[Stream, Gathering | None],
    results: Iterable[SplitResult],
) -> None:
    """Commit results as they come, the last of them with the whole position."""
    stream, gathering = read
    gained: list[SplitResult] = []
    current: Opened | None = opened
    for group, is_last in _groups(results, progress.planned.commit_every):
        gained += group
        if is_last:
            reach("all files closed")
        if current is None:
            raise TransientError(
                "the rest did not land: another run of this job or a reset came meanwhile, or somebody changed the "
                "table's columns or partitions",
                "run again",
            )
        # A position that only all splits together make up is not moved before they are all there.
        moved = gained if is_last or stream.resumable else []
        current = _commit(parts, progress, current, _change(progress, group, gathering), moved)
        gained = [] if moved else gained
        if gathering and parts.kept is None:
            gathering.drop([file.entry for result in group for file in result.files])
        if not is_last:
            parts.stops.pass_on()


def _groups(results: Iterable[SplitResult], every: int | None) -> Iterator[tuple[Sequence[SplitResult], bool]]:
    """Gather results into commits of so many rows, and say which is the last."""
    group: list[SplitResult] = []
    rows = 0
    for result in results:
        if every and rows >= every:
            yield group, False
            group, rows = [], 0
        group.append(result)
        rows += result.rows
    yield group, True


def _change(progress: Progress, group: Sequence[SplitResult], gathering: Gathering | None) -> Change:
    change = Change(progress.planned.write, [file for result in group for file in result.files], gathering)
    _check_counts(progress, change, sum(result.rows for result in group))
    return change


def _commit(
    parts: Parts, progress: Progress, opened: Opened, change: Change, gained: Sequence[SplitResult]
) -> Opened | None:
    """Commit a change, and give the table to commit the next one upon: ``None`` when it no longer fits."""
    cursor = reduce(advance, (result.cursor for result in gained), since(progress.planned, opened))
    state = _next_state(parts, progress, opened.state, cursor, change.rows)
    committed = commit_change(parts, progress, opened, change, state)
    return Opened(committed.table, committed.state) if committed.table else None


def commit_change(parts: Parts, progress: Progress, opened: Opened, change: Change, state: State) -> Committed:
    """Commit a change with the state that belongs to it."""
    parts.stops.hold()
    progress.sent.append(Sent(opened, change, state))
    committed = parts.catalog.commit(opened.table, change, state, progress.planned.state_key)
    progress.sent.pop()
    landed = Landed(opened, change, state, committed)
    progress.commits.append(landed)
    if parts.kept is None:
        progress.shown(parts, landed)
    elif change.gathering:
        change.gathering.rest()
    return committed


def _check_counts(progress: Progress, change: Change, read: int) -> None:
    """Refuse to commit other than what was read, or to empty a table unasked."""
    planned = progress.planned
    if change.rows != read:
        raise JobError(f"{read} rows were read and {change.rows} are in the files; nothing was committed")
    if planned.write == "replace" and not read and not planned.allow_empty:
        raise JobError(
            f"{planned.name} gave no rows; the table stays as it was",
            "say `allow_empty: true` if an empty source is right",
            ("source", "objects", planned.name),
        )


def _next_state(parts: Parts, progress: Progress, before: State | None, cursor: dict[str, object], rows: int) -> State:
    seq = before.seq + 1 if before else 1
    pair = (parts.identity, seq)
    # The table's sequence number is known to the catalog alone; it fills it in as it stages.
    return State(*pair, cursor, progress.planned.job_hash, rows, 0, recent_with(pair, before))
