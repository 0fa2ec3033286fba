"""Partitions, order, key and properties, as a user writes them in a job and finds them in the table."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, Outcome, Report, load_job, plan

if TYPE_CHECKING:
    from conftest import Home
    from pyiceberg.table import Table

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders:
      path: "data/orders*.csv"
      partition_by: [month(at), region]
      sort_by: [id desc]
      key: [id]
      types: {id: long, at: date, region: string, gone: boolean}
target:
  connector: iceberg
  properties: {write.target-file-size-bytes: 1000000, owner: shop}
"""
HEADER = "id,at,region,gone\n"
MERGE = JOB.replace("      key:", "      write: merge\n      incremental: {cursor: at, deleted: gone}\n      key:")


def orders(home: "Home", number: int, *rows: str) -> None:
    home.write(f"data/orders-{number}.csv", HEADER + "".join(f"{row}\n" for row in rows))


def succeed(home: "Home", text: str) -> None:
    report = home.run(text)
    assert report.outcome is Outcome.SUCCESS, report.as_json()


def table(home: "Home") -> "Table":
    return home.catalog().load_table(("acme", "csv_orders"))


def partitions(home: "Home") -> list[tuple[int, tuple[object, ...]]]:
    """List the files' partitions, each with its spec."""
    files = [task.file for task in table(home).scan().plan_files()]
    return sorted(
        ((file.spec_id, tuple(file.partition[place] for place in range(len(file.partition)))) for file in files),
        key=repr,
    )


def fault(report: Report) -> str:
    return str(report.objects[0].error or report.error)


def test_rows_land_in_partitions_and_a_changed_job_changes_them_with_the_next_rows(home: "Home") -> None:
    orders(home, 1, "1,2024-01-05,n,", "2,2024-01-06,n,", "3,1969-12-31,s,", "4,,s,")
    succeed(home, JOB)
    assert partitions(home) == [(0, (-1, "s")), (0, (648, "n")), (0, (None, "s"))]
    assert table(home).schema().identifier_field_names() == {"id"}
    assert table(home).properties["owner"] == "shop"
    orders(home, 2, "5,2024-01-07,n,")
    changed = JOB.replace("[month(at), region]", "[bucket(2, id)]").replace("owner: shop", "owner: bakery")
    succeed(home, changed)
    assert partitions(home)[-1][0] == 1
    assert table(home).properties["owner"] == "bakery"
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,), (4,), (5,)]


def test_a_changed_layout_waits_for_rows(home: "Home") -> None:
    orders(home, 1, "1,2024-01-05,n,")
    succeed(home, JOB)
    before = table(home).metadata_location
    succeed(home, JOB.replace("[month(at), region]", "[region]"))
    assert table(home).metadata_location == before


def test_what_stands_under_the_target_holds_for_all_objects_and_an_objects_own_word_for_it(home: "Home") -> None:
    text = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders-1.csv"}
    others: {path: "data/orders-1.csv", partition_by: [], sort_by: [at]}
target: {connector: iceberg, partition_by: [region], sort_by: [id]}
"""
    orders(home, 1, "1,2024-01-05,n,")
    succeed(home, text)
    own, other = (home.catalog().load_table(("acme", name)) for name in ("csv_orders", "csv_others"))
    assert ([each.name for each in own.spec().fields], own.sort_order().fields[0].source_id) == (["region"], 1)
    assert (other.spec().fields, other.sort_order().fields[0].source_id) == ((), 2)


def test_rows_are_merged_across_partitions_and_across_a_changed_spec(home: "Home") -> None:
    orders(home, 1, "1,2024-01-05,n,", "2,2024-01-06,s,", "3,2024-02-01,s,")
    succeed(home, MERGE)
    orders(home, 2, "1,2024-03-01,s,", "3,2024-03-02,s,true", "4,2024-03-03,n,")
    succeed(home, MERGE.replace("[month(at), region]", "[region]"))
    assert home.values("csv_orders", "id", "region") == [(1, "s"), (2, "s"), (4, "n")]
    assert partitions(home) == [(0, (648, "s")), (1, ("n",)), (1, ("s",))]


def test_a_replacement_takes_the_place_of_files_of_a_former_spec(home: "Home") -> None:
    text = JOB.replace("      key:", "      write: replace\n      key:")
    orders(home, 1, "1,2024-01-05,n,", "2,2024-01-06,s,")
    succeed(home, text)
    succeed(home, text.replace("[month(at), region]", "[region]"))
    assert partitions(home) == [(1, ("n",)), (1, ("s",))]
    assert home.values("csv_orders", "id") == [(1,), (2,)]


def test_versions_of_a_history_are_told_apart_by_key_and_time(home: "Home") -> None:
    text = MERGE.replace("write: merge", "write: history")
    orders(home, 1, "1,2024-01-05,n,", "1,2024-02-05,s,")
    succeed(home, text)
    assert table(home).schema().identifier_field_names() == {"id", "_ingest_valid_from"}
    assert len(home.values("csv_orders", "id")) == 2


def test_a_key_is_required_of_every_row(home: "Home") -> None:
    orders(home, 1, "1,2024-01-05,n,", ",2024-01-06,n,")
    assert "1 rows have no value in the column 'id', where the table requires one" in fault(home.run(JOB))
    assert home.rows("csv_orders").num_rows == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("month(at)", "month(nope)", "partition_by: the table has no column 'nope'"),
        ("month(at)", "month(region)", "partition_by: month cannot be made of 'region': string"),
        ("month(at)", "hour(at)", "partition_by: hour cannot be made of 'at': date32[day]"),
        ("id desc", "nope", "sort_by: the table has no column 'nope'"),
        ("key: [id]", "key: [nope]", "key: the table has no column 'nope'"),
        ("id: long", "id: double", "key: 'id' cannot be a key: double"),
    ],
)
def test_a_layout_that_the_columns_do_not_allow_is_told_before_a_table_is_made(
    home: "Home", old: str, new: str, told: str
) -> None:
    orders(home, 1, "1,2024-01-05,n,")
    assert told in fault(home.run(JOB.replace(old, new)))
    assert not home.catalog().table_exists(("acme", "csv_orders"))


def test_everything_that_is_wrong_with_a_layout_is_told_at_once_and_offline(home: "Home") -> None:
    text = (
        JOB.replace("month(at), region", "mounth(at), bucket(id), truncate(0, id)")
        .replace("[id desc]", "[id, id desc]")
        .replace("owner: shop", "ingest.state: x, format-version: 3")
    )
    with pytest.raises(JobError) as raised:
        plan(load_job(home.job(text)))
    told = str(raised.value)
    for part in (
        "partition_by[0]: there is no transform 'mounth'; did you mean 'month'?",
        "partition_by[1]: bucket takes a number and a column, for example bucket(16, id)",
        "partition_by[2]: truncate takes a number and a column",
        "sort_by: names id more than once",
        "'ingest.state' is kept by ingest itself",
        "'format-version' cannot be chosen",
    ):
        assert part in told, told
