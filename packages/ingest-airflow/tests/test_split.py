"""Services that are started each for itself, as in containers of their own, with their records in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ingest_core.plugin import free_port
from job_records import begun, this_host
from job_records import running as said_to_run
from postgres_server import PASSWORD, installed, server
from running_airflow import Running
from waiting import until

pytestmark = pytest.mark.xdist_group("an Airflow")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here")
    with server(programs) as url:
        yield url


def test_services_of_their_own_share_their_records_in_postgresql(
    running: Running, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.database = database
    monkeypatch.setenv("INGEST_API_SERVER", f"127.0.0.1:{running.port}")
    for name in ("scheduler", "api-server", "dag-processor"):
        done = running.prepare(name)
        assert done.returncode == 0, done.stdout + done.stderr
        running.begin(running.service(name))
        if name != "scheduler":  # whose health the page's server tells
            running.becomes_healthy(running.service(name))
    until(lambda: running.api("GET", "/dags").get("total_entries") == 3, "the DAGs are there")
    with running.held("acme"):
        first = running.trigger("orders")
        running.becomes("orders", first, "running")
        second = running.trigger("returns")
        running.becomes("returns", second, "scheduled")
    running.becomes("orders", first, "success")
    running.becomes("returns", second, "success")
    files = [path for path in running.home.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name == "airflow.db"]
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]


def test_a_scheduler_of_another_host_is_let_be(running: Running, database: str) -> None:
    running.kill_everything()
    running.database = database
    assert running.prepare("scheduler").returncode == 0
    here, elsewhere = (begun(database, "SchedulerJob", host) for host in (this_host(), "elsewhere"))
    done = running.prepare()
    assert done.returncode == 0, done.stdout + done.stderr
    left = said_to_run(database)
    assert elsewhere in left
    assert here not in left


@pytest.mark.parametrize(
    ("change", "told"), [("port", "Connection refused"), ("word", "password authentication failed")]
)
def test_records_that_cannot_be_reached_are_told_without_the_password(
    running: Running, database: str, change: str, told: str
) -> None:
    port = database.rsplit(":", 1)[1].split("/", 1)[0]
    changes = {"port": (port, str(free_port())), "word": (PASSWORD, f"{PASSWORD}-of-before")}
    here = Running(running.home.parent / f"wrong-{change}", database=database.replace(*changes[change]))
    done = here.prepare()
    assert done.returncode == 1
    assert "Airflow's records cannot be reached: " in done.stderr
    assert told in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
