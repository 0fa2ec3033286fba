"""What a run would do is said before it does it, and nothing is done by saying it."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import ObjectForesight, Outcome, foresee, load_job, plan

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", types: {price: "decimal(9,2)"}}
target: {connector: iceberg, metadata_columns: false}
"""
WIDER = JOB.replace("decimal(9,2)", "decimal(12,2)").replace(
    'path: "data/orders*.csv"', 'path: "data/orders*.csv", partition_by: ["bucket(4, id)"], sort_by: [price desc]'
)


@pytest.fixture(autouse=True)
def data(home: "Home") -> None:
    home.write("data/orders-1.csv", "id,price\n1,1.50\n2,2.50\n")


def seen(home: "Home", text: str = JOB, name: str = "shop") -> ObjectForesight:
    (found,) = foresee(plan(load_job(home.job(text, name))))
    return found


def test_a_table_that_would_be_made_is_told_with_its_columns(home: "Home") -> None:
    told = seen(home)
    assert told.changes == ["the table is made", "+ column id: long", "+ column price: decimal(9, 2)"]
    assert (told.splits, told.refused) == (1, None)
    assert home.catalog().list_namespaces() == []


def test_nothing_new_and_nothing_changed_is_told(home: "Home") -> None:
    home.run(JOB)
    told = seen(home)
    assert (told.changes, told.splits, told.refused) == ([], 0, None)


def test_columns_types_and_layout_that_would_change_are_told_and_the_run_does_just_that(home: "Home") -> None:
    home.run(JOB)
    home.write("data/orders-2.csv", "id,price,note\n3,3.50,x\n")
    told = seen(home, WIDER)
    assert told.changes == [
        "~ column price: decimal(9, 2) -> decimal(12, 2)",
        "+ column note: string",
        "~ partition_by: [] -> [bucket(4, id)]",
        "~ sort_by: [] -> [price desc nulls last]",
    ]
    before = home.catalog().load_table(("acme", "csv_orders")).metadata
    assert home.run(WIDER).outcome is Outcome.SUCCESS
    after = home.catalog().load_table(("acme", "csv_orders")).metadata
    assert before.last_updated_ms < after.last_updated_ms
    assert seen(home, WIDER).changes == []


def test_what_would_be_refused_is_told_with_its_mend(home: "Home") -> None:
    home.run(JOB)
    told = seen(home, name="renamed")
    assert "by the job 'shop'" in str(told.refused)
    assert "say `name: shop`" in str(told.refused)
