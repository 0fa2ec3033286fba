"""Snapshots are forgotten once a table has not shown them for a while; what branches and tags need stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.maintenance.expiring import expire, old_snapshots
from ingest_core.catalogs.sending import Patience
from ingest_core.plugin import RunContext, TableName
from pyiceberg.exceptions import CommitFailedException, ServerError

if TYPE_CHECKING:
    from conftest import Home
    from ingest_core.catalogs.opened import OpenedCatalog
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata

ORDERS = TableName("acme", "csv_orders")
QUICK = Patience(stagings=3, sends=2, look_seconds=0.2, pause_seconds=0.01)
NOW = datetime(2026, 11, 27, tzinfo=UTC)
JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: append, table: shared}
    returns: {path: "data/returns*.csv", write: append, table: shared}
target: {connector: iceberg}
"""


@pytest.fixture
def table(home: Home) -> Table:
    """A table with five snapshots."""
    for number in range(5):
        home.write(f"data/orders-{number}.csv", f"id\n{number}\n")
        home.run()
    found: Table = home.catalog().load_table(("acme", "csv_orders"))
    assert len(found.snapshots()) == 5
    return found


def aged(table: Table, *days: float) -> TableMetadata:
    """Give a table's metadata as if its snapshots had come to be so many days ago."""
    times = {
        each.snapshot_id: int((NOW - timedelta(days=age)).timestamp() * 1000)
        for each, age in zip(table.snapshots(), days, strict=True)
    }
    metadata = table.metadata
    snapshots = [each.model_copy(update={"timestamp_ms": times[each.snapshot_id]}) for each in metadata.snapshots]
    log = [each.model_copy(update={"timestamp_ms": times[each.snapshot_id]}) for each in metadata.snapshot_log]
    return metadata.model_copy(update={"snapshots": snapshots, "snapshot_log": log})


def places(metadata: TableMetadata, days: float) -> list[int]:
    """Give which snapshots are old, by their place in the table's line."""
    ids = [each.snapshot_id for each in metadata.snapshots]
    return [ids.index(each) for each in old_snapshots(metadata, NOW - timedelta(days=days))]


def test_what_was_replaced_before_the_moment_is_old(table: Table) -> None:
    assert places(aged(table, 9, 8, 7, 4, 3), 5) == [0, 1]  # the third was shown until four days ago


def test_what_was_shown_until_today_stays_however_long_ago_it_was_made(table: Table) -> None:
    assert places(aged(table, 500, 400, 300, 200, 0.1), 5) == [0, 1, 2]


def test_the_current_snapshot_stays_however_old_it_is(table: Table) -> None:
    assert places(aged(table, 500, 400, 300, 200, 100), 5) == [0, 1, 2, 3]


def test_nothing_of_a_young_table_is_old(table: Table) -> None:
    assert places(aged(table, 4, 3, 2, 1, 0), 5) == []


def test_a_tag_keeps_its_snapshot_and_no_other(table: Table) -> None:
    table.manage_snapshots().create_tag(table.snapshots()[1].snapshot_id, "audit").commit()
    assert places(aged(table, 50, 40, 30, 20, 10), 5) == [0, 2, 3]


def test_a_branch_keeps_what_it_showed_since(table: Table) -> None:
    table.manage_snapshots().create_branch(table.snapshots()[2].snapshot_id, "wap").commit()
    assert places(aged(table, 50, 40, 4, 3, 2), 5) == [0]
    assert places(aged(table, 50, 40, 30, 20, 10), 5) == [0, 1, 3]


def test_as_many_stay_as_the_table_wants(table: Table) -> None:
    with table.transaction() as transaction:
        transaction.set_properties({"history.expire.min-snapshots-to-keep": "3"})
    assert places(aged(table, 50, 40, 30, 20, 10), 5) == [0, 1]


def test_what_a_table_showed_until_it_was_rolled_back_stays_for_its_time(table: Table) -> None:
    table.manage_snapshots().rollback_to_snapshot(table.snapshots()[1].snapshot_id).commit()
    metadata = aged(table, 50, 40, 30, 20, 10).model_copy(update={"properties": {}})  # no position rests upon it
    rolled_back = metadata.snapshot_log[-1]
    recently = rolled_back.model_copy(update={"timestamp_ms": int((NOW - timedelta(days=2)).timestamp() * 1000)})
    long_ago = rolled_back.model_copy(update={"timestamp_ms": int((NOW - timedelta(days=8)).timestamp() * 1000)})
    before = metadata.snapshot_log[:-1]
    assert places(metadata.model_copy(update={"snapshot_log": [*before, recently]}), 5) == [0, 2, 3]
    assert places(metadata.model_copy(update={"snapshot_log": [*before, long_ago]}), 5) == [0, 2, 3, 4]


def test_expired_snapshots_are_gone_and_the_next_run_goes_on(home: Home, table: Table) -> None:
    catalog = home.catalog()
    old = [each.snapshot_id for each in table.snapshots()[:4]]
    expire(opened(home), ORDERS, old)
    left = catalog.load_table(("acme", "csv_orders"))
    assert [each.snapshot_id for each in left.snapshots()] == [table.snapshots()[4].snapshot_id]
    home.write("data/orders-9.csv", "id\n9\n")
    assert home.run().objects[0].rows == 1
    assert home.values("csv_orders", "id") == [(0,), (1,), (2,), (3,), (4,), (9,)]


def test_one_that_is_named_by_now_or_is_gone_is_left_out(home: Home, table: Table) -> None:
    catalog = home.catalog()
    old = [each.snapshot_id for each in table.snapshots()[:2]]
    table.manage_snapshots().create_tag(old[0], "audit").commit()
    expire(opened(home), ORDERS, [*old, 12345])
    left = [each.snapshot_id for each in catalog.load_table(("acme", "csv_orders")).snapshots()]
    assert old[0] in left
    assert old[1] not in left


