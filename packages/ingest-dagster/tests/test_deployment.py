"""What the command is told to start: all of it, or one service."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from ingest_core import JobError
from ingest_core.plugin import Launch, Preparation, Service
from ingest_dagster.orchestrator import orchestrator

REACHED = """
import concurrent.futures, grpc
server = grpc.server(concurrent.futures.ThreadPoolExecutor(1))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
grpc.channel_ready_future(grpc.insecure_channel(f"127.0.0.1:{port}")).result(20)
"""
"""A server of gRPC, and whether it is reached."""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("INGEST_CODE_SERVER", raising=False)
    path = tmp_path / "configs" / "runner.yaml"
    path.parent.mkdir()
    path.write_text("runner: {orchestrator: {schedules: []}}\n", encoding="utf-8")
    return path


def workspace(home: Path, name: str = "workspace.yaml") -> object:
    return yaml.safe_load((home / "state" / "dagster" / name).read_text(encoding="utf-8"))["load_from"]


def test_it_is_found_by_its_entry_point() -> None:
    (found,) = entry_points(group="ingest.orchestrators", name="dagster")
    assert found.load() is orchestrator


def test_the_command_does_not_load_dagster() -> None:
    code = "import sys, ingest_dagster.orchestrator; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # a fixed line


@pytest.fixture
def _any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever listens on the usual ports of this machine keep no test from passing."""
    monkeypatch.setattr("ingest_dagster.orchestrator.check_free", lambda *_: None)


