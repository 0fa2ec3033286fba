"""How long services are waited for, and what is told of them, with other lengths of time than a person would wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import pytest
from ingest_cli import orchestrators
from ingest_cli.port import PORT
from ingest_cli.supervision import Patience, supervise, watched
from ingest_cli.supervision.outbox import Outbox
from ingest_cli.supervision.tree_memory import tree_memory
from ingest_cli.supervision.watched import GaveUpError, Watched
from ingest_core import JobError, Redactor
from ingest_core.plugin import Deployment, Preparation, Service

if TYPE_CHECKING:
    from conftest import Shell
    from ingest_cli.supervision import Telling
    from ingest_cli.supervision.child import Child

SECONDS = 60
PAUSED = [sys.executable, "-c", "import signal; signal.pause()"]


@dataclass
class Heard:
    """Notes what is told."""

    events: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def line(self, service: str, line: str) -> None:
        self.lines.append(f"{service} | {line}")

    def __getattr__(self, level: str) -> Callable[..., None]:
        return lambda event, **fields: self.events.append({"event": event, "level": level, **fields})

    def named(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == event]


class FakeChild:
    """A process that ends when the test says so."""

    ended: int | None = None

    def code(self) -> int | None:
        return self.ended


class Clock:
    """Stands until it is set."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Case:
    """A service that is watched, with a clock and processes of the test's own."""

    clock: Clock
    heard: Heard = field(default_factory=Heard)
    children: list[FakeChild] = field(default_factory=list)

    def __post_init__(self) -> None:
        service = Service("web", PAUSED, {}, lambda: True)
        self.watched = Watched(service, self._start, cast("Telling", self.heard), Patience())

    def _start(self, service: Service) -> Child:
        assert service.name == "web"
        self.children.append(FakeChild())
        return cast("Child", self.children[-1])

    def look(self, after: float = 0.0) -> None:
        self.clock.now += after
        self.watched.look()

    def live_and_die(self, healthy_for: float) -> None:
        """Let a life begin, be healthy for so long, and end."""
        while not self.watched.child:
            self.look(0.5)
        self.watched.note(self.watched.life, healthy=healthy_for > 0)
        self.look()
        self.look(healthy_for)
        self.children[-1].ended = 1
        self.look()


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    clock = Clock()
    monkeypatch.setattr(watched, "time", clock)
    return Case(clock)


def test_pauses_double_until_a_service_has_died_for_good(case: Case) -> None:
    for _ in range(4):
        case.live_and_die(healthy_for=0)
    with pytest.raises(GaveUpError, match="ended 5 times within 5 minutes, at last with exit code 1"):
        case.live_and_die(healthy_for=0)
    assert [each.get("again_in") for each in case.heard.named("service_ended")] == [1, 2, 4, 8, None]


def test_a_service_that_was_healthy_for_a_minute_begins_anew(case: Case) -> None:
    for _ in range(3):
        case.live_and_die(healthy_for=0)
    for _ in range(6):
        case.live_and_die(healthy_for=60)
    assert [each.get("again_in") for each in case.heard.named("service_ended")] == [1, 2, 4, *[1] * 6]


def test_one_that_was_healthy_for_less_does_not(case: Case) -> None:
    for _ in range(4):
        case.live_and_die(healthy_for=59)
    with pytest.raises(GaveUpError):
        case.live_and_die(healthy_for=59)


def test_deaths_long_ago_do_not_count(case: Case) -> None:
    for _ in range(20):
        case.live_and_die(healthy_for=0)
        case.look(100)
    assert len(case.children) == 21


def test_a_service_that_stays_unhealthy_is_told_of_once_and_left_alone(case: Case) -> None:
    case.look()
    for healthy in (True, False, True, False):
        case.watched.note(1, healthy=healthy)
        for _ in range(4):
            case.look(30)
    assert len(case.heard.named("service_unhealthy")) == 2
    assert len(case.heard.named("service_healthy")) == 2
    assert len(case.children) == 1


def test_an_answer_of_a_former_life_does_not_make_a_service_healthy(case: Case) -> None:
    case.live_and_die(healthy_for=1)
    case.look(10)
    case.watched.note(1, healthy=True)
    case.look()
    assert not case.watched.is_healthy


def supervised(is_healthy: Callable[[], bool], patience: Patience) -> tuple[int, Heard]:
    heard = Heard()
    deployment = Deployment([Service("web", PAUSED, {}, is_healthy)], None)
    code = supervise(deployment, Redactor(), cast("Telling", heard), {}, patience)
    return code, heard


def test_a_service_that_does_not_become_healthy_in_time_is_named_and_ended() -> None:
    code, heard = supervised(lambda: False, Patience(healthy=0.5, look=0.02, ask=0.02))
    assert code == 2
    (failed,) = heard.named("orchestrator_failed")
    assert failed["error"] == "the service 'web' did not become healthy within 0.5 s"
    assert not heard.named("service_killed")


def test_a_question_that_raises_or_never_returns_is_no_yes() -> None:
    def raise_it() -> bool:
        raise ConnectionError

    for ask in (raise_it, threading.Event().wait):
        code, heard = supervised(ask, Patience(healthy=0.3, look=0.02, ask=0.02))
        assert (code, heard.named("service_healthy")) == (2, [])


