"""What the command is told to start: which services, in which way, what comes first, and what is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ingest_airflow.orchestrator import orchestrator
from ingest_core import JobError
from ingest_core.plugin import Preparation, Service
from running_airflow import Running


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.delenv("INGEST_API_SERVER", raising=False)
    return Running(tmp_path)


def test_everything_is_started_and_the_page_is_where_it_was_said(here: Running) -> None:
    deployment = orchestrator.deployment(here.launch())
    assert [service.name for service in deployment.services] == list(orchestrator.services)
    assert deployment.address == f"http://127.0.0.1:{here.port}"
    (preparation,) = deployment.preparations
    assert preparation.argv[-5:] == ["migrate", "pools", "dags", "leftovers", "page"]
    url = preparation.environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert url == f"http://127.0.0.1:{here.port}/execution/"


@pytest.mark.parametrize(
    ("only", "steps"),
    [
        ("api-server", ["migrate", "page"]),
        ("scheduler", ["migrate", "pools"]),
        ("dag-processor", ["migrated", "pools", "dags"]),
        ("triggerer", ["migrated"]),
    ],
)
def test_a_service_alone_does_what_is_its_part_before(here: Running, only: str, steps: list[str]) -> None:
    deployment = orchestrator.deployment(here.launch(only))
    assert [service.name for service in deployment.services] == [only]
    assert (deployment.address is not None) == (only == "api-server")
    (preparation,) = deployment.preparations
    assert preparation.argv[-len(steps) :] == steps
    assert preparation.argv[-len(steps) - 1] == str(here.home)


def test_a_service_alone_finds_the_pages_server_where_it_is_named(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_API_SERVER", "api-server:9000")
    here.write("configs/airflow.cfg", "[api]\nbase_url = https://data.example/airflow/\n")
    (service,) = orchestrator.deployment(here.launch("scheduler")).services
    url = service.environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert url == "http://api-server:9000/airflow/execution/"
    monkeypatch.setenv("INGEST_API_SERVER", "api-server")
    with pytest.raises(JobError, match="not host:port"):
        orchestrator.deployment(here.launch("scheduler"))


def test_the_databases_url_is_in_the_environment_alone(here: Running) -> None:
    here.database = "postgresql://airflow:canary-pw@db/airflow?sslmode=require"
    deployment = orchestrator.deployment(here.launch())
    everything: list[Service | Preparation] = [*deployment.services, *deployment.preparations]
    for each in everything:
        assert each.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == (
            "postgresql+psycopg2://airflow:canary-pw@db/airflow?sslmode=require"
        )
    assert not [part for each in everything for part in each.argv if "canary-pw" in part]
    assert not [path for path in here.home.rglob("*") if path.is_file() and b"canary-pw" in path.read_bytes()]


def test_a_database_that_is_no_postgresql_is_refused_without_telling_its_url(here: Running) -> None:
    here.database = "mysql://root:canary-pw@db/airflow"
    with pytest.raises(JobError, match="begin it with postgresql://") as told:
        orchestrator.deployment(here.launch())
    assert "canary" not in str(told.value)


def test_a_port_on_which_somebody_listens_is_told_before_anything_starts(here: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        here.port = other.getsockname()[1]
        with pytest.raises(JobError, match=f"port {here.port} of 127.0.0.1 cannot be listened on: Address already"):
            orchestrator.deployment(here.launch())
        orchestrator.deployment(here.launch("scheduler"))  # which listens nowhere


def test_a_service_that_there_is_not_is_told(here: Running) -> None:
    with pytest.raises(JobError, match="it has api-server, scheduler, dag-processor, triggerer"):
        orchestrator.deployment(here.launch("daemon"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_state_folder_that_may_not_be_written_is_told(here: Running) -> None:
    (here.home / "state").mkdir(mode=0o500)
    with pytest.raises(JobError, match="cannot be written: Permission denied"):
        orchestrator.deployment(here.launch())


def test_a_state_folder_that_is_none_is_told(here: Running) -> None:
    here.write("state/airflow", "no folder")
    with pytest.raises(JobError, match="see that the process may write in state/"):
        orchestrator.deployment(here.launch())


def test_the_command_holds_nothing_of_airflow_in_its_memory(here: Running) -> None:
    told = f"""
import sys
from pathlib import Path
from ingest_airflow.orchestrator import orchestrator
from ingest_core.plugin import Launch
orchestrator.deployment(Launch(Path({str(here.launch().runner_file)!r}), Path({str(here.home)!r}), port={here.port}))
sys.exit(str({{name for name in sys.modules if name.split(".")[0] in ("airflow", "sqlalchemy")}} or ""))
"""
    here.write("configs/airflow.cfg", "[core]\nexecutor = LocalExecutor\n")
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)  # noqa: S603  # a fixed line
    assert done.stderr.strip() == ""