@pytest.mark.parametrize("landed", [True, False], ids=["landed", "refused"])
def test_a_refusal_is_looked_into(home: Home, table: Table, monkeypatch: pytest.MonkeyPatch, *, landed: bool) -> None:
    """A false refusal is found out; after a true one it is tried again upon the newer table."""
    catalog = opened(home)
    sent = lying(catalog.inner, monkeypatch, CommitFailedException("409"), landed=landed)
    expire(catalog, ORDERS, [table.snapshots()[0].snapshot_id])
    assert len(home.catalog().load_table(("acme", "csv_orders")).snapshots()) == 4
    assert len(sent) == (1 if landed else 2)


def test_a_lost_answer_of_one_that_landed_is_found_out(
    home: Home, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = opened(home)
    sent = lying(catalog.inner, monkeypatch, ServerError("504"), landed=True)
    expire(catalog, ORDERS, [table.snapshots()[0].snapshot_id])
    assert len(sent) == 1


def test_one_that_nobody_can_tell_of_is_told(home: Home, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = opened(home)
    lying(catalog.inner, monkeypatch, ServerError("504"), landed=False, times=9)
    with pytest.raises(TransientError, match="it is unknown whether the commit landed"):
        expire(catalog, ORDERS, [table.snapshots()[0].snapshot_id])


def test_a_run_that_committed_meanwhile_is_not_undone(
    home: Home, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = opened(home)
    real, sent = catalog.inner.commit_table, list[object]()

    def commit_table(*arguments: object) -> object:
        if not sent:
            sent.append(arguments)
            home.write("data/orders-9.csv", "id\n9\n")
            assert home.run().objects[0].rows == 1
        return real(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(catalog.inner, "commit_table", commit_table)
    expire(catalog, ORDERS, [table.snapshots()[0].snapshot_id])
    assert home.values("csv_orders", "id") == [(0,), (1,), (2,), (3,), (4,), (9,)]
    assert len(home.catalog().load_table(("acme", "csv_orders")).snapshots()) == 5


def test_a_stream_whose_last_commit_is_before_a_gap_is_not_taken_for_rolled_back(home: Home) -> None:
    """A tag keeps the snapshot of one stream's commit, and those between it and the current one are forgotten."""
    home.write("data/orders-1.csv", "id\n1\n")
    for number in range(3):
        home.write(f"data/returns-{number}.csv", f"id\n{number}\n")
        home.run(JOB)
    catalog = home.catalog()
    table = catalog.load_table(("acme", "shared"))
    first, *between, _ = [each.snapshot_id for each in table.snapshots()]
    table.manage_snapshots().create_tag(first, "audit").commit()
    expire(opened(home), TableName("acme", "shared"), between)
    home.write("data/orders-2.csv", "id\n2\n")
    report = home.run(JOB)
    assert [(each.error, each.rows) for each in report.objects] == [(None, 1), (None, 0)]


def opened(home: Home) -> OpenedCatalog:
    return replace(open_catalog({}, None, RunContext(home.root, "acme", "maintain", "run")), patience=QUICK)


def lying(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, error: Exception, *, landed: bool, times: int = 1
) -> list[object]:
    """Answer the first commits with an error, whether they landed or not."""
    real, sent = catalog.commit_table, list[object]()

    def commit_table(*arguments: object) -> object:
        sent.append(arguments)
        if len(sent) > times:
            return real(*arguments)  # type: ignore[arg-type]  # as they came
        if landed:
            real(*arguments)  # type: ignore[arg-type]  # as they came
        raise error

    monkeypatch.setattr(catalog, "commit_table", commit_table)
    return sent


def test_a_branch_keeps_history_for_as_long_as_it_says_itself(table: Table) -> None:
    month = int(timedelta(days=30).total_seconds() * 1000)
    table.manage_snapshots().create_branch(
        table.snapshots()[3].snapshot_id, "audit", max_snapshot_age_ms=month
    ).commit()
    since = (datetime.now(UTC) - NOW).days  # the branch's own age is counted by the clock
    assert places(aged(table, *(days - since for days in (50, 40, 20, 18, 9))), 5) == [0]


def test_a_rollback_that_positions_tell_of_stays_noticed(home: Home) -> None:
    """Nobody may forget the commit that a position rests upon: the next run would lack its rows, and say nothing."""
    for number in range(3):
        home.write(f"data/orders-{number}.csv", f"id\n{number}\n")
        home.run()
    table = home.catalog().load_table(("acme", "csv_orders"))
    table.manage_snapshots().rollback_to_snapshot(table.snapshots()[1].snapshot_id).commit()
    table.refresh().append(table.scan().to_arrow().slice(0, 1))
    metadata = table.refresh().metadata
    ids = [each.snapshot_id for each in metadata.snapshots]
    old = old_snapshots(metadata, datetime.now(UTC) + timedelta(days=1))
    assert [ids.index(each) for each in old] == [0]
    expire(opened(home), ORDERS, old)
    assert "was rolled back" in str(home.run().objects[0].error)


def test_a_table_whose_files_may_be_others_is_refused(table: Table) -> None:
    with table.transaction() as transaction:
        transaction.set_properties({"gc.enabled": "false"})
    with pytest.raises(JobError, match=r"gc\.enabled: false"):
        places(aged(table, 50, 40, 30, 20, 10), 5)


def test_a_number_that_is_none_is_told(table: Table) -> None:
    with table.transaction() as transaction:
        transaction.set_properties({"history.expire.min-snapshots-to-keep": "few"})
    with pytest.raises(JobError, match="'few', and should be a whole number"):
        places(aged(table, 50, 40, 30, 20, 10), 5)
