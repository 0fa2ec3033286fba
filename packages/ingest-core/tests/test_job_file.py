"""A job file is checked whole before anything is touched."""

from typing import TYPE_CHECKING

import pytest
from ingest_core import JobError, load_job, plan

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: data/orders.csv}
target: {connector: iceberg}
"""


def faults(home: "Home", text: str, name: str = "shop") -> list[str]:
    with pytest.raises(JobError) as raised:
        plan(load_job(home.job(text, name)))
    return [str(fault).replace(str(home.root), "HOME") for fault in raised.value.faults]


def test_a_job_is_named_by_its_path_below_its_tenant(home: "Home") -> None:
    assert load_job(home.job(JOB, "sales/shop")).name == "sales/shop"
    assert load_job(home.job(f"name: other\n{JOB}")).name == "other"


def test_a_file_whose_name_cannot_name_a_job_asks_for_a_name(home: "Home") -> None:
    (found,) = faults(home, JOB, "größe 1")
    assert "the job would be named 'größe 1' after its file" in found
    assert "say `name: ...`" in found
    assert load_job(home.job(f"name: size\n{JOB}", "größe 2")).name == "size"


def test_every_fault_is_told_at_once_with_place_key_and_mend(home: "Home") -> None:
    text = JOB.replace("connector: csv", "conector: csv").replace("{path:", "{pth:") + "limits: {workers: 0}\n"
    assert faults(home, text) == [
        "HOME/jobs/acme/shop.yaml:2:1: source.connector: the key 'source.connector' is missing\n  mend: add it",
        "HOME/jobs/acme/shop.yaml:3:3: source.conector: unknown key 'conector'\n  mend: did you mean 'connector'?",
        "HOME/jobs/acme/shop.yaml:5:14: source.objects.orders.pth: unknown key 'pth'\n  mend: did you mean 'path'?",
        "HOME/jobs/acme/shop.yaml:7:10: limits.workers: must be at least 1",
    ]


def test_a_value_of_the_wrong_kind_is_not_repeated(home: "Home") -> None:
    (found,) = faults(home, JOB.replace("tenant: acme", "tenant: {password: hunter2}"))
    assert "tenant: must be text" in found
    assert "hunter2" not in found


@pytest.mark.parametrize("name", ["../acme", "a/b", "", "a\\0b", "x" * 101, "-rf", ".", ".."])
def test_a_tenant_that_is_no_plain_name_is_refused(home: "Home", name: str) -> None:
    (found,) = faults(home, JOB.replace("tenant: acme", f'tenant: "{name}"'))
    assert "letters, digits" in found


def test_a_file_in_one_tenants_folder_cannot_name_another(home: "Home") -> None:
    (found,) = faults(home, JOB.replace("tenant: acme", "tenant: beta"))
    assert "jobs/acme/ names the tenant 'beta'" in found


def test_an_unknown_connector_names_the_nearest(home: "Home") -> None:
    assert faults(home, JOB.replace("csv", "cvs")) == [
        "HOME/jobs/acme/shop.yaml:3:3: source.connector: there is no connector 'cvs'\n  mend: did you mean 'csv'?"
    ]


def test_a_target_cannot_be_a_source(home: "Home") -> None:
    assert "'iceberg' cannot be a source" in faults(home, JOB.replace("csv", "iceberg", 1))[0]


def test_settings_are_held_against_the_connector(home: "Home") -> None:
    (found,) = faults(home, JOB.replace("  objects:", "  with: {delimitr: ';'}\n  objects:"))
    assert found.startswith("HOME/jobs/acme/shop.yaml:4:10: source.with.delimitr: unknown key 'delimitr'")
    assert "did you mean 'delimiter'?" in found


def test_a_type_that_iceberg_does_not_have_is_refused(home: "Home") -> None:
    (found,) = faults(home, JOB.replace("orders.csv}", "orders.csv, types: {a: int12}}"))
    assert "'int12' is no type" in found


def test_cloud_mode_refuses_connectors_that_read_this_machine(home: "Home") -> None:
    with pytest.raises(JobError, match="not allowed in cloud mode"):
        plan(load_job(home.job(JOB)), "cloud")


def test_two_objects_share_a_table_only_by_append(home: "Home") -> None:
    both = JOB.replace("target: {", "    more: {path: x.csv, table: csv_orders, write: MODE}\ntarget: {")
    assert "lands in the table 'csv_orders', as 'orders' does" in faults(home, both.replace("MODE", "replace"))[0]
    assert len(plan(load_job(home.job(both.replace("MODE", "append")))).objects) == 2


def test_a_homes_own_registry_comes_first(home: "Home") -> None:
    home.write(
        "registry/connectors.yaml",
        "version: 1\nconnectors:\n  csv: {description: ours, roles: [source], allowed_in_cloud: true}\n",
    )
    assert plan(load_job(home.job(JOB)), "cloud").engine == "native"


def test_a_faulty_registry_names_its_line(home: "Home") -> None:
    home.write("registry/connectors.yaml", "version: 1\nconnectors:\n  csv: {description: ours, rolls: [source]}\n")
    assert any(
        ":3:28: connectors.csv.rolls: unknown key 'rolls'\n  mend: did you mean 'roles'?" in f
        for f in faults(home, JOB)
    )


def test_without_a_home_the_mend_is_told(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INGEST_HOME", raising=False)
    path = tmp_path_factory.mktemp("nowhere") / "job.yaml"
    path.write_text(JOB, encoding="utf-8")
    with pytest.raises(JobError, match="no home folder") as raised:
        load_job(path)
    assert "--home" in raised.value.faults[0].mend


def test_a_table_that_is_replaced_is_not_committed_in_parts(home: "Home") -> None:
    text = JOB.replace("path: data/orders.csv", "path: data/orders.csv, write: replace, commit_every: 10")
    (fault,) = faults(home, text)
    assert "shop.yaml:5:53: source.objects.orders.commit_every: " in fault
    assert "each part would take away the one before" in fault


MODES = "'append', 'replace', 'merge' or 'history'"


def test_faults_of_every_kind_are_told_together(home: "Home") -> None:
    text = """\
