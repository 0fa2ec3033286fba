"""An orchestrator is kept running, as real processes: what starts, what is shown, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Shell

ORCHESTRATORS = Path(__file__).parent / "orchestrators"
SECONDS = 60
"""More than any step takes on a busy machine."""
STOP_SECONDS = 10
"""What a container engine leaves for a stop."""
MOST_KB = 130_000
"""What the supervisor may hold: little more than the core's imports, and nothing of an orchestrator's."""
RUNNER = """\
runner:
  orchestrator:
    concurrency_per_tenant: 3
    schedules:
      - {name: shop, config: jobs/acme/shop.yaml, cron: "0 * * * *"}
"""


@dataclass
class Orchestrated:
    """The command while it goes on, with what it says on stderr."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._more = threading.Condition()
        self._is_over = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._more:
                self.lines.append(line)
                self._more.notify_all()
        with self._more:
            self._is_over = True
            self._more.notify_all()

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was logged so far."""
        return [json.loads(line) for line in list(self.lines)]

    def until(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait until something is logged, and give it."""

        def found() -> dict[str, Any] | None:
            return next((each for each in self.events if each.items() >= {"event": event, **fields}.items()), None)

        with self._more:
            self._more.wait_for(lambda: found() or self._is_over, SECONDS)
        there = found()
        assert there, f"no {event} {fields} in {''.join(self.lines)}"
        return there

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask for a stop and give the exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        """Wait for the end."""
        code = self.process.wait(SECONDS)
        with self._more:
            self._more.wait_for(lambda: self._is_over, SECONDS)
        return code

    def order(self, *events: str) -> list[tuple[str, str]]:
        """Give events with their services, in the order in which they were logged."""
        return [(each["event"], each.get("service", "")) for each in self.events if each["event"] in events]


@dataclass
class Plant:
    """A home with a runner file and an orchestrator that does what it is told."""

    shell: Shell
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(
        self, services: dict[str, list[str]], *arguments: str, preparations: object = None, **variables: str
    ) -> Orchestrated:
        """Start the command."""
        process = self.raw(services, *arguments, preparations=preparations, **variables)
        return Orchestrated(process)

    def raw(
        self, services: dict[str, list[str]], *arguments: str, preparations: object = None, **variables: str
    ) -> subprocess.Popen[str]:
        """Start the command, of which nobody reads what it says."""
        dialled = {"services": services, "preparations": preparations or {}}
        self.shell.write("configs/dialled.json", json.dumps(dialled))
        line = ("start", "orchestrated", "--runner-config", "configs/runner.yaml", *arguments)
        variables["PYTHONPATH"] = str(ORCHESTRATORS)
        self.started.append(self.shell.start(*line, stdout=subprocess.PIPE, **variables))
        return self.started[-1]

    def pids(self) -> list[int]:
        """List the services' processes so far, and those that they began."""
        return [int(line) for line in (self.shell.home / "state/dagster/pids").read_text(encoding="ascii").split()]

    def is_gone(self) -> bool:
        """Tell whether none of these is left, by itself or as a group."""
        return not any(_is_alive(pid) for pid in self.pids())


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