@pytest.mark.usefixtures("_any_port")
def test_all_services_share_one_code_server_on_the_loopback_address(tmp_path: Path, file: Path) -> None:
    deployment = orchestrator.deployment(Launch(file, tmp_path, host="0.0.0.0"))  # noqa: S104  # as in a container
    assert [service.name for service in deployment.services] == list(orchestrator.services)
    assert deployment.address == "http://127.0.0.1:3000"
    code, web, _ = deployment.services
    port = int(code.argv[code.argv.index("--port") + 1])
    assert code.argv[code.argv.index("--host") + 1] == "127.0.0.1"
    assert web.argv[web.argv.index("--host") + 1] == "0.0.0.0"  # noqa: S104  # read, not bound
    assert workspace(tmp_path) == [{"grpc_server": {"host": "127.0.0.1", "port": port, "location_name": "ingest"}}]
    assert [each.argv[-3:] for each in deployment.preparations] == [["definitions", "migrate", "leftovers"]]
    assert code.environment == {
        "DAGSTER_HOME": str(tmp_path / "state" / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "INGEST_RUNNER_FILE": str(file),
        "INGEST_HOME": str(tmp_path),
        "no_grpc_proxy": "127.0.0.1,localhost,::1",
    }


@pytest.mark.usefixtures("_any_port")
def test_a_page_below_a_path_is_asked_and_told_of_there(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_WEBSERVER_PATH_PREFIX", "/dagster")
    asked: list[str] = []

    def answer(method: str, address: tuple[str, int], path: str, *_: object) -> object:
        asked.append(f"{method} {path}")
        raise OSError(address)

    monkeypatch.setattr("ingest_dagster.services.health.ask_json", answer)
    deployment = orchestrator.deployment(Launch(file, tmp_path))
    _, web, daemon = deployment.services
    for service in (web, daemon):
        with pytest.raises(OSError, match="3000"):
            service.is_healthy()
    assert asked == ["GET /dagster/server_info", "POST /dagster/graphql"]
    assert deployment.address == "http://127.0.0.1:3000/dagster"


@pytest.mark.usefixtures("_any_port")
def test_a_code_server_alone_is_reached_from_elsewhere(tmp_path: Path, file: Path) -> None:
    deployment = orchestrator.deployment(Launch(file, tmp_path, host="0.0.0.0", only="code-server"))  # noqa: S104  # as in a container
    (code,) = deployment.services
    assert code.argv[code.argv.index("--host") + 1] == "0.0.0.0"  # noqa: S104  # read, not bound
    assert code.argv[code.argv.index("--port") + 1] == "4000"
    assert deployment.address is None
    assert [each.argv[-1] for each in deployment.preparations] == ["leftovers"]


@pytest.mark.usefixtures("_any_port")
@pytest.mark.parametrize("only", ["webserver", "daemon"])
def test_a_webserver_or_daemon_alone_finds_the_code_server_by_the_environment(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, only: str
) -> None:
    orchestrator.deployment(Launch(file, tmp_path, only=only))
    own = {"module_name": "ingest_dagster.location", "location_name": "ingest"}
    assert workspace(tmp_path, f"workspace-{only}.yaml") == [{"python_module": own}]
    monkeypatch.setenv("INGEST_CODE_SERVER", "code-server:4000")
    deployment = orchestrator.deployment(Launch(file, tmp_path, only=only))
    assert [service.name for service in deployment.services] == [only]
    server = {"host": "code-server", "port": 4000, "location_name": "ingest"}
    assert workspace(tmp_path, f"workspace-{only}.yaml") == [{"grpc_server": server}]
    assert [each.argv[-1] for each in deployment.preparations] == {"webserver": [], "daemon": ["migrate"]}[only]


@pytest.mark.usefixtures("_any_port")
def test_what_one_service_is_told_is_not_written_over_by_another_that_starts_beside_it(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_CODE_SERVER", "code-server:4000")
    (daemon,) = orchestrator.deployment(Launch(file, tmp_path, only="daemon")).services
    read = Path(daemon.argv[daemon.argv.index("--workspace") + 1])
    before = read.read_bytes()
    monkeypatch.delenv("INGEST_CODE_SERVER")
    for only in ("code-server", "webserver"):  # which reach it by no name
        orchestrator.deployment(Launch(file, tmp_path, only=only))
    assert read.read_bytes() == before


@pytest.mark.usefixtures("_any_port")
def test_an_address_of_ipv6_is_written_as_grpc_reads_it(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_CODE_SERVER", "[fd00::7]:4000")
    orchestrator.deployment(Launch(file, tmp_path, only="daemon"))
    server = {"host": "[fd00::7]", "port": 4000, "location_name": "ingest"}
    assert workspace(tmp_path, "workspace-daemon.yaml") == [{"grpc_server": server}]
    (code,) = orchestrator.deployment(Launch(file, tmp_path, host="::", only="code-server")).services
    assert code.argv[code.argv.index("--host") + 1] == "[::]"


@pytest.mark.usefixtures("_any_port")
def test_no_proxy_of_the_environment_is_asked_for_the_code_server(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_CODE_SERVER", "127.0.0.1:4000")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intern.example, 10.0.0.1")
    monkeypatch.delenv("no_grpc_proxy", raising=False)
    (daemon,) = orchestrator.deployment(Launch(file, tmp_path, only="daemon")).services
    assert daemon.environment["no_grpc_proxy"].split(",")[:3] == ["intern.example", "10.0.0.1", "127.0.0.1"]
    done = subprocess.run(  # noqa: S603  # a fixed line
        [sys.executable, "-c", REACHED], env={**os.environ, **daemon.environment}, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_a_code_server_that_is_named_wrongly_is_told(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_CODE_SERVER", "code-server")
    with pytest.raises(JobError, match="not host:port"):
        orchestrator.deployment(Launch(file, tmp_path, only="daemon"))


@pytest.mark.usefixtures("_any_port")
def test_the_databases_url_is_in_the_environment_alone(tmp_path: Path, file: Path) -> None:
    url = "postgresql://dagster:pw@db/dagster"
    deployment = orchestrator.deployment(Launch(file, tmp_path, database=url))
    everything: list[Service | Preparation] = [*deployment.services, *deployment.preparations]
    assert {each.environment["INGEST_DAGSTER_DATABASE"] for each in everything} == {
        "postgresql+psycopg2://dagster:pw@db/dagster"
    }
    assert not [part for each in everything for part in each.argv if "pw" in part]


@pytest.mark.usefixtures("_any_port")
def test_a_server_that_does_not_answer_is_told_with_the_mend(tmp_path: Path, file: Path) -> None:
    launch = Launch(file, tmp_path, database="postgresql://dagster:canary-pw@127.0.0.1:9/dagster")
    (preparation,) = orchestrator.deployment(launch).preparations
    environment = {**os.environ, **preparation.environment}
    done = subprocess.run(preparation.argv, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 1
    assert re.search("^Dagster's records cannot be reached: .* Connection refused", done.stderr, re.MULTILINE)
    assert "mend: see that the server runs" in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary-pw" not in done.stderr


@pytest.mark.parametrize("database", ["mysql://root:pw@db/dagster", "pw"])
def test_a_database_that_is_no_postgresql_is_refused_without_telling_its_url(
    tmp_path: Path, file: Path, database: str
) -> None:
    with pytest.raises(JobError, match="begin it with postgresql://") as told:
        orchestrator.deployment(Launch(file, tmp_path, database=database))
    assert "pw" not in str(told.value)


def test_a_port_on_which_somebody_listens_is_told_before_anything_starts(tmp_path: Path, file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(JobError, match=f"port {port} of 127.0.0.1 cannot be listened on: Address already in use"):
            orchestrator.deployment(Launch(file, tmp_path, port=port))
        orchestrator.deployment(Launch(file, tmp_path, port=port, only="daemon"))  # which listens nowhere
    assert orchestrator.deployment(Launch(file, tmp_path, port=port)).address == f"http://127.0.0.1:{port}"


@pytest.mark.usefixtures("_any_port")
@pytest.mark.parametrize("name", ["feature%2Fshop", "what?"])
def test_a_folder_in_which_dagster_finds_no_files_is_told(tmp_path: Path, file: Path, name: str) -> None:
    home = tmp_path / name
    with pytest.raises(JobError, match="cannot keep its records in files below a folder with"):
        orchestrator.deployment(Launch(file, home))
    assert orchestrator.deployment(Launch(file, home, database="postgresql://dagster:pw@db/dagster")).services
    assert orchestrator.deployment(Launch(file, tmp_path / "100% shop #1")).services


def test_a_service_that_there_is_not_is_told(tmp_path: Path, file: Path) -> None:
    with pytest.raises(JobError, match="it has code-server, webserver, daemon"):
        orchestrator.deployment(Launch(file, tmp_path, only="scheduler"))