def test_a_command_that_is_not_there_is_told_by_its_name() -> None:
    heard = Heard()
    deployment = Deployment([Service("web", ["/no/such/command"], {}, lambda: False)], None)
    patience = Patience(look=0.02, again=0.01, deaths=2)
    assert supervise(deployment, Redactor(), cast("Telling", heard), {}, patience) == 2
    assert {each["code"] for each in heard.named("service_ended")} == {127}
    assert set(heard.lines) == {"web | /no/such/command cannot be started: No such file or directory\n"}


def test_what_the_system_does_not_start_is_a_death_of_that_service_alone() -> None:
    heard = Heard()
    too_large = {"X": "y" * 200_000}
    services = [Service("web", PAUSED, {}, lambda: True), Service("daemon", PAUSED, too_large, lambda: True)]
    patience = Patience(look=0.02, ask=0.02, again=0.01, deaths=2)
    assert supervise(Deployment(services, None), Redactor(), cast("Telling", heard), {}, patience) == 2
    assert {(each["service"], each["reason"]) for each in heard.named("service_ended")} == {
        ("daemon", "it cannot be started: Argument list too long")
    }
    preparation = Preparation("records", PAUSED, too_large)
    deployment = Deployment([], None, [preparation])
    assert supervise(deployment, Redactor(), cast("Telling", heard), {}, patience) == 2
    assert "'records' cannot be started: Argument" in heard.named("orchestrator_failed")[-1]["error"]


def test_what_is_lost_for_want_of_a_reader_is_counted_and_told_in_its_place() -> None:
    gate, written = threading.Event(), list[str]()
    outbox = Outbox(lambda lines: written.append(f"lost {lines}"), room=10, wait=0.01)
    outbox.put(lambda: cast("None", gate.wait(SECONDS)))
    for number in range(5):
        outbox.put_line(lambda number=number: written.append(str(number)), 4)  # type: ignore[misc]  # a default is how a loop's value is kept
    assert not outbox.drain(0.01)
    gate.set()
    assert outbox.drain(SECONDS)
    outbox.put_line(lambda: written.append("later"), 4)
    assert outbox.drain(SECONDS)
    assert written == ["0", "1", "lost 3", "later"]


def test_memory_is_that_of_a_process_and_all_that_it_began() -> None:
    code = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); sys.stdin.read()"
    line = [sys.executable, "-c", code, *PAUSED]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603  # our own lines
        assert parent.stdout
        child = int(parent.stdout.readline())
        both, one = tree_memory(parent.pid), tree_memory(child)
        os.kill(child, 9)
        parent.kill()
    assert both and one and both > one > 0  # noqa: PT018  # one figure
    assert tree_memory(parent.pid) is None


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "1.5", "٣"])
def test_what_is_no_port_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter, match="say a number from 1 to 65535"):
        PORT.convert(text, None, None)


def test_an_orchestrator_that_is_not_installed_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none = entry_points(group="ingest.nothing")
    monkeypatch.setattr(orchestrators, "entry_points", lambda group: none if group == orchestrators.GROUP else None)
    with pytest.raises(JobError, match="'dagster' is not installed\n  mend: pip install ingest-dagster"):
        orchestrators.find_orchestrator("dagster")


def test_the_secrets_of_jobs_that_are_only_maintained_are_known_and_a_faulty_one_hides_none(shell: Shell) -> None:
    shell.write("secrets/acme/shop.yaml", "token: canary-of-the-shop\n").chmod(0o600)
    job = 'tenant: acme\nsource: {connector: csv, objects: {orders: {path: "data/*.csv"}}}\n'
    catalog = '{uri: "http://nowhere", token: "${secret:shop.token}"}'
    shell.write("jobs/acme/shop.yaml", f"{job}target: {{connector: iceberg, catalog: {catalog}}}\n")
    shell.write("jobs/acme/a-faulty.yaml", "tenant: acme\n")
    nightly = "{name: nightly, maintain: acme, cron: '30 3 * * *'}"
    file = shell.write("configs/runner.yaml", f"runner: {{orchestrator: {{schedules: [{nightly}]}}}}\n")
    redactor = Redactor()
    orchestrators.begun(file, shell.home, redactor)
    assert redactor.text("canary-of-the-shop") == "***"


ENDING = """
import pathlib, signal, sys, time
def end(*_):
    print("asked", flush=True)
    time.sleep(float(sys.argv[2]))
    print("gone", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1]).touch()
signal.pause()
"""


@pytest.mark.parametrize(
    ("outlived", "told"), [(30.0, ["jobs | gone", "page | asked"]), (0.1, ["page | asked", "jobs | gone"])]
)
def test_what_outlives_the_others_is_asked_to_end_when_they_have_or_when_that_takes_too_long(
    tmp_path: Path, outlived: float, told: list[str]
) -> None:
    def service(name: str, seconds: float) -> Service:
        file = tmp_path / name
        return Service(name, [sys.executable, "-c", ENDING, str(file), str(seconds)], {}, file.exists, name == "page")

    heard = Heard()
    never = Service("never", PAUSED, {}, lambda: False)
    deployment = Deployment([service("page", 0), service("jobs", 1), never], None)
    # Each has as long to be healthy, which `never` does not become: the end comes then.
    patience = Patience(healthy=5, look=0.02, ask=0.02, outlived=outlived, ended=30)
    assert supervise(deployment, Redactor(), cast("Telling", heard), {}, patience) == 2
    lines = [line.strip() for line in heard.lines]
    assert [line for line in lines if line in told] == told
    assert not heard.named("service_killed")
