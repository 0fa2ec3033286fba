"""Positions: reset, put back by hand, too long for a property, and written by other releases."""

import json
from typing import TYPE_CHECKING, Literal

import pytest
from ingest_core import Outcome, Report, load_job, plan, reset, standing
from ingest_core.catalogs.state_files import LONGEST

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Home
    from pyiceberg.table import Table

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: append}
target: {connector: iceberg}
"""
MERGE = JOB.replace("write: append", "write: merge, key: [id]")
PROPERTY = "ingest.state.acme.shop.orders"


@pytest.fixture(autouse=True)
def data(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")


def reset_job(home: "Home", rows: Literal["keep", "truncate"] | None = None, text: str = JOB) -> Report:
    return reset(plan(load_job(home.job(text))), rows)


def table(home: "Home") -> "Table":
    return home.catalog().load_table(("acme", "csv_orders"))


def ids(home: "Home") -> list[tuple[object, ...]]:
    return home.values("csv_orders", "id")


def test_a_reset_of_appended_rows_asks_what_becomes_of_them(home: "Home") -> None:
    home.run(JOB)
    report = reset_job(home)
    assert report.outcome is Outcome.FAILURE
    assert "say --truncate" in str(report.objects[0].error)
    assert home.run(JOB).objects[0].status == "unchanged"


def test_a_truncating_reset_empties_the_table_in_the_commit_that_marks_it(home: "Home") -> None:
    home.run(JOB)
    snapshots = len(table(home).snapshots())
    assert reset_job(home, "truncate").outcome is Outcome.SUCCESS
    assert len(table(home).snapshots()) == snapshots + 1
    assert ids(home) == []
    mark = json.loads(table(home).properties[PROPERTY])
    assert (mark["seq"], mark["reset"], mark["cursor"]) == (2, True, {})
    assert home.run(JOB).outcome is Outcome.SUCCESS
    assert ids(home) == [(1,), (2,)]


def test_a_reset_that_keeps_rows_loads_them_again_beside(home: "Home") -> None:
    home.run(JOB)
    assert reset_job(home, "keep").outcome is Outcome.SUCCESS
    home.run(JOB)
    assert ids(home) == [(1,), (1,), (2,), (2,)]


def test_a_reset_of_merged_rows_needs_no_word_and_doubles_nothing(home: "Home") -> None:
    home.run(MERGE)
    assert reset_job(home, text=MERGE).outcome is Outcome.SUCCESS
    assert home.run(MERGE).objects[0].rows == 2
    assert ids(home) == [(1,), (2,)]


def test_a_second_reset_and_one_of_a_job_that_never_ran_have_nothing_to_do(home: "Home") -> None:
    assert reset_job(home, "keep").objects[0].status == "unchanged"
    home.run(JOB)
    reset_job(home, "keep")
    assert reset_job(home, "keep").objects[0].status == "unchanged"


def test_after_a_reset_the_job_may_have_changed(home: "Home") -> None:
    home.run(JOB)
    reset_job(home, "truncate")
    other = JOB.replace("orders*.csv", "orders-*.csv")
    assert home.run(other).outcome is Outcome.SUCCESS
    assert ids(home) == [(1,), (2,)]


def test_a_reset_does_not_take_away_what_another_job_brought(home: "Home") -> None:
    home.run(JOB)
    home.write("data/more.csv", "id,name\n3,c\n")
    home.run(JOB.replace("data/orders*.csv", "data/more.csv"), name="other")
    report = reset_job(home, "truncate")
    assert "acme/other/orders" in str(report.objects[0].error)
    assert len(ids(home)) == 3


def test_a_table_that_was_rolled_back_and_written_to_since_is_noticed_and_can_be_reset(home: "Home") -> None:
    home.run(JOB)
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    home.run(JOB)
    stranger = table(home)
    first = stranger.history()[0].snapshot_id
    stranger.manage_snapshots().rollback_to_snapshot(first).commit()
    rows = table(home).scan().to_arrow().slice(0, 1)
    for _ in range(2):
        table(home).append(rows)
    report = home.run(JOB)
    assert "was rolled back" in str(report.objects[0].error)
    assert reset_job(home, "truncate").outcome is Outcome.SUCCESS
    home.run(JOB)
    assert ids(home) == [(1,), (2,), (3,)]


def test_a_position_that_was_put_back_by_hand_is_noticed(home: "Home") -> None:
    home.run(JOB)
    before = table(home).properties[PROPERTY]
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    home.run(JOB)
    with table(home).transaction() as hand:
        hand.set_properties({PROPERTY: before})
    report = home.run(JOB)
    assert "it was put back by hand" in str(report.objects[0].error)
    assert len(ids(home)) == 3


def test_a_state_of_the_former_version_is_gone_on_from_and_written_anew(home: "Home") -> None:
    home.run(JOB)
    former = json.loads(table(home).properties[PROPERTY]) | {"v": 1}
    with table(home).transaction() as hand:
        hand.set_properties({PROPERTY: json.dumps(former)})
    assert home.run(JOB).objects[0].status == "unchanged"
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    assert home.run(JOB).objects[0].rows == 1
    assert json.loads(table(home).properties[PROPERTY])["v"] == 2


def many_files(home: "Home") -> int:
    """Write so many files that their names and digests do not fit in a property."""
    count = LONGEST // 100
    for number in range(count):
        home.write(f"data/orders-{number:04}.csv", f"id,name\n{number},x\n")
    (home.root / "data/orders-1.csv").unlink()
    return count


def cursor_file(home: "Home") -> "Path":
    (found,) = (home.root / "state/warehouse").rglob("ingest-cursor-*.json")
    return found


def test_a_long_position_lies_in_a_file_and_is_gone_on_from(home: "Home") -> None:
    count = many_files(home)
    assert home.run(JOB).objects[0].rows == count
    assert len(table(home).properties[PROPERTY]) < LONGEST
    assert home.run(JOB).objects[0].status == "unchanged"
    home.write("data/orders-new.csv", "id,name\n-1,new\n")
    assert home.run(JOB).objects[0].rows == 1
    (told,) = standing(plan(load_job(home.job(JOB))))
    assert told.cursor is not None
    assert len(told.cursor["files"]) == count + 1


@pytest.mark.parametrize(("harm", "told"), [("changed", "is not the one that was written"), ("gone", "is gone")])
def test_a_position_whose_file_was_harmed_is_told_and_nothing_is_loaded_again(
    home: "Home", harm: str, told: str
) -> None:
    count = many_files(home)
    home.run(JOB)
    if harm == "gone":
        cursor_file(home).unlink()
    else:
        cursor_file(home).write_text("{}")
    report = home.run(JOB)
    assert told in str(report.objects[0].error)
    assert "ingest state reset" in str(report.objects[0].error)
    assert len(ids(home)) == count


def test_standing_tells_where_each_object_is(home: "Home") -> None:
    planned = plan(load_job(home.job(JOB)))
    assert [(each.name, each.run_id, each.seq) for each in standing(planned)] == [("orders", None, 0)]
    run_id = home.run(JOB).run_id
    (told,) = standing(planned)
    assert (told.run_id, told.seq, told.rows, list((told.cursor or {})["files"])) == (
        run_id,
        1,
        2,
        ["data/orders-1.csv"],
    )
