"""The contract that a job names is checked whole before anything is touched; every fault has its place in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import JobError, load_job, plan, validate
from ingest_core.contracts import Member, Team

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
asset: shop/orders
source:
  connector: csv
  objects:
    orders: {path: data/orders.csv}
target: {connector: iceberg}
"""
HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n"
ASSET = f"""\
{HEAD}schema:
  - name: orders
    properties:
      - {{name: id, logicalType: integer, primaryKey: true}}
      - {{name: price, logicalType: number, physicalType: "decimal(12, 2)"}}
"""


def faults(home: Home, job: str = JOB) -> list[str]:
    with pytest.raises(JobError) as raised:
        plan(load_job(home.job(job)))
    return [str(fault).replace(str(home.root), "HOME") for fault in raised.value.faults]


def test_an_asset_gives_types_and_key_below_what_the_job_says(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET)
    (planned,) = plan(load_job(home.job(JOB))).objects
    assert {name: str(kind) for name, kind in planned.settings["types"].items()} == {
        "id": "int64",
        "price": "decimal128(12, 2)",
    }
    assert planned.merging.key == planned.layout.key == ("id",)
    own = JOB.replace("orders.csv}", "orders.csv, key: [price], types: {id: string}}")
    (planned,) = plan(load_job(home.job(own))).objects
    assert str(planned.settings["types"]["id"]) == "string"
    assert planned.layout.key == ("price",)


def test_types_are_no_part_of_what_a_position_depends_on_and_the_key_is(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET)
    (by_asset,) = plan(load_job(home.job(JOB))).objects
    bare = JOB.replace("asset: shop/orders\n", "")
    (by_job,) = plan(load_job(home.job(bare.replace("orders.csv}", "orders.csv, key: [id]}")))).objects
    assert by_asset.job_hash == by_job.job_hash


def test_a_key_is_ordered_by_its_positions(home: Home) -> None:
    lines = [f"- {{name: {name}, logicalType: string, primaryKey: true, primaryKeyPosition: {at}}}" for name, at in
             [("last", -1), ("second", 2), ("first", 1)]]  # fmt: skip
    home.write("assets/shop/orders.yml", f"{HEAD}schema:\n- name: any\n  properties:\n  " + "\n  ".join(lines))
    (planned,) = plan(load_job(home.job(JOB))).objects
    assert planned.layout.key == ("first", "second", "last")


def test_a_missing_asset_is_told_in_the_job_with_the_nearest(home: Home) -> None:
    home.write("assets/shop/order.yaml", ASSET)
    (told,) = faults(home)
    assert told.startswith("HOME/jobs/acme/shop.yaml:2:1: asset: there is no asset 'shop/orders'")
    assert "did you mean 'shop/order'?" in told
    (told,) = faults(home, JOB.replace("asset: shop/orders\n", "").replace("orders.csv}", "orders.csv, asset: x}"))
    assert told.startswith("HOME/jobs/acme/shop.yaml:5:37: source.objects.orders.asset: there is no asset 'x'")


def test_two_files_of_one_asset_are_refused(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET)
    home.write("assets/shop/orders.yml", ASSET)
    (told,) = faults(home)
    assert "two files of the asset 'shop/orders'" in told


@pytest.mark.parametrize("name", ["../secrets/x", "/etc/passwd", "shop//orders", "shop/orders.yaml", ""])
def test_a_name_that_leads_elsewhere_is_refused(home: Home, name: str) -> None:
    (told,) = faults(home, JOB.replace("shop/orders", f'"{name}"'))
    assert "ending" in told


