"""``ingest schema`` and ``ingest completion`` as a user sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell


@pytest.mark.parametrize("name", ["job", "registry", "runner", "connector"])
def test_a_schema_is_one_json_object_for_editors(shell: Shell, name: str) -> None:
    told = shell.ingest("schema", name)
    assert told.code == 0, told.stderr
    schema = json.loads(told.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == f"ingest: {name} file"


def test_the_connectors_of_a_home_are_in_the_schema_of_its_jobs(shell: Shell) -> None:
    shell.write("registry/connectors.yaml", "version: 1\nconnectors:\n  csv2: {description: x, roles: [target]}\n")
    schema = json.loads(shell.ingest("schema", "job", "--home", ".").stdout)
    assert "csv2" in schema["$defs"]["TargetSpec"]["properties"]["connector"]["enum"]
    shell.write("registry/connectors.yaml", "version: 2\nconnectors: {}\n")
    told = shell.ingest("schema", INGEST_HOME=".")
    assert told.code == 2
    assert "version 1 of the registry" in told.stderr


def test_a_file_of_which_there_is_no_schema_is_refused(shell: Shell) -> None:
    told = shell.ingest("schema", "jobb")
    assert told.code == 2
    assert "jobb" in told.stderr


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_lines_for_a_shell_are_printed_and_the_shell_takes_them(shell: Shell, name: str) -> None:
    told = shell.ingest("completion", name)
    assert told.code == 0, told.stderr
    assert "_INGEST_COMPLETE" in told.stdout
    if found := shutil.which(name):
        subprocess.run([found, "-n"], input=told.stdout, text=True, check=True)  # noqa: S603  # a shell that is installed


def completed(shell: Shell, *words: str) -> list[str]:
    line = " ".join(["ingest", *words])
    told = shell.ingest(_INGEST_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words)))
    assert told.code == 0, told.stderr
    return [line.partition(",")[2] for line in told.stdout.splitlines() if line]


def test_commands_options_and_objects_complete(shell: Shell) -> None:
    job = ("--config", "jobs/acme/shop.yaml")
    assert "run" in completed(shell, "r")
    assert "--full-refresh" in completed(shell, "run", "--f")
    assert completed(shell, "run", *job, "--object", "o") == ["orders"]
    assert completed(shell, "run", *job, "--mode", "c") == ["cloud"]


@pytest.mark.parametrize("text", ["source: [", "source: {objects: 5}", "", "\x00"])
def test_a_job_that_is_wrong_completes_nothing(shell: Shell, text: str) -> None:
    shell.write("jobs/acme/shop.yaml", text)
    assert completed(shell, "run", "--config", "jobs/acme/shop.yaml", "--object", "o") == []
    assert completed(shell, "run", "--config", "nowhere.yaml", "--object", "o") == []
