"""`ingest airflow pools` writes what Airflow's own `pools import` takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from ingest_airflow.commands.group import airflow
from ingest_core import JobError
from runner_files import runner_file


def pools(*arguments: str) -> str:
    """Run the command, and give what it prints."""
    ended = CliRunner().invoke(airflow, ["pools", *arguments], catch_exceptions=False, standalone_mode=False)
    assert ended.return_value == 0
    return ended.stdout


def test_airflow_takes_the_file_and_has_the_pools(tmp_path: Path) -> None:
    file = tmp_path / "pools.json"
    assert pools("--runner-config", str(runner_file(tmp_path)), "--output", str(file)) == ""
    for line in (["db", "migrate"], ["pools", "import", str(file)]):
        theirs(tmp_path, *line)
    found = {each["pool"]: each for each in json.loads(theirs(tmp_path, "pools", "list", "--output", "json"))}
    assert set(found) == {"default_pool", "tenant_acme", "tenant_umbra"}
    assert (found["tenant_acme"]["slots"], found["tenant_acme"]["include_deferred"]) == ("3", "True")


def theirs(home: Path, *arguments: str) -> str:
    """Run a command of an Airflow of one's own."""
    settings = {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    line = [sys.executable, "-m", "airflow", *arguments]
    ended = subprocess.run(line, env=os.environ | settings, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603  # a fixed line
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_tenant_with_several_schedules_has_one_pool(tmp_path: Path) -> None:
    told = json.loads(pools("--runner-config", str(runner_file(tmp_path, ("acme",), 1))))
    assert {name: pool["slots"] for name, pool in told.items()} == {"tenant_acme": 1}


def test_a_runner_file_with_faults_writes_nothing(tmp_path: Path) -> None:
    file = runner_file(tmp_path)
    (tmp_path / "jobs" / "umbra" / "shop.yaml").unlink()
    with pytest.raises(JobError, match="there is no job file"):
        pools("--runner-config", str(file), "--output", str(tmp_path / "pools.json"))
    assert not (tmp_path / "pools.json").exists()


def test_nothing_of_airflow_is_imported() -> None:
    line = "import sys; from ingest_airflow.commands.group import airflow; from ingest_airflow import tenant_pools\n"
    line += "print([each for each in sys.modules if each.partition('.')[0] in ('airflow', 'ingest_core')])"
    assert subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True).stdout == "[]\n"  # noqa: S603  # our own line