def test_all_faults_of_job_and_asset_are_told_at_once_with_file_and_line(home: Home) -> None:
    home.write(
        "assets/shop/orders.yaml",
        ASSET.replace("v3.1.0", "v2.2.2")
        .replace("logicalType: integer", "logicaltype: integer")
        .replace("primaryKey: true", 'primaryKey: "yes"'),
    )
    told = faults(home, JOB.replace("orders.csv}", "orders.csv, select: [id], rename: {no: x}}"))
    asset = [fault for fault in told if "assets/shop/orders.yaml" in fault]
    assert len(told) == 4
    assert asset[0].startswith("HOME/assets/shop/orders.yaml:1:1: apiVersion: must be a version 3")
    assert "orders.yaml:9:20: schema[0].properties[0].logicaltype: unknown key" in asset[1]
    assert "did you mean 'logicalType'?" in asset[1]
    assert "orders.yaml:9:42: schema[0].properties[0].primaryKey: must be true or false" in asset[2]


WRONG = [
    ("kind: DataContract", "kind: DataProduct", ":2:1: kind: must be DataContract"),
    ("name: id", "nmae: id", "unknown key 'nmae'\n  mend: did you mean 'name'?"),
    ("name: orders", "descriptions: orders", "unknown key 'descriptions'\n  mend: did you mean 'description'?"),
    ("status: active", "statuss: active", "did you mean 'status'?"),
    ("logicalType: integer", "logicalType: int", "there is no logical type 'int'"),
    ("version: 1.0.0", "version: 1.0", ":4:1: version: must be text\n  mend: put it in quotes"),
    ("primaryKey: true", "primaryKey: true, primaryKeyPosition: one", "must be a whole number"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG)
def test_a_slip_of_the_pen_is_told(home: Home, right: str, wrong: str, told: str) -> None:
    path = home.write("assets/shop/orders.yaml", ASSET.replace(right, wrong))
    assert told in "\n".join(faults(home))
    (checked,) = validate([path])
    assert checked.kind == "asset" or "kind" in wrong
    assert told in "\n".join(map(str, checked.faults))


def test_a_contract_without_a_table_is_refused(home: Home) -> None:
    home.write("assets/shop/orders.yaml", HEAD)
    assert any("describes no table" in told for told in faults(home))


def test_files_below_assets_are_checked_as_contracts(home: Home) -> None:
    path = home.write("assets/shop/orders.yaml", ASSET)
    other = home.write("assets/note.yaml", "note: x\n")
    checks = {check.path: check for check in validate([home.root])}
    assert (checks[str(path)].kind, checks[str(path)].faults) == ("asset", ())
    assert checks[str(other)].kind == "asset"
    assert checks[str(other)].faults


TWO = f"""\
{HEAD}schema:
  - {{name: orders, properties: [{{name: id, logicalType: integer}}]}}
  - {{name: customers, properties: [{{name: id, logicalType: string}}]}}
"""
OBJECTS = "{orders: {path: o.csv}, customers: {path: c.csv}}"


def types(home: Home, job: str) -> dict[str, Any]:
    planned = plan(load_job(home.job(job))).objects
    return {each.name: str(each.settings["types"].get("id")) for each in planned}


def test_each_object_goes_by_the_schema_of_its_name(home: Home) -> None:
    home.write("assets/shop.yaml", TWO)
    head, tail = "tenant: acme\n", "target: {connector: iceberg}\n"
    source = f"source: {{connector: csv, objects: {OBJECTS}}}\n"
    assert types(home, f"{head}asset: shop\n{source}{tail}") == {"orders": "int64", "customers": "string"}
    named = source.replace("o.csv", "o.csv, asset: shop#customers")
    assert types(home, f"{head}{named}{tail}") == {"orders": "string", "customers": "None"}
    (told,) = faults(home, f"{head}{source.replace('o.csv', 'o.csv, asset: shop#custmers')}{tail}")
    assert "has no schema 'custmers'" in told
    assert "did you mean 'customers'?" in told


def test_the_only_schema_is_that_of_the_only_object_and_of_no_other(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET.replace("name: orders", "name: sales"))
    assert plan(load_job(home.job(JOB))).objects[0].contract.primary_key == ("id",)
    told = faults(home, JOB.replace("data/orders.csv}", "data/orders.csv}\n    customers: {path: c.csv}"))
    assert ["has no schema 'orders'" in each or "has no schema 'customers'" in each for each in told] == [True, True]


PEOPLE = """\
tags: [finance]
team:
  name: sales
  members:
    - {username: ada@example.com, name: Ada, role: owner, dateIn: 2024-01-01}
    - {username: bob@example.com, dateOut: 2025-01-01}
description: {purpose: What was sold.}
contractCreatedTs: 2024-01-01T00:00:00Z
"""


def test_team_tags_and_purpose_are_handed_on(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET.replace("name: orders", "name: orders\n    tags: [pii]") + PEOPLE)
    contract = plan(load_job(home.job(JOB))).objects[0].contract
    assert contract.asset == "shop/orders"
    assert contract.team == Team("sales", (Member("ada@example.com", "Ada", "owner"),))
    assert contract.tags == ("finance", "pii")
    assert contract.description == "What was sold."


def test_a_team_may_be_a_list_as_it_was_before_version_3_1(home: Home) -> None:
    home.write("assets/shop/orders.yaml", f"{ASSET}team: [{{username: ada@example.com}}]\n")
    assert plan(load_job(home.job(JOB))).objects[0].contract.team == Team("", (Member("ada@example.com"),))


def test_what_an_asset_says_beyond_types_may_stand_in_it(home: Home) -> None:
    quality = "quality: [{metric: nullValues, mustBe: 0}]"
    home.write(
        "assets/shop/orders.yaml",
        ASSET.replace("logicalType: integer,", f"logicalType: integer, required: true, unique: true, {quality},")
        + "slaProperties: [{property: latency, value: 4, unit: d}]\nservers: [{server: x, type: s3, location: s3://b}]\n",
    )
    contract = plan(load_job(home.job(JOB))).objects[0].contract
    assert [column.is_required for column in contract.columns.values()] == [True, False]


def test_a_measure_is_no_column(home: Home) -> None:
    line = "      - {name: total, logicalType: number, semanticType: measure, transformLogic: SUM(price)}\n"
    home.write("assets/shop/orders.yaml", ASSET + line)
    assert [*plan(load_job(home.job(JOB))).objects[0].contract.columns] == ["id", "price"]


def test_a_column_goes_by_its_physical_name(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET.replace("name: price", "name: Price, physicalName: price"))
    assert [*plan(load_job(home.job(JOB))).objects[0].contract.columns] == ["id", "price"]


def test_a_contract_speaks_of_columns_as_they_land(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET)
    renamed = JOB.replace("orders.csv}", "orders.csv, rename: {number: id}}")
    (planned,) = plan(load_job(home.job(renamed))).objects
    assert [*planned.settings["types"]] == ["number", "price"]
    (told,) = faults(home, JOB.replace("orders.csv}", "orders.csv, rename: {price: cost}}"))
    assert "orders.yaml:10:9: schema[0].properties[1]: orders lands no column 'price': it is renamed" in told
    assert "say 'cost'" in told


def test_columns_that_the_job_leaves_out_stay_out(home: Home) -> None:
    home.write("assets/shop/orders.yaml", ASSET)
    (planned,) = plan(load_job(home.job(JOB.replace("orders.csv}", "orders.csv, select: [id]}")))).objects
    assert [*planned.settings["types"]] == ["id"]
    (told,) = faults(home, JOB.replace("orders.csv}", "orders.csv, select: [price]}"))
    assert "shop.yaml:2:1: asset: the table of orders will have no column 'id'" in told


def test_a_merge_takes_its_key_of_the_contract_and_says_when_that_cannot_be_read(home: Home) -> None:
    merged = JOB.replace("{connector: iceberg}", "{connector: iceberg, write: merge}")
    home.write("assets/shop/orders.yaml", ASSET)
    assert plan(load_job(home.job(merged))).objects[0].merging.key == ("id",)
    home.write("assets/shop/orders.yaml", ASSET.replace("logicalType: integer", "logicalType: integr"))
    (told,) = faults(home, merged)
    assert "did you mean 'integer'?" in told
