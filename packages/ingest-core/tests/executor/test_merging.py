"""Merge and history on the embedded catalog, as a user would see them."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, Outcome, load_job, plan

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders:
      path: "data/orders*.csv"
      write: merge
      key: [id]
      incremental: {cursor: at, deleted: gone}
      types: {id: long, at: long, name: string, gone: boolean}
target: {connector: iceberg}
"""
HISTORY = JOB.replace("write: merge", "write: history")
HEADER = "id,at,name,gone\n"


def orders(home: "Home", number: int, *rows: str) -> "Path":
    return home.write(f"data/orders-{number}.csv", HEADER + "".join(f"{row}\n" for row in rows))


def table(home: "Home") -> list[tuple[object, ...]]:
    return home.values("csv_orders", "id", "at", "name")


def versions(home: "Home") -> list[tuple[object, ...]]:
    return home.values("csv_orders", "id", "name", "_ingest_valid_from", "_ingest_valid_to")


def files(home: "Home") -> set[str]:
    return {task.file.file_path for task in home.catalog().load_table(("acme", "csv_orders")).scan().plan_files()}


def succeed(home: "Home", text: str) -> None:
    report = home.run(text)
    assert report.outcome is Outcome.SUCCESS, report.as_json()


def test_the_last_row_of_a_key_by_cursor_wins_within_a_load_and_against_the_table(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "1,12,c,", "1,11,b,", "2,10,x,")
    succeed(home, JOB)
    assert table(home) == [(1, 12, "c"), (2, 10, "x")]
    orders(home, 2, "1,11,late,", "2,11,y,", "3,1,new,")
    succeed(home, JOB)
    assert table(home) == [(1, 12, "c"), (2, 11, "y"), (3, 1, "new")]


def test_of_rows_with_the_same_cursor_the_later_one_in_the_source_wins(home: "Home") -> None:
    orders(home, 1, "1,10,first,", "1,10,second,")
    succeed(home, JOB)
    orders(home, 2, "1,10,third,")
    succeed(home, JOB)
    assert table(home) == [(1, 10, "third")]


