"""What of a runner file cannot be started is left out and told, and the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from ingest_airflow.instance import write_instance
from running_airflow import Running


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    for name in ("INGEST_HOME", "INGEST_RUNNER_FILE", "_AIRFLOW_PARSING_CONTEXT_DAG_ID"):
        monkeypatch.delenv(name, raising=False)
    return Running(tmp_path)


def read(here: Running, pools: list[str] | None) -> DagBag:
    """Read the folder of DAGs as Airflow does, after a start that made some pools."""
    folder = write_instance(here.launch())
    file = folder / "launch.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(said | ({} if pools is None else {"pools": pools})), encoding="utf-8")
    return DagBag(folder / "dags", bundle_path=folder / "dags", bundle_name="dags-folder")


def test_a_tenant_that_is_new_is_left_out_and_told_and_the_others_stay(here: Running) -> None:
    found = read(here, ["tenant_acme"])
    assert set(found.dags) == {"orders", "returns"}
    ((file, told),) = found.import_errors.items()
    assert file == "left_out.py"
    assert told.strip().endswith(
        "the tenant 'globex' has no pool yet, which leaves out 'others'\n"
        "  mend: start the orchestrator again, or type `airflow db init` where it runs: both make the pools"
    )


@pytest.mark.parametrize("pools", [["tenant_acme", "tenant_globex", "tenant_of_before"], None])
def test_with_its_pool_nothing_is_told(here: Running, pools: list[str] | None) -> None:
    found = read(here, pools)
    assert set(found.dags) == {"orders", "returns", "others"}
    assert not found.import_errors


@pytest.mark.parametrize("name", ["orders", "others"])
def test_a_run_that_began_finds_its_dag_and_no_error(here: Running, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", name)
    found = read(here, ["tenant_acme"])
    assert set(found.dags) == {name}
    assert not found.import_errors


@pytest.mark.parametrize("text", ["tenant: globex\n", "tenant: [\n"])
def test_a_job_with_a_fault_is_left_out_and_told_and_the_others_stay(here: Running, text: str) -> None:
    read(here, ["tenant_acme", "tenant_globex"])
    here.write("jobs/globex/others.yaml", text)
    folder = here.home / "state" / "airflow" / "dags"
    found = DagBag(folder, bundle_path=folder)
    assert set(found.dags) == {"orders", "returns"}
    ((file, told),) = found.import_errors.items()
    assert file == "left_out.py"
    assert "jobs/globex/others.yaml:" in told


def test_what_a_start_made_is_known_after_the_next_one_that_makes_none(here: Running) -> None:
    read(here, ["tenant_acme"])
    folder = write_instance(here.launch("api-server"))
    assert json.loads((folder / "launch.json").read_text(encoding="utf-8"))["pools"] == ["tenant_acme"]
