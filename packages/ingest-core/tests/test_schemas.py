"""What an editor is told of a file is what is read from it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError, json_schema, load_job, load_runner
from ingest_core.documents import read_yaml, validate
from ingest_core.registry import ConnectorsFile
from ingest_core.schemas import SchemaName
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from conftest import Home

ROOT = Path(__file__).parents[3]
JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: data/orders.csv}
target: {connector: iceberg}
"""
RUNNER = """\
runner:
  orchestrator:
    schedules:
      - {name: hourly, config: jobs/acme/shop.yaml, cron: "0 * * * *"}
"""
REGISTRY = "version: 1\nconnectors:\n  csv: {description: ours, roles: [source]}\n"


def complaints(name: SchemaName, text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(json_schema(name)).iter_errors(yaml.safe_load(text))]


def test_the_files_that_ship_fit_their_schema() -> None:
    for path in sorted((ROOT / "connectors").glob("*.yaml")):
        assert complaints("connector", json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)) == []


def test_a_connector_file_that_is_wrong_does_not_fit() -> None:
    whole = "version: 1\nbase_url: https://x\nstreams: {a: {path: /a}}\n"
    assert complaints("connector", whole) == []
    assert complaints("connector", whole.replace("path: /a", "path: /a, kee: [id]"))
    assert complaints("connector", whole.replace("version: 1", "version: 2"))
    assert complaints("connector", f"{whole}timeout: 5\n")


