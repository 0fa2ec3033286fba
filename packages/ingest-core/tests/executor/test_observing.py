"""Who watches a run is told how far it is, and cannot harm it."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, RunEvent, RunOptions
from structlog.testing import capture_logs

if TYPE_CHECKING:
    from conftest import Home

FILES = 6


@pytest.fixture(autouse=True)
def data(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write files that are a split each."""
    monkeypatch.setattr("ingest_core.files.tasks.PACK_BYTES", 1)
    for number in range(FILES):
        home.write(f"data/orders-{number}.csv", f"id,name\n{number},x\n{number},y\n")


def test_a_watcher_is_told_every_step_of_an_object_and_the_counts_add_up(home: Home) -> None:
    told: list[RunEvent] = []
    report = home.run(options=RunOptions(observer=told.append)).objects[0]
    assert Counter(event.kind for event in told) == {
        "object_started": 1,
        "reading_started": 1,
        "rows_read": FILES,
        "split_finished": FILES,
        "committed": 1,
        "object_finished": 1,
    }
    assert {event.name for event in told} == {"orders"}
    by_kind = {event.kind: event for event in told}
    assert by_kind["object_started"].table == "acme.csv_orders"
    assert by_kind["reading_started"].splits == FILES
    assert sum(event.rows for event in told if event.kind == "rows_read") == report.rows == 2 * FILES
    assert {event.split for event in told if event.kind == "split_finished"} == set(range(FILES))
    committed = by_kind["committed"]
    assert (committed.rows, committed.files, committed.size) == (report.rows, report.files, report.size)
    assert by_kind["object_finished"].report == report
    assert told[0].kind == "object_started"
    assert told[-1].kind == "object_finished"


def test_reading_is_told_by_the_threads_that_read(home: Home) -> None:
    threads: dict[str, set[str]] = {}

    def watch(event: RunEvent) -> None:
        threads.setdefault(event.kind, set()).add(threading.current_thread().name)

    home.run(options=RunOptions(observer=watch))
    assert all(name.startswith("split") for name in threads["rows_read"] | threads["split_finished"])
    assert threads["committed"] == {threading.current_thread().name}


def test_an_object_with_nothing_new_is_begun_and_finished_and_nothing_is_read(home: Home) -> None:
    home.run()
    told: list[RunEvent] = []
    home.run(options=RunOptions(observer=told.append))
    assert [event.kind for event in told] == ["object_started", "object_finished"]


@pytest.mark.parametrize("kind", ["object_started", "rows_read", "split_finished", "committed", "object_finished"])
def test_a_watcher_that_fails_harms_nothing_and_is_told_nothing_more(home: Home, kind: str) -> None:
    failures: list[str] = []

    def watch(event: RunEvent) -> None:
        if event.kind == kind or failures:
            failures.append(event.kind)
            raise RuntimeError("cannot show it")

    with capture_logs() as logged:
        report = home.run(options=RunOptions(observer=watch))
    assert (report.outcome, report.objects[0].rows) == (Outcome.SUCCESS, 2 * FILES)
    assert len(home.rows("csv_orders")) == 2 * FILES
    assert [event["log_level"] for event in logged if event["event"] == "observer_failed"] == ["warning"]
    assert failures[0] == kind