tenant: acme
source:
  connector: csv
  with: {delimitr: ";"}
  objects:
    orders: {path: data/orders.csv, write: apend, select: [id, day], rename: {id: nr}, key: [id]}
target: {connector: icebreg}
engine: natiev
limits: {memory: 512XB, workers: many}
"""
    told = [fault.replace("HOME/jobs/acme/shop.yaml:", "") for fault in faults(home, text)]
    assert told == [
        f"6:37: source.objects.orders.write: must be {MODES}\n  mend: did you mean 'append'?",
        "7:10: target.connector: there is no connector 'icebreg'\n  mend: did you mean 'iceberg'?",
        "8:1: engine: 'csv' does not run on the engine 'natiev'\n  mend: did you mean 'native'?",
        "9:10: limits.memory: must be a number of bytes, such as 512MB or 1GiB",
        "9:25: limits.workers: must be a whole number",
    ]
    mended = text.replace("apend", "append").replace("icebreg", "iceberg").replace("natiev", "native")
    assert [fault.split(": ")[1] for fault in faults(home, mended[: mended.index("limits")])] == [
        "source.with.delimitr",
        "source.objects.orders.key",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("select: [id, region], sort_by: [regin desc]", "sort_by: the table of orders will have no column 'regin'"),
        ("select: [id, region], partition_by: ['bucket(4, idd)']", "mend: did you mean 'id'?"),
        ("select: [id], incremental: {cursor: at}", "incremental.cursor: the table of orders will have no column 'at'"),
        ("rename: {id: nr}, key: [id]", "mend: it is renamed: say 'nr'"),
        ("select: [id, day], rename: {dya: at}", "mend: add it to select; or did you mean 'day'?"),
    ],
)
def test_a_column_that_will_not_land_is_told_where_the_file_alone_shows_it(home: "Home", said: str, told: str) -> None:
    (found,) = faults(home, JOB.replace("orders.csv}", f"orders.csv, {said}}}"))
    assert told in found


def test_columns_that_land_are_no_fault(home: "Home") -> None:
    said = "select: [id, at], rename: {id: nr}, key: [nr], sort_by: [_ingest_loaded_at], partition_by: [day(at)]"
    assert load_job(home.job(JOB.replace("orders.csv}", f"orders.csv, {said}}}"))).key("orders") == ("nr",)


@pytest.mark.parametrize("value", ["5", "no", "1.5", "2024-01-01", "12:30"])
def test_what_yaml_takes_for_no_text_is_told_to_need_quotes(home: "Home", value: str) -> None:
    (found,) = faults(home, JOB.replace("tenant: acme", f"tenant: {value}"))
    assert found == "HOME/jobs/acme/shop.yaml:1:1: tenant: must be text\n  mend: put it in quotes"


def test_no_value_of_the_file_is_repeated_by_any_fault(home: "Home") -> None:
    canary = "hunter2"
    text = f"""\
tenant: [{canary}]
name: {canary}/ /
source:
  connector: csv
  with: {{delimiter: {canary}, encoding: [{canary}], null_values: {canary}}}
  objects: {{orders: {{path: {{a: {canary}}}, write: {canary}, key: {canary}, commit_every: {canary}}}}}
target: {{connector: iceberg, catalog: [{canary}], properties: [{canary}]}}
limits: {{memory: {canary}, workers: {canary}}}
logging: {{level: {canary}, redaction: {canary}}}
"""
    told = faults(home, text)
    assert len(told) >= 14
    assert canary not in "".join(told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("5", "shop.yaml:5:14: source.objects.orders.path: must be text, or must be a list\n  mend: put it in quotes"),
        ("{a: b}", "shop.yaml:5:14: source.objects.orders.path: must be text, or must be a list"),
        ("[a, 5]", "shop.yaml:5:24: source.objects.orders.path[1]: must be text\n  mend: put it in quotes"),
    ],
)
def test_a_value_that_may_be_of_two_kinds_has_one_fault_at_its_own_place(home: "Home", said: str, told: str) -> None:
    (found,) = faults(home, JOB.replace("data/orders.csv", said))
    assert found.endswith(told)


def test_what_a_branch_is_made_from_needs_the_branch(home: "Home") -> None:
    target = "target: {connector: iceberg, branch_from: main}"
    with pytest.raises(JobError, match="must name the `branch` that is made from `branch_from`"):
        load_job(home.job(JOB.replace("target: {connector: iceberg}", target)))
