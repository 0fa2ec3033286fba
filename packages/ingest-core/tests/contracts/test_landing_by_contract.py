"""What a contract says of a table is in the table: types, key and descriptions, from its making and with later rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, discover, foresee, load_job, plan

if TYPE_CHECKING:
    from conftest import Home
    from pyiceberg.table import Table

JOB = """\
tenant: acme
asset: orders
source:
  connector: jsonl
  objects:
    orders: {path: "data/orders*.jsonl", table: orders, rename: {number: id}}
target: {connector: iceberg}
"""
ASSET = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    description: Everything that was ordered.
    properties:
      - {name: id, logicalType: string, primaryKey: true, description: What tells orders apart}
      - {name: price, logicalType: number, physicalType: "decimal(12, 2)", businessName: Price in euros}
      - name: buyer
        logicalType: object
        properties:
          - {name: name, logicalType: string, description: As on the invoice}
          - {name: since, logicalType: date}
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties: [{name: sku, logicalType: string, description: The article}]
      - {name: _ingest_loaded_at, logicalType: timestamp, description: When the run began}
"""
ROW = '{"number":"007","price":2.5,"buyer":{"name":"Ada","since":"2026-01-02"},"lines":[{"sku":"x"}],"more":1}\n'


@pytest.fixture(autouse=True)
def data(home: Home) -> None:
    home.write("assets/orders.yaml", ASSET)
    home.write("data/orders-1.jsonl", ROW)


def table(home: Home) -> Table:
    return home.catalog().load_table(("acme", "orders"))


def docs(home: Home) -> dict[str, str | None]:
    schema = table(home).schema()
    names = [schema.find_column_name(place) or "" for place in schema.field_ids]
    return {name: schema.find_field(name).doc for name in names if schema.find_field(name).doc}


DOCS = {
    "id": "What tells orders apart",
    "price": "Price in euros",
    "buyer.name": "As on the invoice",
    "lines.element.sku": "The article",
    "_ingest_loaded_at": "When the run began",
}


def test_a_table_is_made_as_its_contract_says(home: Home) -> None:
    assert home.run(JOB).outcome is Outcome.SUCCESS
    schema = table(home).schema()
    assert {name: str(schema.find_type(name)) for name in ("id", "price", "buyer.since", "more")} == {
        "id": "string",
        "price": "decimal(12, 2)",
        "buyer.since": "date",
        "more": "long",
    }
    assert schema.identifier_field_names() == {"id"}
    assert docs(home) == DOCS
    assert table(home).properties["comment"] == "Everything that was ordered."
    (row,) = home.rows("orders").to_pylist()
    assert (row["id"], row["price"], row["lines"]) == ("007", Decimal("2.50"), [{"sku": "x"}])


def test_descriptions_that_change_come_with_the_next_rows_and_what_nobody_describes_keeps_its_own(home: Home) -> None:
    home.run(JOB)
    with table(home).update_schema() as update:
        update.update_column("more", doc="by hand")
    home.write(
        "assets/orders.yaml",
        ASSET.replace("As on the invoice", "As on the card")
        .replace("Price in euros", "Price")
        .replace("description: The article", "deprecated: true")
        .replace("Everything that", "All that"),
    )
    home.write("data/orders-2.jsonl", ROW.replace("007", "008"))
    before = table(home).schema()
    assert home.run(JOB).outcome is Outcome.SUCCESS
    assert docs(home) == DOCS | {"more": "by hand", "price": "Price", "buyer.name": "As on the card"}
    assert table(home).properties["comment"] == "All that was ordered."
    after = table(home).schema()
    assert before.as_struct() != after.as_struct()
    assert [(field.field_id, field.name, field.required) for field in before.fields] == [
        (field.field_id, field.name, field.required) for field in after.fields
    ]
    assert home.values("orders", "id") == [("007",), ("008",)]


