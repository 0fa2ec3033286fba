"""A long load is committed in parts where that is right."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome
from ingest_core.files import tasks

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: append, commit_every: 2, types: {id: long}}
target: {connector: iceberg}
"""


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PACK_BYTES", 1)  # each file is a split of its own


def write_files(home: "Home", *bodies: str) -> None:
    for number, body in enumerate(bodies):
        home.write(f"data/orders-{number}.csv", f"id\n{body}\n")


@pytest.mark.parametrize("write", ["append", "merge, key: [id]", "history, key: [id]"])
def test_so_many_rows_make_a_commit(home: "Home", write: str) -> None:
    write_files(home, "1", "2", "3", "4", "5")
    report = home.run(JOB.replace("append", write))
    assert (report.outcome, report.objects[0].rows) == (Outcome.SUCCESS, 5)
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,), (4,), (5,)]
    snapshots = home.catalog().load_table(("acme", "csv_orders")).snapshots()
    assert [each.summary.additional_properties.get("ingest.seq") for each in snapshots if each.summary] == [
        "1",
        "2",
        "3",
    ]


def test_a_row_in_a_later_part_than_its_deletion_is_not_brought_back(home: "Home") -> None:
    home.write("data/orders-0.csv", "id,at,gone\n1,2,true\n")
    home.write("data/orders-1.csv", "id,at,gone\n1,1,false\n2,1,false\n")
    merge = "write: merge, key: [id], incremental: {cursor: at, deleted: gone}"
    job = JOB.replace("write: append", merge).replace("{id: long}", "{id: long, gone: boolean}")
    told = home.run(job).objects[0]
    assert told.status == "failed"
    assert "is not read in the order of 'at'" in str(told.error)
    assert home.run(job.replace("commit_every: 2, ", "")).outcome is Outcome.SUCCESS
    assert home.values("csv_orders", "id", "at") == [(2, 1)]


def test_what_was_committed_before_a_failure_stays_and_the_run_is_partial(home: "Home") -> None:
    beyond_the_sample = "7\n" * 600_000 + "no number"
    write_files(home, "1", "2", "3", beyond_the_sample)
    report = home.run(JOB.replace("target:", "limits: {workers: 1}\ntarget:"))
    assert (report.outcome, report.objects[0].status, report.objects[0].rows) == (Outcome.PARTIAL, "partial", 2)
    assert home.values("csv_orders", "id") == [(1,), (2,)]
    write_files(home, "1", "2", "3", "4")
    assert home.run(JOB).objects[0].rows == 2
    assert home.values("csv_orders", "id") == [(1,), (2,), (3,), (4,)]