def await_that(what: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def plant(shell: Shell) -> Iterator[Plant]:
    shell.write("configs/runner.yaml", RUNNER)
    made = Plant(shell)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


def test_each_service_is_started_when_those_before_it_are_healthy_and_a_stop_leaves_none(plant: Plant) -> None:
    services = {"code": ["healthy"], "web": ["show:INGEST_TENANT_LIMIT", "healthy"], "daemon": ["healthy"]}
    running = plant.start(services, "--port", "3000", preparations={"migrate": ["say:migrated"]})
    ready = running.until("orchestrator_ready")
    assert running.order("preparation_started", "service_started", "service_healthy", "orchestrator_ready") == [
        ("preparation_started", ""),
        *((event, name) for name in services for event in ("service_started", "service_healthy")),
        ("orchestrator_ready", ""),
    ]
    assert ready["address"] == "http://127.0.0.1:3000"
    assert ready["memory_mb"].keys() == services.keys()
    assert all(5 < memory < 200 for memory in ready["memory_mb"].values())
    held = Path(f"/proc/{running.process.pid}/status").read_text(encoding="utf-8")
    assert int(re.findall(r"VmRSS:\s+(\d+) kB", held)[0]) < MOST_KB
    running.until("service_output", service="migrate", line="migrated")
    running.until("service_output", service="web", line="INGEST_TENANT_LIMIT=3")
    assert running.stop() == 0
    assert plant.is_gone()
    assert [each["event"] for each in running.events[-2:]] == ["orchestrator_stopping", "orchestrator_stopped"]


def test_what_services_say_is_masked_however_it_is_said(plant: Plant) -> None:
    plant.shell.write("secrets/acme/shop.yaml", "token: hunter2-of-the-shop\n").chmod(0o600)
    plant.shell.write(
        "jobs/acme/shop.yaml",
        'tenant: acme\nsource: {connector: csv, objects: {orders: {path: "data/*.csv"}}}\n'
        'target: {connector: iceberg, catalog: {uri: "http://nowhere", token: "${secret:shop.token}"}}\n',
    )
    plant.shell.write(
        "configs/runner.yaml", RUNNER.replace("  schedules", '  database: "${env:STORED_IN}"\n    schedules')
    )
    secrets = plant.shell.home / "secrets/acme/shop.yaml"
    does = [
        "halves:SHOP_PASSWORD",
        f"read:{secrets}",
        "log:SHOP_PASSWORD",
        "show:DIALLED_DATABASE",
        "colored:OTHER_PASSWORD",
        "raw",
        "endless:300000",
    ]
    variables = {"SHOP_PASSWORD": "canary-of-the-environment", "OTHER_PASSWORD": "a-second-canary"}
    variables["STORED_IN"] = "postgresql://me:canary%2Fof@db/dagster"
    running = plant.start({"web": [*does, "healthy"]}, **variables)
    running.until("orchestrator_ready")
    assert running.stop() == 0
    said = "".join(running.lines)
    assert "hunter2" not in said
    assert "canary" not in said
    running.until("committed", service="web", rows=2)
    running.until("service_output", line="SHOP_PASSWORD=***")
    running.until("service_output", line="in colours: ***")
    running.until("service_output", line="raw \\xff\x00 bytes")
    assert sum(each["line"].count("x") for each in running.events if set(each.get("line", "")) == {"x"}) == 300000


def test_a_service_that_dies_is_started_again(plant: Plant) -> None:
    running = plant.start({"code": ["healthy"], "web": ["healthy", "die_once:3"]})
    ended = running.until("service_ended", service="web")
    assert (ended["code"], ended["reason"], ended["again_in"]) == (3, "exit code 3", 1.0)
    running.until("orchestrator_ready")
    assert running.order("service_started", "service_ended")[1:] == [
        ("service_started", "web"),
        ("service_ended", "web"),
        ("service_started", "web"),
    ]
    assert running.stop(signal.SIGINT) == 0


def test_a_service_whose_port_is_taken_says_so_and_ends_all_for_good(plant: Plant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        running = plant.start({"code": ["healthy"], "web": ["listen", "healthy"]}, "--port", port)
        assert running.end() == 2
    assert any("Address already in use" in each.get("line", "") for each in running.events)
    failed = running.until("orchestrator_failed")
    assert "the service 'web' ended 5 times within 5 minutes, at last with exit code 1" in failed["error"]
    assert plant.is_gone()


@pytest.mark.parametrize("kind", ["in the group", "escaped"])
def test_a_stop_takes_ten_seconds_at_most_and_leaves_nothing_however_stubborn(plant: Plant, kind: str) -> None:
    running = plant.start({"code": [f"grandchild:{kind}", "healthy"], "web": ["stubborn", "healthy"]})
    running.until("orchestrator_ready")
    began = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - began < STOP_SECONDS
    # What the other one left behind is killed by its keeper after as long; whichever comes first.
    assert ("service_killed", "web") in running.order("service_killed")
    assert plant.is_gone()


def test_a_second_signal_kills_at_once(plant: Plant) -> None:
    running = plant.start({"code": ["grandchild:", "stubborn", "healthy"]})
    running.until("orchestrator_ready")
    began = time.monotonic()
    while running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.process.wait(0.2)
    assert time.monotonic() - began < 5
    assert plant.is_gone()


def test_a_stop_before_all_is_healthy_is_no_success(plant: Plant) -> None:
    running = plant.start({"code": ["say:not yet"]})
    running.until("service_output", line="not yet")
    assert running.stop() == 2
    assert plant.is_gone()


@pytest.mark.parametrize("kind", ["in the group", "escaped"])
def test_a_killed_supervisor_leaves_nothing(plant: Plant, kind: str) -> None:
    running = plant.start({"code": [f"grandchild:{kind}", "stubborn", "healthy"]})
    running.until("orchestrator_ready")
    running.process.kill()
    await_that(plant.is_gone)


def test_a_killed_keeper_takes_its_service_along_and_it_is_started_again(plant: Plant) -> None:
    running = plant.start({"code": ["healthy"]})
    running.until("orchestrator_ready")
    (service,) = plant.pids()
    keeper = int(Path(f"/proc/{service}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    assert running.until("service_ended")["reason"] == "killed by SIGKILL"
    await_that(lambda: not _is_alive(service))
    await_that(lambda: len(plant.pids()) > 1)
    assert running.stop() == 0


def test_what_a_dead_service_leaves_behind_is_ended_before_it_starts_again(plant: Plant) -> None:
    running = plant.start({"code": ["grandchild:", "die_once:4", "healthy"]})
    running.until("orchestrator_ready")
    assert not any(_is_alive(pid) for pid in plant.pids()[:2])
    assert running.stop() == 0


def test_a_second_start_on_one_state_folder_is_refused_and_told_who_is_there(plant: Plant) -> None:
    running = plant.start({"code": ["healthy"], "web": ["healthy"]})
    running.until("orchestrator_ready")
    second = plant.start({"code": ["healthy"], "web": ["healthy"]})
    assert second.end() == 2
    told = "".join(second.lines)
    assert f"the service 'code' runs already on this state folder: process {running.process.pid} on" in told
    assert "mend: stop that one first" in told
    assert running.stop() == 0


def test_services_may_be_started_apart_each_once(plant: Plant) -> None:
    services = {"code": ["healthy"], "web": ["healthy"]}
    web, code = (plant.start(services, "--only", only) for only in ("web", "code"))
    for each, name in ((web, "web"), (code, "code")):
        each.until("orchestrator_ready")
        assert each.order("service_started") == [("service_started", name)]
    again = plant.start(services, "--only", "web")
    assert again.end() == 2
    assert "'web' runs already" in "".join(again.lines)
    assert [each.stop() for each in (web, code)] == [0, 0]


def test_every_fault_of_the_runner_file_is_told_and_nothing_starts(plant: Plant) -> None:
    faulty = (
        RUNNER.replace('cron: "0 * * * *"', "crn: 1") + "      - {name: other, config: jobs/no.yaml, cron: nightly}\n"
    )
    plant.shell.write("configs/runner.yaml", faulty)
    running = plant.start({"code": ["healthy"]})
    assert running.end() == 2
    told = "".join(running.lines)
    for fault in ("crn", "jobs/no.yaml", "must be five fields"):
        assert fault in told
    assert not (plant.shell.home / "state").exists()


def test_a_service_that_there_is_not_is_told_with_the_nearest(plant: Plant) -> None:
    running = plant.start({"code": ["healthy"]}, "--only", "deamon")
    assert running.end() == 2
    assert "dagster has no service 'deamon'\n  mend: did you mean 'daemon'?" in "".join(running.lines)


def test_a_preparation_that_fails_is_shown_and_nothing_starts(plant: Plant) -> None:
    does = {"migrate": ["halves:DB_PASSWORD", "die:7"]}
    running = plant.start({"code": ["healthy"]}, preparations=does, DB_PASSWORD="canary-of-it")  # noqa: S106  # a test's
    assert running.end() == 2
    running.until("service_output", service="migrate", line="DB_PASSWORD=***")
    assert "the preparation 'migrate' ended with exit code 7" in running.until("orchestrator_failed")["error"]
    assert not running.order("service_started")


def test_nobody_who_reads_stderr_holds_up_no_service_and_no_stop(plant: Plant) -> None:
    process = plant.raw({"code": ["much:12000", "healthy"]})
    await_that((plant.shell.home / "state/dagster/code.said").exists)
    await_that((plant.shell.home / "state/dagster/code.healthy").exists)
    process.send_signal(signal.SIGTERM)
    process.wait(STOP_SECONDS)
    assert plant.is_gone()


def test_what_is_lost_is_told_once_somebody_reads_again(plant: Plant) -> None:
    process = plant.raw({"code": ["much:12000", "healthy"], "web": ["say:later", "healthy"]})
    await_that((plant.shell.home / "state/dagster/code.said").exists)
    running = Orchestrated(process)
    running.until("orchestrator_ready")
    assert running.stop() == 0
    assert running.until("output_lost")["lines"] > 0


def test_the_page_answers_everybody_in_a_container_and_a_port_of_kubernetes_is_none_of_ours(plant: Plant) -> None:
    running = plant.start({"web": ["healthy"]}, INGEST_IN_CONTAINER="1", INGEST_PORT="tcp://10.0.0.1:80")
    assert running.until("orchestrator_ready")["address"] == "http://0.0.0.0:None"
    assert running.stop() == 0


def test_a_person_sees_lines_with_their_service_and_the_address(plant: Plant) -> None:
    running = plant.start({"web": ["say:hello", "healthy"]}, "--log-format", "console", "--port", "3100")
    await_that(lambda: any("orchestrator_ready" in line for line in running.lines))
    assert running.stop() == 0
    assert "web | hello\n" in running.lines
    assert any("http://127.0.0.1:3100" in line for line in running.lines)
