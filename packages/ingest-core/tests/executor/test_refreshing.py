"""Runs from the beginning, and runs of a stretch of time alone."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, Report, RunOptions, Window, load_job, plan, run

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"%s}
target: {connector: iceberg}
"""
APPEND = JOB % ""
MERGE = JOB % ", write: merge, key: [id], commit_every: 1"


def refresh(home: "Home", text: str) -> Report:
    return run(plan(load_job(home.job(text))).refreshed())


def test_a_refresh_of_appended_rows_puts_the_sources_in_their_place_in_one_commit(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    home.run(APPEND)
    home.write("data/orders-1.csv", "id,name\n1,b\n")
    home.write("data/orders-2.csv", "id,name\n2,c\n")
    assert home.run(APPEND).outcome is Outcome.FAILURE, "a file that changed is told"
    assert refresh(home, APPEND).outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id", "name") == [(1, "b"), (2, "c")]
    assert len(home.catalog().load_table("acme.csv_orders").snapshots()) == 2, "the run and the refresh"
    assert home.run(APPEND).objects[0].status == "unchanged", "the next run goes on from there"


def test_a_refresh_of_appended_rows_from_a_source_without_any_leaves_the_table_as_it_was(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    home.run(APPEND)
    home.write("data/orders-1.csv", "id,name\n")
    report = refresh(home, APPEND)
    assert (report.outcome, "gave no rows" in str(report.objects[0].error)) == (Outcome.FAILURE, True)
    assert home.values("csv_orders", "id") == [(1,)]


def test_a_refresh_goes_on_from_no_position_and_so_takes_a_job_that_changed(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    home.write("data/orders-2.csv", "id,name\n2,b\n")
    home.run(APPEND)
    changed = APPEND.replace("orders*", "orders-2*")
    assert home.run(changed).outcome is Outcome.FAILURE
    assert refresh(home, changed).outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id") == [(2,)]


def test_a_refresh_merges_every_row_again_in_one_commit_whatever_the_job_says_of_parts(home: "Home") -> None:
    for number in (1, 2):
        home.write(f"data/orders-{number}.csv", f"id,name\n{number},a\n")
    home.run(MERGE)
    table = home.catalog().load_table("acme.csv_orders")
    table.delete("id == 2")
    assert home.run(MERGE).objects[0].status == "unchanged"
    before = len(home.catalog().load_table("acme.csv_orders").snapshots())
    assert refresh(home, MERGE).outcome is Outcome.SUCCESS
    assert len(home.catalog().load_table("acme.csv_orders").snapshots()) == before + 1
    assert home.values("csv_orders", "id", "name") == [(1, "a"), (2, "a")]
    assert home.run(MERGE).objects[0].status == "unchanged", "its position holds both files"


def dated(home: "Home", name: str, day: int) -> None:
    moment = datetime(2026, 11, day, tzinfo=UTC).timestamp()
    os.utime(home.write(f"data/orders-{name}.csv", f"id\n{day}\n"), (moment, moment))


def test_a_stretch_of_time_is_read_alone_and_the_rest_later_each_row_once(home: "Home") -> None:
    for day in (1, 2, 3):
        dated(home, str(day), day)
    window = Window(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))
    assert home.run(APPEND, RunOptions(window=window)).objects[0].rows == 1
    assert home.values("csv_orders", "id") == [(2,)]
    assert home.run(APPEND, RunOptions(window=window)).objects[0].status == "unchanged"
    assert home.run(APPEND).objects[0].rows == 2
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("write", "told"),
    [
        ("write: merge, key: [id]", "nothing says which row of a key is last"),
        ("write: history, key: [id]", "nothing says which row of a key is last"),
        ("write: merge, key: [id], incremental: {cursor: id, deleted: gone}", "a row would come behind its deletion"),
    ],
)
def test_a_merge_that_older_rows_behind_newer_ones_would_harm_is_refused(home: "Home", write: str, told: str) -> None:
    home.write("data/orders-1.csv", "id,gone\n1,false\n")
    report = home.run(JOB % f", {write}", RunOptions(window=Window(datetime(2026, 1, 1, tzinfo=UTC))))
    assert (report.outcome, told in str(report.objects[0].error)) == (Outcome.FAILURE, True)
    assert not home.catalog().table_exists("acme.csv_orders")


def test_a_merge_whose_cursor_says_which_row_is_last_takes_stretches_of_time_in_any_order(home: "Home") -> None:
    merge = JOB % ", write: merge, key: [id], incremental: {cursor: at}"
    for day, name in ((1, "old"), (3, "new")):
        moment = datetime(2026, 11, day, tzinfo=UTC).timestamp()
        os.utime(home.write(f"data/orders-{day}.csv", f"id,at,name\n7,{day},{name}\n"), (moment, moment))
    home.run(merge, RunOptions(window=Window(datetime(2026, 11, 2, tzinfo=UTC))))
    home.run(merge)
    assert home.values("csv_orders", "id", "name") == [(7, "new")]


def test_a_replacement_by_a_stretch_of_time_is_refused(home: "Home") -> None:
    dated(home, "1", 1)
    report = home.run(JOB % ", write: replace", RunOptions(window=Window(datetime(2026, 1, 1, tzinfo=UTC))))
    assert (report.outcome, "stretch of time" in str(report.objects[0].error)) == (Outcome.FAILURE, True)
    assert not home.catalog().table_exists("acme.csv_orders")
