"""What was written too long ago is not committed: nothing named it meanwhile, and it may have been removed."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from ingest_core import JobError, TransientError
from ingest_core.ages import OLDEST_TO_COMMIT, ORPHAN_AGE
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.catalogs.sending import Patience
from ingest_core.plugin import Change, State, StateKey, TableName
from ingest_core.state import recent_with

if TYPE_CHECKING:
    from conftest import Landing

NAME = TableName("acme", "orders")
KEY = StateKey("acme", "shop", "orders")
QUICK = Patience(stagings=3, sends=3, look_seconds=0.05, pause_seconds=0.01)
STATE = State("run-1", 1, {}, {}, 1, 0, recent_with(("run-1", 1), None))
MINUTE = timedelta(minutes=1)
YOUNG, OLD = OLDEST_TO_COMMIT - MINUTE, OLDEST_TO_COMMIT + MINUTE


class LostError(Exception):
    """Stands for an answer that was lost."""


def catalog(landing: "Landing", *ages: timedelta) -> OpenedCatalog:
    """Open the catalog with a clock that is so far ahead each time that it is looked at; at last it stands still."""
    times: Iterator[timedelta] = iter(ages)
    last = ages[-1]

    def clock() -> datetime:
        return datetime.now(UTC) + next(times, last)

    return dataclasses.replace(landing.catalog, clock=clock, patience=QUICK)


def counted(opened: OpenedCatalog, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[object]:
    """Count what is sent to the catalog, and fail instead of passing it on where an error is given."""
    real, sent = opened.inner.commit_table, list[object]()

    def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
        sent.append(args)
        if error:
            raise error
        return real(*args)

    monkeypatch.setattr(opened.inner, "commit_table", post)
    return sent


def commit(landing: "Landing", opened: OpenedCatalog, *, stranger: bool = False, empty: bool = False) -> None:
    """Write a file and commit it, upon a table that a stranger moved in between where it is said so."""
    table = opened.load(NAME) or opened.create(NAME, pa.schema([("id", pa.int64())]))
    writer = table.writer()
    writer.write(pa.record_batch([[1]], schema=table.schema))
    files = writer.flush()
    if stranger:
        landing.table("orders").append(pa.table({"id": [7]}))
    state = dataclasses.replace(STATE, rows=0) if empty else STATE
    opened.commit(table, Change("append", () if empty else files), state, KEY)


def ids(landing: "Landing") -> list[int]:
    return sorted(landing.table("orders").scan().to_arrow().column("id").to_pylist())


def test_half_of_the_time_is_left_before_a_file_may_be_removed() -> None:
    assert OLDEST_TO_COMMIT * 2 == ORPHAN_AGE


def test_a_file_that_is_young_enough_lands(landing: "Landing") -> None:
    commit(landing, catalog(landing, YOUNG))
    assert ids(landing) == [1]


def test_a_file_that_is_too_old_is_refused_before_anything_is_sent(
    landing: "Landing", monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = catalog(landing, OLD)
    opened.create(NAME, pa.schema([("id", pa.int64())]))
    sent = counted(opened, monkeypatch)
    with pytest.raises(JobError, match="36 hours ago") as raised:
        commit(landing, opened)
    assert "commit_every" in raised.value.faults[0].mend
    assert (sent, ids(landing)) == ([], [])


def test_a_file_that_became_too_old_before_it_was_staged_again_is_refused(landing: "Landing") -> None:
    opened = catalog(landing, YOUNG, OLD)
    with pytest.raises(JobError, match="36 hours ago"):
        commit(landing, opened, stranger=True)
    assert ids(landing) == [7]


def test_what_was_sent_without_an_answer_is_not_sent_again_once_it_is_too_old(
    landing: "Landing", monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = catalog(landing, YOUNG, OLD)
    opened.create(NAME, pa.schema([("id", pa.int64())]))
    sent = counted(opened, monkeypatch, LostError())
    with pytest.raises(TransientError, match="unknown whether the commit landed"):
        commit(landing, opened)
    assert len(sent) == 1


def test_manifests_grow_old_as_files_do_where_a_process_slept_before_it_sent_them(landing: "Landing") -> None:
    with pytest.raises(JobError, match="36 hours ago"):
        commit(landing, catalog(landing, OLD), empty=True)


def test_a_file_tells_when_it_was_opened(landing: "Landing") -> None:
    before = datetime.now(UTC)
    table = landing.catalog.create(NAME, pa.schema([("id", pa.int64())]))
    writer = table.writer()
    writer.write(pa.record_batch([[1]], schema=table.schema))
    between = datetime.now(UTC)
    writer.write(pa.record_batch([[2]], schema=table.schema))
    (file,) = writer.flush()
    assert file.opened is not None
    assert before <= file.opened <= between
