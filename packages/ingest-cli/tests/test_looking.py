"""``ingest check``, ``discover`` and ``preview``: what they show, and that showing it changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Shell

JOB = ("--config", "jobs/acme/shop.yaml")
LOOKS = ("check", "discover", "preview")


@pytest.mark.parametrize("command", LOOKS)
def test_a_look_makes_nothing_on_the_disk(shell: Shell, command: str) -> None:
    assert shell.ingest(command, *JOB).code == 0
    assert not (shell.home / "state").exists()


def test_check_says_of_each_object_whether_both_ends_are_there(shell: Shell) -> None:
    before = shell.ingest("check", *JOB)
    assert "orders -> acme.csv_orders: ok\n  source: found\n" in before.stdout
    assert "the namespace acme is made by the first run, and may be written\n  table: is made" in before.stdout
    shell.run_job()
    after = [json.loads(line) for line in shell.ingest("check", *JOB, "--json").stdout.splitlines()]
    assert [(each["name"], each["ok"], each["table_exists"]) for each in after] == [
        ("orders", True, True),
        ("customers", True, True),
    ]


def test_check_ends_with_1_where_one_object_is_missing_and_names_the_line(shell: Shell) -> None:
    (shell.home / "data/customers.csv").unlink()
    ended = shell.ingest("check", *JOB)
    assert ended.code == 1
    assert f"source: {shell.home}/jobs/acme/shop.yaml:6:" in ended.stdout
    assert "source.objects.customers.path: no file at" in ended.stdout


def test_check_tells_a_server_that_is_down_and_a_source_that_is_missing_at_once(shell: Shell) -> None:
    text = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shell.write("jobs/acme/shop.yaml", text.replace("iceberg}", 'iceberg, catalog: {uri: "http://127.0.0.1:9/"}}'))
    (shell.home / "data/customers.csv").unlink()
    ended = shell.ingest("check", *JOB)
    assert ended.code == 2
    assert ended.stdout.count("the catalog does not answer") == 2
    assert "no file at data/customers.csv" in ended.stdout


def test_a_secret_that_is_nowhere_is_told_by_check_and_is_none_of_a_previews_business(shell: Shell) -> None:
    catalog = 'iceberg, catalog: {uri: "http://127.0.0.1:9/", token: "${secret:store.key}"}}'
    text = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shell.write("jobs/acme/shop.yaml", text.replace("iceberg}", catalog))
    ended = shell.ingest("check", *JOB)
    assert ended.code == 2
    assert "the secret 'store.key' of tenant 'acme' is nowhere" in ended.stdout
    assert "INGEST_SECRET__ACME__STORE__KEY" in ended.stdout
    assert shell.ingest("preview", *JOB).code == 0


def test_a_state_folder_that_cannot_be_one_is_told_before_a_run_needs_it(shell: Shell) -> None:
    shell.write("state", "no folder")
    ended = shell.ingest("check", *JOB)
    assert ended.code == 2
    assert "may not be written" in ended.stdout


def test_what_discover_shows_can_be_put_into_the_job(shell: Shell) -> None:
    shell.write("data/customers.csv", "id,no,a: b,born\n10,1,x,2020-01-01\n")
    shown = shell.ingest("discover", *JOB)
    assert shown.code == 0
    found = yaml.safe_load(shown.stdout)
    assert found["customers"]["types"] == {"id": "long", "no": "long", "a: b": "string", "born": "date"}
    job = yaml.safe_load((shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8"))
    for name, special in found.items():
        job["source"]["objects"][name] |= special
    shell.write("jobs/acme/shop.yaml", yaml.safe_dump(job))
    assert shell.run_job().code == 0


def test_discover_gives_a_program_json(shell: Shell) -> None:
    shown = shell.ingest("discover", *JOB, "--json", "--object", "orders")
    assert [json.loads(line) for line in shown.stdout.splitlines()] == [
        {
            "name": "orders",
            "columns": {"id": "long", "name": "string"},
            "descriptions": {},
            "key": [],
            "cursor": None,
            "deleted": None,
            "error": None,
        }
    ]


def test_preview_shows_the_first_rows_as_they_would_land(shell: Shell) -> None:
    text = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shaped = 'data/orders*.csv", select: [name], rename: {name: label}'
    shell.write("jobs/acme/shop.yaml", text.replace('data/orders*.csv"', shaped))
    shown = shell.ingest("preview", *JOB, "--object", "orders")
    assert [line.split() for line in shown.stdout.splitlines()[:3]] == [
        ["orders", "->", "acme.csv_orders"],
        ["label"],
        ["string"],
    ]
    rows = shell.ingest("preview", *JOB, "--limit", "1", "--json").stdout.splitlines()
    assert [json.loads(line) for line in rows] == [
        {"object": "orders", "row": {"label": "a"}},
        {"object": "customers", "row": {"id": 10}},
    ]


def test_preview_reads_no_further_than_it_shows(shell: Shell) -> None:
    # A run would fail at the last row: its column is one of whole numbers.
    shell.write("data/orders-1.csv", "id,name\n" + "1,a\n" * 1_000_000 + "x,a\n")
    assert shell.ingest("preview", *JOB, "--object", "orders").code == 0
    assert shell.run_job().code == 1


def test_signs_that_a_terminal_would_obey_are_shown_and_not_sent(shell: Shell) -> None:
    shell.write("data/orders-1.csv", 'id,name\n1,"\x1b[2J[red]"\n')
    shown = shell.ingest("preview", *JOB, "--object", "orders")
    assert "\\x1b[2J[red]" in shown.stdout
    assert "\x1b" not in shown.stdout


@pytest.mark.parametrize("command", [*LOOKS, "plan", "run"])
def test_a_folder_given_for_a_file_is_told(shell: Shell, command: str) -> None:
    ended = shell.ingest(command, "--config", "jobs/acme")
    assert ended.code == 2
    assert ended.stderr.startswith(f"{shell.home}/jobs/acme: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [*LOOKS, "plan", "run"])
def test_a_wrong_name_of_a_file_is_told_with_the_nearest(shell: Shell, command: str) -> None:
    ended = shell.ingest(command, "--config", "jobs/acme/shob.yaml")
    assert (ended.code, ended.stdout) == (2, "")
    assert f"no such file\n  mend: did you mean {shell.home}/jobs/acme/shop.yaml?" in ended.stderr


@pytest.mark.parametrize("command", LOOKS)
def test_a_home_that_is_nowhere_is_told(shell: Shell, command: str) -> None:
    ended = shell.ingest(command, *JOB, "--home", "nowhere")
    assert ended.code == 2
    assert f"the home folder {shell.home}/nowhere does not exist" in ended.stderr


@pytest.mark.parametrize("command", LOOKS)
def test_an_object_that_the_job_does_not_have_is_told_with_the_nearest(shell: Shell, command: str) -> None:
    ended = shell.ingest(command, *JOB, "--object", "oders")
    assert ended.code == 2
    assert "did you mean 'orders'?" in ended.stderr


def test_what_a_look_shows_bears_no_secret(shell: Shell) -> None:
    canary = "c4n4ry-0f-th3-c4t4l0g"
    shell.write("secrets/acme/store.yaml", f"key: {canary}\n")
    catalog = 'iceberg, catalog: {uri: "http://127.0.0.1:9/${secret:store.key}"}}'
    text = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shell.write("jobs/acme/shop.yaml", text.replace("iceberg}", catalog))
    for command, *more in (("check",), ("check", "--json"), ("plan",)):
        ended = shell.ingest(command, *JOB, *more)
        assert ended.code == 2
        assert canary not in ended.stdout + ended.stderr
