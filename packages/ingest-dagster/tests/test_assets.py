"""Each table is an asset that tells what its contract says, and after each run what was done to it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import dagster as dg
import pytest
from dagster_home import Home
from ingest_core import JobError, Redactor, Report, Secret
from ingest_core.report import ObjectReport
from ingest_dagster.asset_metadata import landed
from ingest_dagster.facts import TableFacts

HOURLY = '{name: orders_hourly, config: jobs/acme/orders.yaml, cron: "0 * * * *"}'
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
tags: ["tier:gold", "from the shop"]
team: {name: Shop & Stall, members: [{username: ann@shop.example}, {username: bob}]}
schema:
  - name: orders
    description: All orders.
    properties:
      - {name: id, logicalType: string, primaryKey: true, description: What tells orders apart}
      - {name: price, logicalType: number, physicalType: "decimal(12, 2)"}
"""
ORDERS = dg.AssetKey(["acme", "acme", "orders"])
RETURNS = dg.AssetKey(["acme", "acme", "returns"])


def materialized(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """Give the metadata of each materialization, by table."""
    told: dict[str, dict[str, Any]] = {}
    for event in result.get_asset_materialization_events():
        found = event.step_materialization_data.materialization
        told[found.asset_key.path[-1]] = {name: value.value for name, value in found.metadata.items()}
    return told


def test_an_asset_says_what_the_contract_says(home: Home) -> None:
    home.write("assets/orders.yaml", CONTRACT)
    home.job("orders", asset="orders", depends_on=["crm.contacts", "prices"])
    spec = next(iter(home.definitions(HOURLY).resolve_all_asset_specs()))
    assert spec.key == ORDERS
    assert (spec.group_name, spec.description) == ("acme", "All orders.")
    assert spec.kinds == {"iceberg", "csv"}
    assert list(spec.owners) == ["ann@shop.example", "team:Shop-Stall"]
    assert {key: spec.tags[key] for key in ("tier", "from_the_shop")} == {"tier": "gold", "from_the_shop": ""}
    assert {dep.asset_key.to_user_string() for dep in spec.deps} == {"acme/crm/contacts", "acme/acme/prices"}
    schema = spec.metadata["dagster/column_schema"]
    assert [(each.name, each.type, each.description, each.constraints.nullable) for each in schema.columns] == [
        ("id", "string", "What tells orders apart", False),
        ("price", "decimal128(12, 2)", None, True),
    ]


def test_a_run_tells_what_it_did(home: Home, instance: dg.DagsterInstance) -> None:
    home.job("orders")
    home.rows("orders", "1,2.5", "2,3.5")
    defs = home.definitions(HOURLY)
    first = defs.resolve_job_def("orders_hourly").execute_in_process(instance=instance)
    told = materialized(first)["orders"]
    assert (told["rows_read"], told["rows_written"], told["rows_rejected"], told["files"]) == (2, 2, 0, 1)
    assert told["dagster/row_count"] == 2
    assert int(str(told["bytes"])) > 100
    assert int(str(told["snapshot_id"])) > 0
    assert "orders.csv" in str(told["cursor"])
    assert float(str(told["seconds"])) > 0
    schema = told["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    assert [each.name for each in schema.columns][:2] == ["id", "price"]
    second = materialized(defs.resolve_job_def("orders_hourly").execute_in_process(instance=instance))["orders"]
    assert (second["rows_read"], second["rows_written"]) == (0, 0)


def test_the_log_of_a_run_stands_in_dagsters_log(home: Home, instance: dg.DagsterInstance) -> None:
    home.job("orders")
    home.rows("orders", "1,2.5")
    result = home.definitions(HOURLY).resolve_job_def("orders_hourly").execute_in_process(instance=instance)
    said = [entry.user_message for entry in instance.all_logs(result.run_id)]
    assert any(line.startswith("committed object=orders rows=1") for line in said)
    assert any(line.startswith("job_finished outcome=success") for line in said)


def test_one_of_several_tables_is_loaded_alone(home: Home, instance: dg.DagsterInstance) -> None:
    shop(home)
    defs = home.definitions(HOURLY.replace("orders.yaml", "shop.yaml"))
    job = defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, asset_selection=[ORDERS])
    assert set(materialized(result)) == {"orders"}


def test_a_table_is_loaded_alone_and_told_of_also_under_a_prefix_that_a_team_puts_before_all_keys(
    home: Home, instance: dg.DagsterInstance
) -> None:
    shop(home)
    theirs = ModuleType("theirs")
    theirs.loads = list(home.definitions(HOURLY.replace("orders.yaml", "shop.yaml")).assets or ())  # type: ignore[attr-defined]  # as if it were written there
    loaded = dg.load_assets_from_modules([theirs], key_prefix="lake")
    assets = [each for each in loaded if isinstance(each, dg.AssetsDefinition)]
    result = dg.materialize(assets, instance=instance, selection=[dg.AssetKey(["lake", *RETURNS.path])])
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [
        dg.AssetKey(["lake", *RETURNS.path])
    ]
    assert "orders" not in {path.parent.parent.name for path in (home.root / "state").rglob("*.parquet")}


def test_definitions_stand_beside_those_of_a_team_that_has_loggers_of_its_own(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.job("orders")
    home.rows("orders", "1,2.5")
    theirs = dg.Definitions(loggers={"json": dg.json_console_logger})
    ours = home.definitions(HOURLY, '{name: nightly, maintain: acme, cron: "0 3 * * *"}')
    defs = dg.Definitions.merge(theirs, ours)
    dg.Definitions.validate_loadable(defs)
    for name in ("orders_hourly", "nightly"):
        assert defs.resolve_job_def(name).execute_in_process(instance=instance).success


def shop(home: Home) -> None:
    """Write a job of two tables."""
    objects = {name: {"path": f"data/{name}.csv", "table": name} for name in ("orders", "returns")}
    home.job("shop", source={"connector": "csv", "objects": objects})
    home.rows("orders", "1,2.5")
    home.rows("returns", "7,2.5")


def test_objects_of_one_table_are_one_asset(home: Home, instance: dg.DagsterInstance) -> None:
    objects = {name: {"path": f"data/{name}.csv", "table": "orders"} for name in ("web", "phone")}
    home.job("orders", source={"connector": "csv", "objects": objects})
    home.rows("web", "1,2.5")
    home.rows("phone", "7,2.5", "8,1.5")
    result = home.definitions(HOURLY).resolve_job_def("orders_hourly").execute_in_process(instance=instance)
    told = materialized(result)["orders"]
    assert (told["rows_read"], told["dagster/row_count"]) == (3, 3)
    assert {"cursor of web", "cursor of phone"} <= set(told)


def test_names_that_dagster_does_not_allow_are_made_plain(home: Home) -> None:
    for tenant in ("a-b.c", "a_b_c"):
        home.job("orders", tenant=tenant)
    defs = home.definitions(
        '{name: "x-y", config: jobs/a-b.c/orders.yaml, cron: "0 * * * *"}',
        "{name: x.y, config: jobs/a_b_c/orders.yaml, interval_seconds: 60}",
        "{name: watch_runs, config: jobs/a_b_c/orders.yaml, interval_seconds: 60}",
    )
    assert {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()} == {
        "a-b.c/a-b.c/orders",
        "a_b_c/a_b_c/orders",
    }
    names = {"x_y", "x_y_2", "watch_runs_2"}
    assert {defs.resolve_job_def(name).name for name in names} == names


def test_names_that_dagster_keeps_for_itself_get_a_number(home: Home) -> None:
    home.job("input")
    defs = home.definitions(
        '{name: input, config: jobs/acme/input.yaml, cron: "0 * * * *"}',
        "{name: class, maintain: acme, cron: 0 3 * * *}",
    )
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"input_2", "class_2"}


def test_every_fault_is_told_in_the_place_of_definitions(home: Home) -> None:
    home.job("orders", targett={})
    with pytest.raises(JobError) as caught:
        home.definitions(HOURLY, '{name: b, config: jobs/acme/none.yaml, cron: "61 * * * *"}')
    assert len(caught.value.faults) == 3


def test_runs_wait_in_the_pool_of_their_tenant(home: Home) -> None:
    home.job("orders")
    home.write("jobs/globex/orders.yaml", "tenant: globex\n")
    defs = home.definitions(HOURLY, '{name: nightly, maintain: globex, cron: "0 3 * * *"}')
    jobs = {name: defs.resolve_job_def(name) for name in ("orders_hourly", "nightly")}
    assert {name: {frozenset(node.pools) for node in job.all_node_defs} for name, job in jobs.items()} == {
        "orders_hourly": {frozenset({"tenant_acme"})},
        "nightly": {frozenset({"tenant_globex"})},
    }


@pytest.mark.parametrize(
    ("jobs", "schedules"),
    [
        ([("acme", "tables")], {"acme": "maintain: acme", "load": "config: jobs/acme/tables.yaml"}),
        ([("acme", "a")], {"acme__a": "config: jobs/acme/a.yaml"}),
        ([("acme", "a")], {"acme__a": "maintain: acme", "load": "config: jobs/acme/a.yaml"}),
        ([("a", "b__c"), ("a__b", "c")], {"x": "config: jobs/a/b__c.yaml", "y": "config: jobs/a__b/c.yaml"}),
    ],
)
def test_no_names_that_a_person_gives_keep_dagster_from_loading(
    home: Home, jobs: list[tuple[str, str]], schedules: dict[str, str]
) -> None:
    for tenant, name in jobs:
        home.job(name, tenant=tenant)
    lines = [f'{{name: {name}, {what}, cron: "0 * * * *"}}' for name, what in schedules.items()]
    defs = home.definitions(*lines)
    dg.Definitions.validate_loadable(defs)
    assert set(schedules) <= {job.name for job in defs.resolve_all_job_defs()}


def test_owners_that_dagster_does_not_know_as_such_are_left_out(home: Home) -> None:
    names = ("ann@shop.photography", "anna@müller.de", "o'brien@x.ie", "bob@shop.example")
    members = ", ".join(f'{{username: "{name}"}}' for name in names)
    home.write("assets/orders.yaml", CONTRACT.replace("{username: ann@shop.example}", members))
    home.job("orders", asset="orders")
    (spec,) = home.definitions(HOURLY).resolve_all_asset_specs()
    assert "bob@shop.example" in spec.owners
    assert "team:Shop-Stall" in spec.owners


def test_tables_that_dagster_cannot_tell_apart_are_refused(home: Home) -> None:
    objects = {name: {"path": "data/orders.csv", "table": name} for name in ("a-b", "a_b")}
    home.job("orders", source={"connector": "csv", "objects": objects})
    with pytest.raises(JobError, match=r"lands in acme\.a-b and acme\.a_b, which Dagster cannot tell apart"):
        home.definitions(HOURLY)


def test_a_position_is_masked() -> None:
    redactor = Redactor()
    redactor.add(Secret("tok-sesame-street", "api.token"))
    cursor = '{"next": "https://api.example/?page=2&token=tok-sesame-street", "at": 9007199254740993}'
    report = Report("r", "acme", "orders", "", 1.0, [ObjectReport("orders", "acme.orders", "committed", cursor=cursor)])
    told = landed(TableFacts(("acme", "acme", "orders"), ("orders",)), report, None, redactor)["cursor"]
    assert isinstance(told, dg.JsonMetadataValue)
    assert "sesame" not in str(told.value)
    assert "9007199254740993" in str(told.value)
