"""Services that are started each for itself, as in containers of their own, with their records in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ingest_core.plugin import free_port
from postgres_server import installed, server
from running_dagster import Running

pytestmark = pytest.mark.xdist_group("a Dagster")


pytestmark = pytest.mark.xdist_group("a Dagster")


@pytest.fixture
def database() -> Iterator[str]:
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here")
    with server(programs) as url:
        yield url


def test_services_of_their_own_share_their_records_in_postgresql(
    running: Running, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.database, page, code = database, running.port, free_port()
    monkeypatch.setenv("INGEST_CODE_SERVER", f"127.0.0.1:{code}")
    for name, port in (("code-server", code), ("daemon", page), ("webserver", page)):
        running.port = port
        running.prepare(name)
        running.begin(running.service(name))
    first, second = running.run(), running.run()
    running.worker(first)
    assert running.status(second) == "QUEUED"
    for run_id in (first, second):
        running.ends(run_id)
    running.port = free_port()  # its own is taken, by itself
    assert running.prepare("code-server") == ""  # nothing is left over
    files = [path for path in running.home.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name == "runs.db"]
    assert not [path for path in files if b"canary-pw" in path.read_bytes()]
