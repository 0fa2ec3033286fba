"""Files from strangers: odd names, links and YAML are refused with a clear word, exit code 2, and nothing written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

JOB = """\
tenant: %s
%ssource: {connector: csv, objects: {orders: {path: "data/orders*.csv"}}}
target: {connector: iceberg}
"""
LONG = "a" * 300


def told(shell: Shell, path: str = "jobs/acme/shop.yaml") -> str:
    """Run a job that must be refused before anything is touched, and give what its user is told."""
    ended = shell.ingest("run", "--config", path)
    assert ended.code == 2
    assert "Traceback" not in ended.stderr
    assert not (shell.home / "state").exists()
    return ended.stderr


def landed(shell: Shell, path: str = "jobs/acme/shop.yaml") -> str:
    """Run a job of which nothing may land, and give what its user is told."""
    ended = shell.ingest("run", "--config", path)
    assert ended.code == 2
    assert "Traceback" not in ended.stderr
    assert not list((shell.home / "state").rglob("*.parquet"))
    return str(ended.report["objects"][0]["error"])


@pytest.mark.parametrize("name", ['".."', "a/b", '"a\\0b"', LONG, '""', ".hidden", '"a b"', '"é"', "a@2"])
def test_a_tenant_of_an_odd_name_is_refused_with_its_line(shell: Shell, name: str) -> None:
    shell.write("jobs/shop.yaml", JOB % (name, ""))
    assert "jobs/shop.yaml:1:1: tenant: must be 1 to 100 letters" in told(shell, "jobs/shop.yaml")


@pytest.mark.parametrize("name", ['"../x"', "a//b", '"a\\0b"', LONG, "a/.."])
def test_a_job_of_an_odd_name_is_refused_with_its_line(shell: Shell, name: str) -> None:
    shell.write("jobs/acme/shop.yaml", JOB % ("acme", f"name: {name}\n"))
    assert "jobs/acme/shop.yaml:2:1: name: must be 1 to 100 letters" in told(shell)


def test_a_file_of_a_name_that_no_job_can_have_is_refused(shell: Shell) -> None:
    long = f"jobs/acme/{LONG[:200]}.yaml"
    shell.write(long, JOB % ("acme", ""))
    assert "say `name: ...`" in told(shell, long)
    assert "File name too long" in told(shell, f"jobs/acme/{LONG}.yaml")


@pytest.mark.parametrize("folder", ["jobs", "secrets", "state/targets"])
def test_tenants_that_differ_only_in_case_are_refused(shell: Shell, folder: str) -> None:
    shell.write("jobs/shop.yaml", JOB % ("AcmE", ""))
    (shell.home / "jobs/acme").rename(shell.home / "away")
    (shell.home / folder / "acme").mkdir(parents=True)
    ended = shell.ingest("run", "--config", "jobs/shop.yaml")
    assert ended.code == 2
    assert f"the tenant 'AcmE' differs only in case from 'acme', which has {folder}/acme" in ended.stderr
    assert not (shell.home / "state/locks").exists()


@pytest.mark.parametrize("other", ["Shop.yaml", "shop.yml", "SHOP.json"])
def test_jobs_whose_files_name_them_alike_but_for_capitals_are_refused_unless_they_have_names(
    shell: Shell, other: str
) -> None:
    shell.write("jobs/acme/shop.yaml", JOB % ("acme", ""))
    shell.write(f"jobs/acme/{other}", JOB % ("acme", "name: other\n"))
    assert f"the job would be named after shop.yaml, and so would that of {other}, but for capitals" in told(shell)
    assert shell.ingest("plan", "--offline", "--config", f"jobs/acme/{other}").code == 0


def test_jobs_in_folders_that_differ_only_in_case_are_refused(shell: Shell) -> None:
    shell.write("jobs/acme/eu/shop.yaml", JOB % ("acme", ""))
    shell.write("jobs/acme/EU/returns.yaml", JOB % ("acme", ""))
    assert "named after eu/shop.yaml, and so would that of EU, but for capitals" in told(
        shell, "jobs/acme/eu/shop.yaml"
    )


def test_objects_and_tables_that_differ_only_in_case_are_refused(shell: Shell) -> None:
    objects = "{orders: {path: data/orders*.csv}, Orders: {path: data/orders*.csv}}"
    job = (JOB % ("acme", "")).replace('{orders: {path: "data/orders*.csv"}}', objects)
    shell.write("jobs/acme/shop.yaml", job)
    assert "the table 'csv_Orders' differs only in case from 'csv_orders', where 'orders' lands" in told(shell)


@pytest.mark.parametrize(
    "path", ["jobs/beta/shop.yaml", "jobs/acme/../beta/shop.yaml", "jobs/acme/link.yaml", "jobs/acme/folder/shop.yaml"]
)
def test_a_file_of_one_tenant_that_names_another_is_refused_by_whatever_path(shell: Shell, path: str) -> None:
    stranger = shell.write("jobs/beta/shop.yaml", JOB % ("acme", "name: mine\n"))
    (shell.home / "jobs/acme/link.yaml").symlink_to(stranger)
    (shell.home / "jobs/acme/folder").symlink_to(stranger.parent)
    assert "a file in jobs/beta/ names the tenant 'acme'" in told(shell, path)


def test_a_job_that_is_a_link_out_of_the_home_is_its_folders_tenants(shell: Shell, tmp_path: Path) -> None:
    away = tmp_path.parent / f"{tmp_path.name}-away.yaml"
    away.write_text(JOB % ("acme", ""), encoding="utf-8")
    for tenant, code in (("acme", 0), ("beta", 2)):
        link = shell.home / f"jobs/{tenant}/linked.yaml"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(away)
        assert shell.ingest("plan", "--offline", "--config", str(link)).code == code


@pytest.mark.parametrize("path", ["secrets/beta/stripe.csv", "data/../secrets/*/*.csv", "data/in/stripe.csv"])
def test_another_tenants_secret_is_no_source(shell: Shell, path: str) -> None:
    shell.write("secrets/beta/stripe.csv", "key\nc4n4ry\n")
    (shell.home / "data/in").symlink_to(shell.home / "secrets/beta")
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("data/orders*.csv", path))
    assert "secrets, which no job reads" in landed(shell)


def test_the_state_with_other_tenants_tables_is_no_source(shell: Shell) -> None:
    shell.write("state/warehouse/beta/orders.csv", "id\n1\n")
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("data/orders*.csv", "state/*/beta/*.csv"))
    assert "state, which no job reads" in landed(shell)


def test_the_environment_of_the_process_with_its_secrets_is_no_source(shell: Shell) -> None:
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("data/orders*.csv", "/proc/self/environ"))
    assert "is no file, but something that the system tells" in landed(shell)


def test_another_tenants_secret_is_not_given_by_any_reference(shell: Shell) -> None:
    shell.write("secrets/beta/stripe.yaml", "key: c4n4ry\n")
    variable = {"INGEST_SECRET__BETA__STRIPE__KEY": "c4n4ry"}
    for reference in ("secret:../beta/stripe.key", "secret:beta.stripe.key", "env:INGEST_SECRET__BETA__STRIPE__KEY"):
        catalog = f'iceberg, catalog: {{uri: "http://127.0.0.1:9/", token: "${{{reference}}}"}}'
        shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("iceberg", catalog))
        ended = shell.ingest("run", "--config", "jobs/acme/shop.yaml", **variable)
        assert (ended.code, ended.report["error_type"]) == (2, "JobError")
        assert "c4n4ry" not in ended.stdout + ended.stderr


def test_a_link_that_a_wildcard_finds_does_not_choose_what_is_read(shell: Shell, tmp_path: Path) -> None:
    away = tmp_path.parent / f"{tmp_path.name}-passwd"
    away.write_text("id,name\n9,c4n4ry\n", encoding="utf-8")
    (shell.home / "data/orders-2.csv").symlink_to(away)
    shell.write("jobs/acme/shop.yaml", JOB % ("acme", ""))
    assert "what a wildcard finds must lie below the folder before it" in landed(shell)
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("data/orders*.csv", "data/orders-2.csv"))
    assert shell.run_job().code == 0, "a job may name a link"


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (bomb(), "aliases"),
        ("tenant: acme\ntenant: beta\n", "stands twice"),
        ("tenant: !!python/object/apply:os.system [touch state]\n", "tag"),
        ("a: " + "[" * 10_000 + "]" * 10_000, "deep"),
        ("\n".join("  " * n + "a:" for n in range(500)), "deep"),
    ],
    ids=["aliases", "twice", "tag", "levels", "levels of mappings"],
)
def test_yaml_that_means_harm_is_refused(shell: Shell, text: str, word: str) -> None:
    shell.write("jobs/acme/shop.yaml", text)
    assert word in told(shell)


ODD = [
    'x"; drop table y --',
    "x'; drop table row; --",
    "back`tick",
    "c0",
    "part",
    "two\nlines",
    "tab\t",
    "\U0001f98a",
    "a.b",
    "%s{0}$1",
    "z" * 300,
]


@pytest.mark.parametrize("write", ["append", "replace", "merge", "history"])
def test_sql_in_the_names_of_columns_is_a_name_like_any(shell: Shell, write: str) -> None:
    header = ",".join('"' + name.replace('"', '""') + '"' for name in ODD)
    rows = [",".join(f"{row}{column}" for column in range(len(ODD))) for row in (1, 2)]
    shell.write("data/orders-1.csv", "\n".join([header, *rows]))
    key = json.dumps(ODD[:2]) if write in ("merge", "history") else "[]"
    said = f'path: "data/orders*.csv", write: {write}, incremental: {{cursor: {json.dumps(ODD[2])}}}'
    said += f", key: {key}" if key != "[]" else ""
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace('path: "data/orders*.csv"', said))
    ended = shell.run_job()
    assert ended.code == 0, ended.stdout
    changed = f"{rows[1].rsplit(',', 1)[0]},999"
    shell.write("data/orders-2.csv", f"{header}\n{changed}")
    ended = shell.run_job()
    assert ended.code == 0, ended.stdout
    found = shell.catalog().load_table("acme.csv_orders").scan().to_arrow()
    assert found.column_names[: len(ODD)] == ODD
    last = sorted(found[ODD[-1]].to_pylist())
    assert last == {"merge": [110, 999], "append": [110, 210, 999], "replace": [110, 210, 999]}.get(write, [110, 999])


@pytest.mark.parametrize("write", ["append", "merge"])
def test_columns_that_differ_only_in_case_are_refused(shell: Shell, write: str) -> None:
    shell.write("data/orders-1.csv", "id,Name,name\n1,a,b\n")
    said = f'path: "data/orders*.csv", key: [id], write: {write}'
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace('path: "data/orders*.csv"', said))
    assert "only in case" in landed(shell) or "case only" in landed(shell)


@pytest.mark.parametrize("name", ['x"; drop table y --', "a\nb", "\U0001f98a", LONG, "..", "a/b", "it's"])
@pytest.mark.parametrize("key", ["namespace", "table"])
def test_sql_in_the_names_of_tables_and_namespaces_is_refused_with_its_line(shell: Shell, key: str, name: str) -> None:
    target = f"iceberg, {key}: {json.dumps(name, ensure_ascii=False)}"
    shell.write("jobs/acme/shop.yaml", (JOB % ("acme", "")).replace("iceberg", target))
    ended = shell.ingest("plan", "--offline", "--config", "jobs/acme/shop.yaml")
    assert ended.code == 2
    assert f"jobs/acme/shop.yaml:3:30: target.{key}: must be 1 to 100 letters" in ended.stderr