def shown_jobs() -> list[str]:
    pages = [*sorted((ROOT / "docs").glob("**/*.md")), ROOT / "README.md"]
    blocks = [
        block
        for page in pages
        for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    ]
    jobs = [block for block in blocks if block.startswith("tenant:")]
    return [*jobs, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples/jobs").rglob("*.yaml")))]


@pytest.mark.parametrize("name", ["job", "registry", "runner", "connector"])
def test_each_schema_is_one_of_2020_12_and_explains_its_keys(name: SchemaName) -> None:
    schema = json_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")


def test_every_key_of_a_job_is_explained() -> None:
    schema = json_schema("job")
    specs = [schema, *(spec for name, spec in schema["$defs"].items() if name.endswith("Spec"))]
    bare = [
        key for spec in specs for key, said in spec["properties"].items() if not {"description", "$ref"} & set(said)
    ]
    assert bare == []


def test_every_default_of_a_job_may_be_written() -> None:
    schema = json_schema("job")
    for spec in [schema, *schema["$defs"].values()]:
        for said in spec.get("properties", {}).values():
            if said.get("default") is not None:
                whole = {"$defs": schema["$defs"], **said}
                assert not [*Draft202012Validator(whole).iter_errors(said["default"])]


@pytest.mark.parametrize("name", ["stripe/customers", "orders", "shop/sales.v2#orders of a day"])
def test_a_job_may_name_an_asset(name: str) -> None:
    assert complaints("job", f"asset: {name!r}\n{JOB}") == []


@pytest.mark.parametrize("name", ["../customers", "/etc/orders", "shop//orders", "shop/", "#orders", ""])
def test_what_names_no_asset_does_not_fit(name: str) -> None:
    assert complaints("job", f"asset: {name!r}\n{JOB}")


@pytest.mark.parametrize("text", shown_jobs(), ids=lambda text: text.splitlines()[1])
def test_every_job_that_is_shown_fits_the_schema_and_is_read(home: Home, text: str) -> None:
    assert complaints("job", text) == []
    shutil.copytree(ROOT / "examples/assets", home.root / "assets")
    for asset in ("shop", "shop/sales"):  # which pages name, and leave out
        home.write(f"assets/{asset}.yaml", "apiVersion: v3.1.0\nkind: DataContract\nschema: [{name: orders}]\n")
    path = home.job(text)
    load_job(path.rename(path.with_name("shown.yaml")))


def test_the_shipped_registry_fits_its_schema() -> None:
    assert complaints("registry", (ROOT / "registry/connectors.yaml").read_text(encoding="utf-8")) == []
    assert complaints("registry", REGISTRY) == []


RIGHT = [
    ("\n    orders: {path: data/orders.csv}", " [orders, customers]"),
    ("{path: data/orders.csv}", ""),
    ("data/orders.csv}", "data/orders.csv, types: {a: 'decimal(12,2)', b: 'struct<a: long, b: list<string>>'}}"),
    ("data/orders.csv}", "data/orders.csv, partition_by: [bucket(16, id), day(at)], sort_by: [at desc nulls last]}"),
    ("data/orders.csv}", "data/orders.csv, select: [id], rename: {id: nr}, key: [nr], write: merge, commit_every: 5}"),
    ("{connector: iceberg}", "{connector: iceberg, catalog: prod, properties: {a: 1, b: true, c: x, d: 1.5}}"),
    ("{connector: iceberg}", "{connector: iceberg, catalog: {uri: 'http://a', port: 1}, branch: main}"),
    ("tenant: acme", "tenant: acme\nname: sales/shop-1\nlimits: {memory: 1.5GiB, workers: 64}"),
    ("tenant: acme", "tenant: acme\nlimits: {memory: 512000000}\nlogging: {redaction: false, level: debug}"),
    ("tenant: acme", "tenant: acme\nretry: {attempts: 3, backoff: 1m30s}"),
    ("connector: csv", "connector: csv\n  with: {delimiter: ';', null_values: ['', NA]}\n  incremental: {cursor: at}"),
]


@pytest.mark.parametrize(("old", "new"), RIGHT, ids=[new for _, new in RIGHT])
def test_what_is_right_is_right_for_both(home: Home, old: str, new: str) -> None:
    text = JOB.replace(old, new)
    assert complaints("job", text) == []
    load_job(home.job(text))


WRONG = [
    ("tenant: acme", "tenant: ../acme"),
    ("tenant: acme", "tenant: [acme]"),
    ("tenant: acme", "tenant: acme\nname: a//b"),
    ("tenant: acme\n", ""),
    ("source:", "sorce:"),
    ("connector: csv", "connector: cvs"),
    ("connector: csv", "connector: iceberg"),
    ("{connector: iceberg}", "{connector: csv}"),
    ("{connector: iceberg}", "{connector: iceberg, tabel: x}"),
    ("{connector: iceberg}", "{connector: iceberg, write: upsert}"),
    ("{connector: iceberg}", "{connector: iceberg, catalog: [a]}"),
    ("{connector: iceberg}", "{connector: iceberg, properties: {ingest.state: x}}"),
    ("{connector: iceberg}", "{connector: iceberg, properties: {format-version: 1}}"),
    ("orders: {", "or ders: {"),
    ("{path: data/orders.csv}", "{pth: data/orders.csv}"),
    ("data/orders.csv}", "[]}"),
    ("data/orders.csv}", "5}"),
    ("data/orders.csv}", "data/orders.csv, types: {a: int12}}"),
    ("data/orders.csv}", "data/orders.csv, key: []}"),
    ("data/orders.csv}", "data/orders.csv, key: [id, id]}"),
    ("data/orders.csv}", "data/orders.csv, select: []}"),
    ("data/orders.csv}", "data/orders.csv, commit_every: 0}"),
    ("data/orders.csv}", "data/orders.csv, allow_empty: 'yes'}"),
    ("connector: csv", "connector: csv\n  with: {delimitr: ';'}"),
    ("connector: csv", "connector: csv\n  with: {null_values: 5}"),
    ("tenant: acme", "tenant: acme\nlimits: {workers: 0}"),
    ("tenant: acme", "tenant: acme\nlimits: {workers: many}"),
    ("tenant: acme", "tenant: acme\nlimits: {memory: lots}"),
    ("tenant: acme", "tenant: acme\nlimits: {memory: 1000}"),
    ("tenant: acme", "tenant: acme\nlogging: {level: loud}"),
    ("tenant: acme", "tenant: acme\nretry: {attempts: 0}"),
    ("tenant: acme", "tenant: acme\nretry: {backoff: 5}"),
    ("tenant: acme", "tenant: acme\nretry: {backoff: PT5S}"),
    ("tenant: acme", "tenant: acme\npublish: sometimes"),
]


@pytest.mark.parametrize(("old", "new"), WRONG, ids=[f"{old} - {new}" for old, new in WRONG])
def test_what_is_wrong_is_wrong_for_both(home: Home, old: str, new: str) -> None:
    text = JOB.replace(old, new, 1)
    assert complaints("job", text)
    with pytest.raises(JobError):
        load_job(home.job(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["tenant", "source", "objects", "with"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_value_that_the_schema_refuses_makes_a_job(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    path = tmp_path_factory.getbasetemp() / "schemas" / "jobs" / "made.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    assert complaints("job", path.read_text(encoding="utf-8"))
    with pytest.raises(JobError):
        load_job(path)


def read_runner(path: Path) -> object:
    return load_runner(path)


def read_registry(path: Path) -> object:
    return validate(ConnectorsFile, read_yaml(path))


OTHERS: list[tuple[SchemaName, str, str]] = [
    ("runner", "runner:", "runer:"),
    ("runner", "name: hourly", "name: ../x"),
    ("runner", "  orchestrator:", "  mode: cron\n  orchestrator:"),
    ("runner", "    schedules:", "    type: cron\n    schedules:"),
    ("runner", "    schedules:", "    concurrency_per_tenant: 0\n    schedules:"),
    ("runner", '"0 * * * *"', '"0 * * *"'),
    ("runner", ', cron: "0 * * * *"', ""),
    ("runner", 'cron: "0 * * * *"', 'cron: "0 * * * *", interval_seconds: 60'),
    ("runner", 'cron: "0 * * * *"', "interval_seconds: 0"),
    ("runner", 'cron: "0 * * * *"', "interval_seconds: 99999999999999999"),
    ("runner", "config: jobs/acme/shop.yaml", "config: a.yaml, maintain: acme"),
    ("runner", "config: jobs/acme/shop.yaml, ", ""),
    ("runner", "name: hourly", "name: hourly, tags: [a]"),
    ("runner", "name: hourly", "name: hourly, enabled: 'yes'"),
    ("registry", "version: 1", "version: 2"),
    ("registry", "[source]", "[]"),
    ("registry", "[source]", "[sauce]"),
    ("registry", "description: ours, ", ""),
    ("registry", "roles:", "rolls:"),
]
FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "runner": (RUNNER, load_runner),
    "registry": (REGISTRY, lambda path: validate(ConnectorsFile, read_yaml(path))),
}


@pytest.mark.parametrize(("name", "old", "new"), OTHERS, ids=[f"{old} - {new}" for _, old, new in OTHERS])
def test_what_is_wrong_in_other_files_is_wrong_for_both(home: Home, name: SchemaName, old: str, new: str) -> None:
    text, read = FILES[name]
    assert complaints(name, text) == []
    read(home.write("right.yaml", text))
    wrong = text.replace(old, new, 1)
    assert complaints(name, wrong)
    with pytest.raises(JobError):
        read(home.write("wrong.yaml", wrong))


def test_a_runner_file_is_read_with_its_defaults_and_its_faults_told_at_their_places(home: Home) -> None:
    orchestrator = load_runner(home.write("configs/runner.yaml", RUNNER)).orchestrator
    assert (orchestrator.type, orchestrator.concurrency_per_tenant) == ("dagster", 1)
    (schedule,) = orchestrator.schedules
    assert (schedule.enabled, schedule.timezone, schedule.max_concurrent_runs) == (True, "UTC", 1)
    twice = RUNNER + '      - {name: hourly, config: b.yaml, cron: "0 6 * * 1", timezone: Mars/Base}\n'
    with pytest.raises(JobError) as raised:
        load_runner(home.write("configs/runner.yaml", twice))
    (fault,) = raised.value.faults
    assert fault.where.endswith("runner.yaml:5:59")
    assert "IANA" in fault.problem
    with pytest.raises(JobError, match="names hourly more than once"):
        load_runner(home.write("configs/runner.yaml", twice.replace("Mars/Base", "Europe/Berlin")))