def test_a_column_that_comes_later_brings_its_description(home: Home) -> None:
    home.run(JOB)
    home.write("assets/orders.yaml", f"{ASSET}      - {{name: note, logicalType: string, description: Said aside}}\n")
    home.write("data/orders-2.jsonl", ROW.replace("007", "008").replace('"more"', '"note":"x","more"'))
    assert home.run(JOB).outcome is Outcome.SUCCESS
    assert docs(home) == DOCS | {"note": "Said aside"}


def test_a_table_without_a_contract_gets_its_descriptions_with_the_next_rows(home: Home) -> None:
    bare = JOB.replace("asset: orders\n", "").replace("rename:", 'types: {price: "decimal(12, 2)"}, rename:')
    home.run(bare.replace("table: orders,", "table: orders, key: [id],"))
    assert docs(home) == {}
    home.write("data/orders-2.jsonl", ROW.replace("007", "008"))
    home.run(JOB)
    assert docs(home) == DOCS


def test_nothing_to_read_changes_no_description(home: Home) -> None:
    home.run(JOB)
    before = table(home).metadata
    home.write("assets/orders.yaml", ASSET.replace("Price in euros", "Price"))
    assert home.run(JOB).outcome is Outcome.SUCCESS
    assert table(home).metadata == before


def test_what_the_job_says_of_the_comment_wins(home: Home) -> None:
    home.run(JOB.replace("{connector: iceberg}", "{connector: iceberg, properties: {comment: own}}"))
    assert table(home).properties["comment"] == "own"


def test_a_merge_goes_by_the_contracts_key(home: Home) -> None:
    merged = JOB.replace("{connector: iceberg}", "{connector: iceberg, write: merge}")
    home.run(merged)
    home.write("data/orders-2.jsonl", ROW.replace("2.5", "3.5"))
    assert home.run(merged).outcome is Outcome.SUCCESS
    assert home.values("orders", "id", "price") == [("007", Decimal("3.50"))]


NOWHERE = f"{ASSET}      - {{name: nowhere, logicalType: string, description: Not yet}}\n"


def test_a_column_that_no_record_has_lands_without_values(home: Home) -> None:
    home.write("assets/orders.yaml", NOWHERE)
    assert home.run(JOB).outcome is Outcome.SUCCESS
    assert home.values("orders", "id", "nowhere") == [("007", None)]
    assert docs(home)["nowhere"] == "Not yet"


def test_a_column_that_no_file_has_is_told_with_the_contracts_line(home: Home) -> None:
    flat, nowhere = ASSET.partition("      - name: buyer\n")[0], "      - {name: nowhere, logicalType: string}\n"
    home.write("assets/orders.yaml", flat + nowhere)
    home.write("data/orders.csv", "number,price\n007,2.5\n")
    (landed,) = home.run(JOB.replace("jsonl", "csv").replace("orders*", "orders")).objects
    assert landed.error is not None
    told = "there is no column 'nowhere'\n  mend: the columns are number, price"
    assert f"{home.root}/assets/orders.yaml:12:9: schema[0].properties[2]: {told}" in landed.error


def test_a_type_that_the_table_cannot_become_is_refused(home: Home) -> None:
    home.run(JOB)
    home.write("assets/orders.yaml", ASSET.replace("decimal(12, 2)", "long"))
    home.write("data/orders-2.jsonl", ROW)
    (landed,) = home.run(JOB).objects
    assert landed.error is not None
    assert "the job or its asset says int64 for 'price', the table has decimal128(12, 2)" in landed.error


def test_a_look_tells_descriptions(home: Home) -> None:
    (seen,) = foresee(plan(load_job(home.job(JOB))))
    assert "+ column id: string  # What tells orders apart" in seen.changes
    assert "~ description of buyer.name: As on the invoice" in seen.changes
    assert "~ property comment: none -> Everything that was ordered." in seen.changes
    (found,) = discover(plan(load_job(home.job(JOB))))
    assert found.descriptions == {"number": "What tells orders apart", "price": "Price in euros"}
    home.run(JOB)
    home.write("assets/orders.yaml", ASSET.replace("Price in euros", "Price"))
    (seen,) = foresee(plan(load_job(home.job(JOB))))
    assert seen.changes == ["~ description of price: Price"]
