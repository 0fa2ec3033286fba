"""``ingest validate`` as a user sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Shell


ASSET = """\
apiVersion: v3.1.0
kind: DataContract
schema: [{name: orders, properties: [{name: id, logicalType: integer}]}]
"""


def test_every_fault_of_every_file_is_told_and_the_exit_code_is_2(shell: Shell) -> None:
    shell.write("jobs/acme/broken.yaml", "tenant: acme\nsorce: {}\ntarget: {connector: iceberg, tabel: x}\n")
    shell.write("jobs/acme/other.yaml", (shell.home / "jobs/acme/shop.yaml").read_text().replace("csv", "cvs"))
    ended = shell.ingest("validate", "jobs")
    assert ended.code == 2
    for told in ("did you mean 'source'?", "did you mean 'table'?", "did you mean 'csv'?"):
        assert told in ended.stdout
    assert "jobs/acme/shop.yaml: ok, the job 'shop' of 'acme'\n" in ended.stdout
    assert not (shell.home / "state").exists()


def test_files_in_order_are_0_and_a_program_reads_what_they_are(shell: Shell) -> None:
    shell.write("registry/connectors.yaml", "version: 1\nconnectors: {}\n")
    shell.write("note.yaml", "kind: none of ours\n")
    shell.write("assets/orders.yaml", ASSET)
    ended = shell.ingest("validate", ".", "--json")
    assert ended.code == 0
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(each["path"], each["kind"], each["name"], each["faults"]) for each in told] == [
        ("assets/orders.yaml", "asset", None, []),
        ("jobs/acme/shop.yaml", "job", "shop", []),
        ("note.yaml", "other", None, []),
        ("registry/connectors.yaml", "registry", None, []),
    ]


def test_an_asset_is_told_apart(shell: Shell) -> None:
    shell.write("assets/orders.yaml", ASSET)
    assert shell.ingest("validate", "assets").stdout == "assets/orders.yaml: ok, an asset\n"
    shell.write("assets/orders.yaml", ASSET.replace("integer", "int"))
    ended = shell.ingest("validate", "assets")
    assert ended.code == 2
    assert (
        "assets/orders.yaml:3:49: schema[0].properties[0].logicalType: there is no logical type 'int'" in ended.stdout
    )


def test_the_faults_of_a_registry_are_told_once_whoever_needs_it(shell: Shell) -> None:
    shell.write("registry/connectors.yaml", "version: 2\nconnectors: {x: {roles: [sorce]}}\n")
    ended = shell.ingest("validate", "jobs", "registry")
    assert ended.code == 2
    assert ended.stdout.count("this release reads version 1") == 1
    assert ended.stdout.count("is missing") == 1


def test_nothing_to_validate_is_2(shell: Shell) -> None:
    ended = shell.ingest("validate", "nowhere.yaml", "data")
    assert ended.code == 2
    assert f"{shell.home}/nowhere.yaml: no such file" in ended.stdout
    assert "data: no file below it ends with .yaml or .yml" in ended.stdout