def test_rows_marked_as_deleted_go_and_unknown_ones_do_no_harm(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,", "3,10,c,true")
    succeed(home, JOB)
    orders(home, 2, "1,11,a,true", "9,11,never,true", "2,9,b,true")
    succeed(home, JOB)
    assert table(home) == [(2, 10, "b")]


def test_unchanged_rows_rewrite_nothing_and_the_position_moves_all_the_same(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,")
    succeed(home, JOB)
    before, rows = files(home), home.rows("csv_orders")
    orders(home, 2, "1,10,a,", "2,9,older,")
    succeed(home, JOB)
    assert files(home) == before
    assert home.rows("csv_orders").equals(rows)
    assert home.run(JOB).objects[0].status == "unchanged"


def test_only_files_whose_keys_come_are_rewritten(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,")
    succeed(home, JOB)
    (low,) = files(home)
    orders(home, 2, "50,10,a,", "60,10,b,")
    succeed(home, JOB)
    (high,) = files(home) - {low}
    orders(home, 3, "55,10,between,", "60,11,changed,")
    succeed(home, JOB)
    assert low in files(home)
    assert high not in files(home)
    assert table(home) == [(1, 10, "a"), (2, 10, "b"), (50, 10, "a"), (55, 10, "between"), (60, 11, "changed")]


def test_the_report_tells_the_files_that_a_merge_wrote_and_their_bytes(home: "Home") -> None:
    orders(home, 1, "1,1,a,", "2,1,b,")
    succeed(home, JOB)
    orders(home, 2, "1,2,c,")
    (told,) = home.run(JOB).objects
    (written,) = (task.file for task in home.catalog().load_table("acme.csv_orders").scan().plan_files())
    assert (told.rows, told.files, told.size) == (1, 1, written.file_size_in_bytes)


def test_rows_that_stay_keep_the_run_that_brought_them(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,")
    first = home.run(JOB).run_id
    orders(home, 2, "2,11,c,")
    second = home.run(JOB).run_id
    assert home.values("csv_orders", "id", "_ingest_run_id") == [(1, first), (2, second)]


def test_without_a_cursor_the_last_to_come_wins(home: "Home") -> None:
    text = JOB.replace("{cursor: at, deleted: gone}", "{deleted: gone}")
    orders(home, 1, "1,10,a,")
    succeed(home, text)
    orders(home, 2, "1,9,b,")
    succeed(home, text)
    assert table(home) == [(1, 9, "b")]


def test_a_file_that_changed_is_merged_again(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,")
    succeed(home, JOB)
    orders(home, 1, "1,10,a,", "2,11,changed,", "3,10,c,")
    succeed(home, JOB)
    assert table(home) == [(1, 10, "a"), (2, 11, "changed"), (3, 10, "c")]


def test_a_key_of_several_columns_tells_rows_apart(home: "Home") -> None:
    text = JOB.replace("key: [id]", "key: [id, name]")
    orders(home, 1, "1,10,a,", "1,10,b,")
    succeed(home, text)
    orders(home, 2, "1,11,b,")
    succeed(home, text)
    assert table(home) == [(1, 10, "a"), (1, 11, "b")]


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("date", "2026-01-01", "2026-01-02"),
        ("time", "10:00:00", "11:00:00"),
        ("timestamp", "2026-01-01 10:00:00", "2026-01-02 10:00:00"),
        ("timestamptz", "2026-01-01 10:00:00Z", "2026-01-02 10:00:00Z"),
        ("string", "a", "b"),
        ("decimal(9,2)", "1.50", "2.50"),
        ("binary", "a", "b"),
        ("boolean", "false", "true"),
    ],
)
def test_a_key_may_be_of_any_type_that_can_be_one(home: "Home", kind: str, one: str, two: str) -> None:
    text = JOB.replace("id: long", f'id: "{kind}"')
    orders(home, 1, f"{one},1,a,", f"{two},1,b,")
    succeed(home, text)
    orders(home, 2, f"{two},2,changed,")
    succeed(home, text)
    assert [name for (name,) in home.values("csv_orders", "name")] == ["a", "changed"]


def test_a_new_column_comes_with_the_rows_that_have_it(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,b,")
    succeed(home, JOB)
    home.write("data/orders-2.csv", "id,at,name,gone,note\n2,11,c,,new\n")
    succeed(home, JOB)
    assert home.values("csv_orders", "id", "name", "note") == [(1, "a", None), (2, "c", "new")]


def test_a_row_without_a_key_is_told_and_nothing_lands(home: "Home") -> None:
    orders(home, 1, "1,10,a,", ",10,b,")
    report = home.run(JOB)
    assert "1 rows have no value in the column 'id'" in str(report.objects[0].error)
    assert home.rows("csv_orders").num_rows == 0


def test_a_key_that_the_table_holds_twice_is_told(home: "Home") -> None:
    append = JOB.replace("write: merge", "write: append")
    orders(home, 1, "1,10,a,", "1,10,b,")
    succeed(home, append)
    orders(home, 2, "1,11,c,")
    report = home.run(JOB)
    assert "it is no key of the table" in str(report.objects[0].error)
    assert len(table(home)) == 2


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("key: [id]\n", "\n", "merge needs a key"),
        ("key: [id]", "key: [nr]", "lands no column 'nr'"),
        ("cursor: at", "cursor: when", "lands no column 'when'"),
        ("deleted: gone", "deleted: dropped", "lands no column 'dropped'"),
        ("id: long", "id: double", "'id' cannot be a key: double"),
    ],
)
def test_a_rule_that_the_columns_cannot_keep_is_told_before_a_table_is_made(
    home: "Home", old: str, new: str, fault: str
) -> None:
    orders(home, 1, "1,10,a,")
    report = home.run(JOB.replace(old, new))
    assert fault in str(report.objects[0].error)
    assert "shop.yaml:" in str(report.objects[0].error)
    assert not home.catalog().table_exists(("acme", "csv_orders"))


def test_a_key_that_names_a_column_twice_is_told(home: "Home") -> None:
    with pytest.raises(JobError, match="more than once"):
        plan(load_job(home.job(JOB.replace("key: [id]", "key: [id, id]"))))


def test_a_history_keeps_every_version_with_the_time_it_holds(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "2,10,x,")
    succeed(home, HISTORY)
    orders(home, 2, "1,20,b,")
    succeed(home, HISTORY)
    assert versions(home) == [(1, "a", 10, 20), (1, "b", 20, None), (2, "x", 10, None)]


def test_a_late_version_takes_its_place_and_a_repeated_one_changes_nothing(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "1,30,c,")
    succeed(home, HISTORY)
    orders(home, 2, "1,20,b,", "1,5,before,")
    succeed(home, HISTORY)
    expected = [(1, "a", 10, 20), (1, "b", 20, 30), (1, "before", 5, 10), (1, "c", 30, None)]
    assert versions(home) == expected
    before = files(home)
    orders(home, 3, "1,20,b,", "1,30,c,", "1,5,before,")
    succeed(home, HISTORY)
    assert versions(home) == expected
    assert files(home) == before


def test_a_correction_takes_the_place_of_the_version_of_the_same_time(home: "Home") -> None:
    orders(home, 1, "1,10,a,", "1,20,b,")
    succeed(home, HISTORY)
    orders(home, 2, "1,10,corrected,")
    succeed(home, HISTORY)
    assert versions(home) == [(1, "b", 20, None), (1, "corrected", 10, 20)]


def test_a_deletion_ends_a_version_and_is_remembered_for_rows_that_come_late(home: "Home") -> None:
    orders(home, 1, "1,10,a,")
    succeed(home, HISTORY)
    orders(home, 2, "1,20,a,true")
    succeed(home, HISTORY)
    assert versions(home) == [(1, "a", 10, 20), (1, "a", 20, 20)]
    orders(home, 3, "1,15,late,", "1,30,again,")
    succeed(home, HISTORY)
    assert versions(home) == [(1, "a", 10, 15), (1, "a", 20, 20), (1, "again", 30, None), (1, "late", 15, 20)]


def test_a_history_without_a_cursor_takes_the_time_of_the_load(home: "Home") -> None:
    text = HISTORY.replace("incremental: {cursor: at, deleted: gone}", "")
    orders(home, 1, "1,1,a,", "2,1,x,")
    succeed(home, text)
    orders(home, 2, "1,1,b,", "2,1,x,")
    succeed(home, text)
    found = versions(home)
    assert [(key, name, until is None) for key, name, _, until in found] == [
        (1, "a", False),
        (1, "b", True),
        (2, "x", True),
    ]
    assert found[0][3] == found[1][2]


@pytest.mark.parametrize("name", ["_ingest_valid_from", "_INGEST_valid_to", "_ingest_run_id", "_Ingest_loaded_at"])
@pytest.mark.parametrize("cursor", ["cursor: at, ", ""])
def test_a_column_that_has_one_of_our_names_is_told_before_a_table_is_made(
    home: "Home", name: str, cursor: str
) -> None:
    home.write("data/orders-1.csv", f"id,at,name,gone,{name}\n1,10,a,,2024-01-01T00:00:00Z\n")
    text = HISTORY.replace("cursor: at, ", cursor)
    report = home.run(text)
    assert (report.outcome, report.objects[0].error_type) == (Outcome.FAILURE, "JobError")
    assert name.lower() in str(report.objects[0].error).lower()
    assert "`rename`" in str(report.objects[0].error)
    assert not home.catalog().table_exists(("acme", "csv_orders"))
    renamed = text.replace("key: [id]", f"key: [id]\n      rename: {{{name}: theirs}}")
    succeed(home, renamed)
    assert home.rows("csv_orders").num_rows == 1
