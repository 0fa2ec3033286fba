"""Runs on the embedded catalog, as a user would see them."""

import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, RunOptions
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.errors import TransientError
from ingest_core.executor.landing import land_object
from ingest_core.executor.parts import Parts
from ingest_core.executor.progress import Progress
from ingest_core.plugin import Table, TableName

if TYPE_CHECKING:
    from conftest import Home

BOTH = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: append}
    customers: {path: data/customers.csv, write: replace}
target: {connector: iceberg}
"""
REPLACE = BOTH.replace("write: append", "write: replace")


@pytest.fixture(autouse=True)
def data(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")
    home.write("data/customers.csv", "id\n10\n")


def test_two_tables_land_and_the_report_says_how_much(home: "Home") -> None:
    report = home.run(BOTH)
    assert report.outcome is Outcome.SUCCESS
    assert [(o.table, o.status, o.rows, o.files, o.total_rows) for o in report.objects] == [
        ("acme.csv_orders", "committed", 2, 1, 2),
        ("acme.csv_customers", "committed", 1, 1, 1),
    ]
    assert home.values("csv_orders", "id", "name") == [(1, "a"), (2, "b")]


def test_our_own_columns_say_where_a_row_came_from_and_can_be_left_out(home: "Home") -> None:
    report = home.run(BOTH)
    assert home.values("csv_orders", "_ingest_run_id", "_ingest_source")[0] == (report.run_id, "data/orders-1.csv")
    home.run(BOTH.replace("iceberg}", "iceberg, namespace: bare, metadata_columns: false}"), name="bare")
    assert home.catalog().load_table(("bare", "csv_orders")).schema().column_names == ["id", "name"]


def test_run_again_and_nothing_is_loaded_twice(home: "Home") -> None:
    home.run(BOTH)
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    assert [o.rows for o in home.run(BOTH).objects] == [1, 1]
    again = home.run(BOTH)
    assert (again.outcome, again.objects[0].status) == (Outcome.SUCCESS, "unchanged")
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,)]


def test_a_column_keeps_the_type_that_the_table_has(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,name\nA1,a\n")
    home.run(BOTH)
    home.write("data/orders-2.csv", "id,name\n007,b\n")
    home.run(BOTH)
    assert home.values("csv_orders", "id") == [("007",), ("A1",)]


def test_one_object_of_two_that_is_missing_makes_the_run_partial(home: "Home") -> None:
    (home.root / "data/customers.csv").unlink()
    report = home.run(BOTH)
    assert report.outcome is Outcome.PARTIAL
    assert [o.status for o in report.objects] == ["committed", "failed"]
    assert f"{home.root}/jobs/acme/shop.yaml:6:17: source.objects.customers.path: no file at" in str(
        report.objects[1].error
    )
    assert not home.catalog().table_exists(("acme", "csv_customers"))


def test_every_object_missing_is_a_failure_and_touches_nothing(home: "Home") -> None:
    shutil.rmtree(home.root / "data")
    report = home.run(BOTH)
    assert report.outcome is Outcome.FAILURE
    assert home.catalog().list_namespaces() == []


def test_a_changed_file_is_told_and_nothing_of_its_object_lands(home: "Home") -> None:
    home.run(BOTH)
    home.write("data/orders-1.csv", "id,name\n1,changed\n")
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    report = home.run(BOTH)
    assert report.outcome is Outcome.PARTIAL
    assert "has other content now" in str(report.objects[0].error)
    assert home.values("csv_orders", "name") == [("a",), ("b",)]


def test_replace_puts_the_file_in_the_tables_place(home: "Home") -> None:
    home.run(REPLACE)
    home.write("data/orders-1.csv", "id,name\n9,z\n")
    home.run(REPLACE)
    assert home.values("csv_orders", "id", "name") == [(9, "z")]


def test_an_empty_source_does_not_empty_a_table_unasked(home: "Home") -> None:
    home.run(REPLACE)
    home.write("data/orders-1.csv", "id,name\n")
    report = home.run(REPLACE)
    assert "gave no rows; the table stays as it was" in str(report.objects[0].error)
    assert len(home.values("csv_orders", "id")) == 2
    asked = home.run(REPLACE.replace("write: replace}", "write: replace, allow_empty: true}", 1))
    assert (asked.outcome, home.values("csv_orders", "id")) == (Outcome.SUCCESS, [])


def test_a_file_that_fails_midway_leaves_the_table_as_it_was(home: "Home") -> None:
    home.run(REPLACE)
    home.write("data/orders-1.csv", "id,name\n" + "5,e\n" * 400_000 + "x\n")
    report = home.run(REPLACE)
    assert "Expected 2 columns, got 1" in str(report.objects[0].error)
    assert home.values("csv_orders", "id") == [(1,), (2,)]


def test_replace_is_refused_where_another_job_landed_rows(home: "Home") -> None:
    home.run(BOTH)
    report = home.run(REPLACE, name="other")
    assert "replace would remove the rows that others landed in acme.csv_orders: acme/shop" in str(
        report.objects[0].error
    )


def test_two_jobs_may_append_to_one_table(home: "Home") -> None:
    home.run(BOTH)
    home.write("data/more.csv", "id,name\n3,c\n")
    assert home.run(BOTH.replace("data/orders*.csv", "data/more.csv"), name="other").objects[0].status == "committed"
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,)]


def test_a_job_that_was_renamed_does_not_load_everything_again(home: "Home") -> None:
    home.run(BOTH)
    report = home.run(BOTH, name="renamed")
    assert "the same source landed in acme.csv_orders before, by the job 'shop'" in str(report.objects[0].error)
    assert "say `name: shop`" in str(report.objects[0].error)
    assert home.run(f"name: shop\n{BOTH}", name="renamed").objects[0].status == "unchanged"
    assert len(home.values("csv_orders", "id")) == 2


def test_an_object_that_was_renamed_does_not_load_everything_again(home: "Home") -> None:
    named = BOTH.replace("write: append}", "write: append, table: orders}")
    home.run(named)
    renamed = named.replace(" orders: ", " purchases: ")
    report = home.run(renamed)
    assert "by its object 'orders'; landing it again by 'shop' would double" in str(report.objects[0].error)
    assert "call the object 'orders' again" in str(report.objects[0].error)
    report = home.run(renamed, name="other")
    assert "say `name: shop` and call the object 'orders'" in str(report.objects[0].error)
    assert len(home.values("orders", "id")) == 2


def test_what_became_of_another_jobs_position_is_no_trouble_of_this_one(home: "Home") -> None:
    home.run(BOTH)
    table = home.catalog().load_table(("acme", "csv_orders"))
    table.transaction().set_properties(
        {"ingest.state.acme.a.orders": "{", "ingest.state.acme.b.orders": '{"v": 99}'}
    ).commit_transaction()
    home.write("data/more.csv", "id,name\n3,c\n")
    assert home.run(BOTH.replace("data/orders*.csv", "data/more.csv"), name="other").objects[0].status == "committed"


def test_a_job_that_changed_what_its_position_depends_on_is_refused(home: "Home") -> None:
    home.run(BOTH)
    changed = BOTH.replace("data/orders*.csv", "data/*orders*.csv")
    report = home.run(changed)
    assert "the job changed what its position depends on: source.objects.orders.path" in str(report.objects[0].error)
    assert home.run(changed, RunOptions(accept_job_change=True)).objects[0].status == "unchanged"


def test_a_table_that_was_rolled_back_is_noticed(home: "Home") -> None:
    home.run(BOTH)
    table = home.catalog().load_table(("acme", "csv_orders"))
    first = table.current_snapshot()
    home.write("data/orders-2.csv", "id,name\n3,c\n")
    home.run(BOTH)
    assert first is not None
    home.catalog().load_table(("acme", "csv_orders")).manage_snapshots().rollback_to_snapshot(
        first.snapshot_id
    ).commit()
    assert "was rolled back" in str(home.run(BOTH).objects[0].error)


def test_a_table_that_vanished_is_not_begun_anew_unasked(home: "Home") -> None:
    home.run(BOTH)
    home.catalog().drop_table(("acme", "csv_orders"))
    report = home.run(BOTH)
    assert "the table acme.csv_orders is gone since this job last landed in it" in str(report.objects[0].error)
    assert home.run(BOTH, RunOptions(recreate=True)).outcome is Outcome.SUCCESS
    assert len(home.values("csv_orders", "id")) == 2


def test_a_table_that_lost_its_position_is_not_loaded_again(home: "Home") -> None:
    home.run(BOTH)
    table = home.catalog().load_table(("acme", "csv_orders"))
    table.transaction().remove_properties("ingest.state.acme.shop.orders").commit_transaction()
    assert "has lost its property ingest.state.acme.shop.orders" in str(home.run(BOTH).objects[0].error)
    assert len(home.values("csv_orders", "id")) == 2


def test_a_run_that_lost_the_race_to_create_its_table_does_not_load_again(
    home: "Home", monkeypatch: pytest.MonkeyPatch
) -> None:
    home.run(BOTH)
    shutil.rmtree(home.root / "state/targets")  # as in another home, which shares the catalog alone
    real, calls = OpenedCatalog.load, []

    def load(catalog: OpenedCatalog, name: TableName) -> Table | None:
        calls.append(name)
        return real(catalog, name) if len(calls) > 1 else None

    monkeypatch.setattr(OpenedCatalog, "load", load)
    assert home.run(BOTH).objects[0].status == "unchanged"
    assert home.values("csv_orders", "id") == [(1,), (2,)]


def test_an_interrupt_is_told_in_the_report_with_what_was_committed(
    home: "Home", monkeypatch: pytest.MonkeyPatch
) -> None:
    def land_one(parts: Parts, progress: Progress) -> None:
        if progress.planned.name == "customers":
            raise KeyboardInterrupt
        land_object(parts, progress)

    monkeypatch.setattr("ingest_core.executor.retrying.land_object", land_one)
    report = home.run(BOTH)
    assert (report.outcome, report.error_type) == (Outcome.PARTIAL, "TransientError")
    assert [o.status for o in report.objects] == ["committed"]


@pytest.mark.parametrize("error", [RuntimeError("no lock is held"), TransientError("it does not answer")], ids=repr)
@pytest.mark.parametrize("retry", ["", "retry: {attempts: 3, backoff: 1s}\n"], ids=["once", "with retry"])
def test_an_interrupt_that_an_error_of_the_cleaning_takes_the_place_of_stops_the_run(
    home: "Home", monkeypatch: pytest.MonkeyPatch, error: Exception, retry: str
) -> None:
    calls: list[str] = []

    def land_one(_: Parts, progress: Progress) -> None:
        calls.append(progress.planned.name)
        try:
            raise KeyboardInterrupt
        finally:
            raise error

    monkeypatch.setattr("ingest_core.executor.retrying.land_object", land_one)
    report = home.run(BOTH + retry)
    assert (report.outcome, report.stopped, calls, report.objects) == (Outcome.FAILURE, True, ["orders"], [])


def test_a_new_column_is_added_in_the_commit_of_its_first_rows(home: "Home") -> None:
    home.run(BOTH)
    home.write("data/orders-2.csv", "id,extra,name\n3,x,c\n")
    assert home.run(BOTH).outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id", "name", "extra") == [(1, "a", None), (2, "b", None), (3, "c", "x")]
    table = home.catalog().load_table(("acme", "csv_orders"))
    assert len(table.snapshots()) == 2
    home.write("data/orders-3.csv", "id,name\n4,d\n")
    home.run(BOTH)
    assert home.values("csv_orders", "id", "extra")[-1] == (4, None)


def test_a_new_column_can_be_left_out(home: "Home") -> None:
    home.run(BOTH)
    home.write("data/orders-2.csv", "id,name,extra\n3,c,x\n")
    home.run(BOTH.replace("write: append}", "write: append, select: [id, name]}"))
    assert "extra" not in home.rows("csv_orders").column_names
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,)]


def test_a_type_is_widened_when_the_job_says_so(home: "Home") -> None:
    narrow = BOTH.replace("write: append}", 'write: append, types: {id: int, name: "decimal(4,2)"}}')
    home.write("data/orders-1.csv", "id,name\n1,10.25\n")
    home.run(narrow)
    home.write("data/orders-2.csv", "id,name\n3000000000,123456.75\n")
    assert home.run(narrow).objects[0].status == "failed"
    assert home.run(narrow.replace("id: int", "id: long").replace("4,2", "8,2")).objects[0].status == "committed"
    assert home.values("csv_orders", "id", "name") == [(1, Decimal("10.25")), (3_000_000_000, Decimal("123456.75"))]


def test_a_replacement_grows_the_table_too(home: "Home") -> None:
    home.run(REPLACE)
    home.write("data/orders-1.csv", "id,name,extra\n9,z,x\n")
    home.run(REPLACE)
    assert home.values("csv_orders", "id", "extra") == [(9, "x")]


def test_a_corrupt_state_is_refused(home: "Home") -> None:
    home.run(BOTH)
    table = home.catalog().load_table(("acme", "csv_orders"))
    table.transaction().set_properties({"ingest.state.acme.shop.orders": "{"}).commit_transaction()
    assert "cannot be read" in str(home.run(BOTH).objects[0].error)


def test_a_secret_that_is_missing_stops_the_run_before_anything_is_touched(home: "Home") -> None:
    report = home.run(
        BOTH.replace("iceberg}", 'iceberg, catalog: {uri: "http://127.0.0.1:9", token: "${secret:n.t}"}}')
    )
    assert (report.outcome, report.error_type) == (Outcome.FAILURE, "JobError")
    assert "target.catalog.token: the secret 'n.t' of tenant 'acme' is nowhere" in str(report.error)


def test_a_catalog_that_does_not_answer_can_be_tried_again(home: "Home") -> None:
    report = home.run(BOTH.replace("iceberg}", 'iceberg, catalog: {uri: "http://127.0.0.1:9/iceberg"}}'))
    assert (report.outcome, report.error_type) == (Outcome.FAILURE, TransientError.__name__)
    assert "the catalog does not answer" in str(report.error)


def test_a_state_folder_that_cannot_be_written_names_the_line_that_mends_it(home: "Home") -> None:
    home.write("state", "not a folder")
    report = home.run(BOTH)
    assert (report.outcome, report.error_type) == (Outcome.FAILURE, "JobError")
    assert f"the state folder {home.root}/state cannot be written" in str(report.error)
    assert "chown" in str(report.error)


def test_many_files_land_side_by_side_each_once(home: "Home", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_core.files.tasks.PACK_BYTES", 1)
    for number in range(20):
        home.write(f"data/orders-m{number:02}.csv", "id,name\n" + f"{number},x\n" * 100)
    report = home.run(BOTH + "limits: {workers: 4}\n")
    assert (report.objects[0].rows, report.objects[0].files) == (2002, 21)
    assert home.run(BOTH + "limits: {workers: 4}\n").objects[0].status == "unchanged"
