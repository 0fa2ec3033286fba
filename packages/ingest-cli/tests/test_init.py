"""``ingest init`` and ``ingest connectors`` as a user sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Shell


def test_a_new_home_runs_at_once_and_a_repository_of_it_holds_neither_state_nor_secrets(shell: Shell) -> None:
    made = shell.ingest("init", "new")
    assert made.code == 0
    home = replace(shell, home=shell.home / "new")
    last = made.stdout.splitlines()[-1]
    assert last == "next: ingest run --config new/jobs/acme/shop.yaml"
    assert home.ingest("validate", ".").code == 0
    ran = shell.ingest(*last.split()[2:])
    assert (ran.code, [each["rows"] for each in ran.report["objects"]]) == (0, [4, 3])
    assert home.rows("csv_orders", "sum(amount)")[0][0] is not None
    home.write("secrets/acme/stripe.yaml", "api_key: x\n")
    subprocess.run(["git", "init", "-q"], cwd=home.home, check=True)  # noqa: S607  # git as it is found
    subprocess.run(["git", "add", "-A"], cwd=home.home, check=True)  # noqa: S607  # as above
    listed = subprocess.run(["git", "ls-files"], cwd=home.home, check=True, capture_output=True, text=True).stdout  # noqa: S607  # as above
    assert "secrets/acme/README.md" in listed
    assert "stripe.yaml" not in listed
    assert "state/" not in listed


def test_what_is_there_already_stays_as_it_is(shell: Shell) -> None:
    before = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    made = shell.ingest("init")
    assert made.code == 0
    assert "kept jobs/acme/shop.yaml\nmade data/orders.csv\nkept data/customers.csv\n" in made.stdout
    assert (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8") == before


def test_a_folder_that_cannot_be_one_is_2_with_the_mend(shell: Shell) -> None:
    ended = shell.ingest("init", "data/customers.csv")
    assert ended.code == 2
    assert "data/customers.csv" in ended.stderr
    assert "mend: name another folder" in ended.stderr


def test_a_disk_that_takes_no_more_leaves_no_half_of_a_file(shell: Shell) -> None:
    # No file may have a byte: the kernel says so at the moment at which a full disk would.
    no_room = ["prlimit", "--fsize=0", sys.executable, "-m", "ingest_cli", "init", "new"]
    ended = subprocess.run(no_room, cwd=shell.home, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert (ended.returncode, [each for each in (shell.home / "new").rglob("*") if each.is_file()]) == (2, [])
    assert "mend: name another folder, or make room" in ended.stderr
    assert shell.ingest("init", "new").code == 0
    assert shell.ingest("validate", "new").code == 0


def test_connectors_are_listed_and_those_of_the_home_come_first(shell: Shell) -> None:
    own = "version: 1\nconnectors: {csv: {description: our own, roles: [source]}}\n"
    shell.write("registry/connectors.yaml", own)
    told = shell.ingest("connectors")
    assert told.code == 0
    assert "csv (source): our own\n" in told.stdout
    assert "iceberg (target): " in told.stdout


def test_a_connector_is_told_with_its_options_types_and_defaults(shell: Shell) -> None:
    (told,) = [json.loads(line) for line in shell.ingest("connectors", "csv", "--json").stdout.splitlines()]
    options = {each["name"]: (each["type"], each["default"]) for each in told["options"]}
    assert options["delimiter"] == ("string", ",")
    assert options["null_values"] == ("list of string", [""])
    assert '    null_values: list of string, default [""]\n' in shell.ingest("connectors", "csv").stdout


def test_a_connector_that_is_not_there_is_2_with_the_nearest(shell: Shell) -> None:
    ended = shell.ingest("connectors", "cvs")
    assert (ended.code, ended.stdout) == (2, "")
    assert "did you mean 'csv'?" in ended.stderr
