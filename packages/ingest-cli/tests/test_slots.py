"""Runs of a tenant that meet, as real processes: who goes on, who is refused, who waits, and what they are told."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import Ended, Shell

PLUGINS = Path(__file__).parent / "plugins"
REGISTRY = "version: 1\nconnectors:\n  gated: {description: A source for tests, roles: [source]}\n"
JOB = """\
tenant: %s
source: {connector: gated, with: {gate: %s, child: %s}, objects: {%s: {path: data/%s.txt}}}
target: {connector: iceberg}
"""
SECONDS = 120
"""More than any step takes on a busy machine."""


@dataclass
class Run:
    """A run that stands at its gate, holding its tenant's slot."""

    process: subprocess.Popen[str]
    entered: int
    go: Path
    child: int = 0

    def stand(self) -> Run:
        """Wait until it stands there."""
        until = time.monotonic() + SECONDS
        while not select.select([self.entered], [], [], 0.5)[0]:
            assert self.process.poll() is None, f"the run ended before its gate: {self.process.communicate()}"
            assert time.monotonic() < until, "the run did not come to its gate"
        said = os.read(self.entered, 100).split()
        self.child = int(said[1])
        return self

    def pass_on(self) -> int:
        """Let it go on to its end, and give its exit code."""
        with self.go.open("w"):
            """The run waits until it is opened, and so does this."""
        return self.process.wait(SECONDS)


@dataclass
class Street:
    """A home folder whose jobs stand at gates."""

    shell: Shell
    end: ExitStack = field(default_factory=ExitStack)

    def job(self, name: str, tenant: str = "acme", *, gate: bool = True, child: str = "none") -> str:
        """Write a job, and give its path."""
        self.shell.write("registry/connectors.yaml", REGISTRY)
        self.shell.write(f"data/{name}.txt", "1\n2\n")
        path = f"jobs/{tenant}/{name}.yaml"
        self.shell.write(path, JOB % (tenant, str(gate).lower(), child, name, name))
        return path

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the command; it ends with the test."""
        process = self.shell.start(*arguments, stdout=subprocess.PIPE, **self._found(variables))
        self.end.callback(process.communicate)
        self.end.callback(process.kill)
        return process

    def gated(self, name: str, tenant: str = "acme", child: str = "none", **variables: str) -> Run:
        """Run a job until it stands at its gate."""
        path = self.job(name, tenant, child=child)
        pipes = [self.shell.home / f"data/{name}.{end}" for end in ("entered", "go")]
        for pipe in pipes:
            os.mkfifo(pipe)
        entered = os.open(pipes[0], os.O_RDONLY | os.O_NONBLOCK)
        self.end.callback(os.close, entered)
        return Run(self.start("run", "--config", path, **variables), entered, pipes[1]).stand()

    def waiting(self, name: str, wait: str = "10m", **variables: str) -> subprocess.Popen[str]:
        """Run a job without a gate until it waits for a slot."""
        process = self.start("run", "--config", self.job(name, gate=False), "--wait", wait, **variables)
        assert process.stderr is not None
        assert any('"waiting_for_slot"' in line for line in process.stderr), "it did not wait"
        return process

    def run(self, name: str, tenant: str = "acme", *arguments: str, **variables: str) -> Ended:
        """Run a job without a gate to its end."""
        path = self.job(name, tenant, gate=False)
        return self.shell.ingest("run", "--config", path, *arguments, **self._found(variables))

    def ids(self, name: str) -> int | None:
        """Count the rows that a job landed."""
        return self.shell.rows_or_none(f"gated_{name}")

    def locks(self) -> list[str]:
        """List the lock files."""
        return sorted(path.name for path in (self.shell.home / "state/locks").iterdir())

    def _found(self, variables: dict[str, str]) -> dict[str, str]:
        return {"PYTHONPATH": str(PLUGINS), **variables}


@pytest.fixture
def street(shell: Shell) -> Iterator[Street]:
    made = Street(shell)
    with made.end:
        yield made


def refused(ended: Ended) -> str:
    """See that a run was refused, and give what it was told."""
    assert (ended.code, ended.report["error_type"]) == (2, "TransientError"), ended.stderr
    return str(ended.report["error"])


def gone(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_the_same_job_twice_is_refused_with_the_holders_name(street: Street) -> None:
    first = street.gated("orders")
    told = refused(street.shell.ingest("run", "--config", "jobs/acme/orders.yaml", PYTHONPATH=str(PLUGINS)))
    assert "the tenant 'acme' is busy: job 'orders' (run 20" in told
    assert f"process {first.process.pid} on {socket.gethostname()}, since 20" in told
    assert "wait with --wait 5m" in told
    assert first.pass_on() == 0
    assert street.ids("orders") == 2


def test_two_jobs_of_a_tenant_do_not_run_at_once_and_another_tenants_does(street: Street) -> None:
    first = street.gated("orders")
    assert "job 'orders'" in refused(street.run("returns"))
    assert street.run("stock", "beta").code == 0
    assert street.ids("returns") is None
    assert first.pass_on() == 0
    assert street.run("returns").code == 0


def test_a_killed_holder_holds_nothing(street: Street) -> None:
    first = street.gated("orders")
    gone(first.process.pid)
    first.process.wait(SECONDS)
    assert street.run("returns").code == 0


@pytest.mark.parametrize("child", ["program", "fork"])
def test_a_killed_holders_children_hold_nothing(street: Street, child: str) -> None:
    first = street.gated("orders", child=child)
    gone(first.process.pid)
    first.process.wait(SECONDS)
    try:
        os.kill(first.child, 0)  # it lives
        assert street.run("returns").code == 0
        os.kill(first.child, 0)  # and still does
    finally:
        gone(first.child)


def test_who_waits_for_a_stopped_holder_is_told_when_its_time_is_over(street: Street) -> None:
    first = street.gated("orders")
    first.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    told = refused(street.run("returns", "acme", "--wait", "1s500ms"))
    assert time.monotonic() - began >= 1.5
    assert "still busy after 1s500ms: job 'orders'" in told
    assert street.locks() == ["acme.lock"]
    first.process.send_signal(signal.SIGCONT)
    assert first.pass_on() == 0


def next_event(process: subprocess.Popen[str], name: str) -> dict[str, Any]:
    """Read a process's log up to an event."""
    assert process.stderr is not None
    for line in process.stderr:
        if f'"event": "{name}"' in line:
            found: dict[str, Any] = json.loads(line)
            return found
    raise AssertionError(f"it ended without {name}")


def test_who_waits_goes_on_when_the_holder_has_ended_and_says_whom_it_waits_for(street: Street) -> None:
    first = street.gated("orders")
    second = street.start("run", "--config", street.job("returns", gate=False), "--wait", "10m")
    event = next_event(second, "waiting_for_slot")
    assert [(holder["job"], holder["pid"]) for holder in event["holders"]] == [("orders", first.process.pid)]
    assert (event["ahead"], event["longest"]) == (0, "10m")
    released = time.time()
    assert first.pass_on() == 0
    assert next_event(second, "slot_taken")["waited"] > 0
    assert second.wait(SECONDS) == 0
    assert street.locks() == ["acme.lock"]
    # What lands is as new as the slot, not as the command: else a history would go backwards.
    assert street.shell.rows("gated_returns", "min(epoch(_ingest_loaded_at))")[0][0] >= released


def test_those_who_wait_are_served_in_the_order_in_which_they_came(street: Street) -> None:
    first = street.gated("orders")
    waiting = [street.waiting("returns"), street.waiting("stock"), street.waiting("staff")]
    told = refused(street.run("late"))
    assert "before it waits: job 'returns'" in told
    assert told.index("job 'returns'") < told.index("job 'stock'") < told.index("job 'staff'")
    assert first.pass_on() == 0
    taken = [next_event(process, "slot_taken")["timestamp"] for process in waiting]
    assert taken == sorted(taken)
    assert [process.wait(SECONDS) for process in waiting] == [0, 0, 0]


def test_who_comes_without_waiting_does_not_pass_those_who_wait(street: Street) -> None:
    first = street.gated("orders")
    waiting = street.waiting("returns")
    waiting.send_signal(signal.SIGSTOP)
    assert first.pass_on() == 0
    assert "before it waits: job 'returns'" in refused(street.run("late"))
    waiting.send_signal(signal.SIGCONT)
    assert waiting.wait(SECONDS) == 0


def test_a_killed_one_who_waited_stands_in_nobodys_way(street: Street) -> None:
    first = street.gated("orders")
    killed, other = street.waiting("returns"), street.waiting("stock")
    gone(killed.pid)
    killed.wait(SECONDS)
    assert first.pass_on() == 0
    assert other.wait(SECONDS) == 0
    assert street.locks() == ["acme.lock"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_wait_at_once(street: Street, number: signal.Signals) -> None:
    first = street.gated("orders")
    second = street.waiting("returns")
    second.send_signal(number)
    assert second.wait(SECONDS) == 2
    assert second.stdout is not None
    assert "the run was stopped" in second.stdout.read()
    assert street.locks() == ["acme.lock"]
    assert first.pass_on() == 0


def test_of_a_limit_of_two_a_third_is_refused_or_waits(street: Street) -> None:
    two = {"INGEST_TENANT_LIMIT": "2"}
    first, second = street.gated("orders", **two), street.gated("returns", **two)
    told = refused(street.run("stock", **two))
    assert "job 'orders'" in told
    assert "job 'returns'" in told
    third = street.waiting("stock", **two)
    assert second.pass_on() == 0
    assert third.wait(SECONDS) == 0
    assert first.pass_on() == 0
    assert [street.ids(name) for name in ("orders", "returns", "stock")] == [2, 2, 2]


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_a_lock_file_that_a_hand_took_away_holds_nobody_up_and_no_row_is_harmed(street: Street, change: str) -> None:
    first = street.gated("orders")
    second = street.waiting("returns")
    lock = street.shell.home / "state/locks/acme.lock"
    if change == "removed":
        lock.unlink()
    else:
        street.shell.write("state/locks/new", "?").replace(lock)
    assert second.wait(SECONDS) == 0
    assert first.pass_on() == 0
    assert (street.ids("orders"), street.ids("returns")) == (2, 2)


def test_a_lock_file_that_is_a_link_is_told_and_what_it_leads_to_is_left_alone(street: Street) -> None:
    precious = street.shell.write("precious.txt", "precious")
    (street.shell.home / "state/locks").mkdir(parents=True)
    (street.shell.home / "state/locks/acme.lock").symlink_to(precious)
    ended = street.run("orders")
    assert (ended.code, ended.report["error_type"]) == (2, "JobError")
    assert "acme.lock is a link, and a lock file must not be one" in ended.report["error"]
    assert precious.read_text(encoding="utf-8") == "precious"


def test_a_reset_waits_for_the_slot_too(street: Street) -> None:
    assert street.run("returns").code == 0
    first = street.gated("orders")
    second = street.start("state", "reset", "--config", "jobs/acme/returns.yaml", "--truncate", "--wait", "10m")
    next_event(second, "waiting_for_slot")
    assert street.ids("returns") == 2
    assert first.pass_on() == 0
    assert second.wait(SECONDS) == 0
    assert street.ids("returns") == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "told"),
    [
        (["--wait", "5"], {}, "'5' must be numbers with their units, the greater first, such as 30s, 5m or 1h30m"),
        ([], {"INGEST_TENANT_LIMIT": "0"}, "0 is not in the range 1<=x<=64"),
    ],
)
def test_a_wrong_time_or_limit_is_told_and_nothing_is_touched(
    street: Street, arguments: Sequence[str], variables: dict[str, str], told: str
) -> None:
    ended = street.run("orders", "acme", *arguments, **variables)
    assert ended.code == 2
    assert told in " ".join(ended.stderr.split())
    assert not (street.shell.home / "state").exists()


def can_unshare() -> bool:
    """Tell whether this user may make namespaces of its own."""
    tried = shutil.which("unshare") and subprocess.run(
        ["unshare", "--mount", "--uts", "--pid", "--fork", "true"],  # noqa: S607  # wherever it is installed
        check=False,
        capture_output=True,
    )
    return bool(tried and tried.returncode == 0)


apart = pytest.mark.skipif(not can_unshare(), reason="this user may not make namespaces")


def contained(street: Street, before: str, path: str) -> subprocess.Popen[str]:
    """Run a job as in a container: process numbers, host name and mounts of its own, the home folder shared."""
    line = f'{before}; exec "$0" -m ingest_cli run --config {path}'
    process = subprocess.Popen(  # noqa: S603  # our own line
        [
            *("unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"),
            "sh",
            "-c",
            line,
            sys.executable,
        ],
        cwd=street.shell.home,
        env=os.environ | {"PYTHONPATH": str(PLUGINS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    street.end.callback(process.communicate)
    street.end.callback(process.kill)
    return process


@apart
def test_a_container_and_a_shell_that_share_a_state_folder_share_its_slots(street: Street) -> None:
    street.shell.write("data/orders.txt", "")
    first = street.gated("orders")
    inside = contained(street, "hostname box", street.job("returns", gate=False))
    told = inside.communicate(timeout=SECONDS)[0]
    assert inside.returncode == 2
    assert f"process {first.process.pid} on {socket.gethostname()}" in told
    assert first.pass_on() == 0


@apart
def test_a_killed_container_holds_nothing(street: Street) -> None:
    path = street.job("orders")
    pipes = [street.shell.home / f"data/orders.{end}" for end in ("entered", "go")]
    for pipe in pipes:
        os.mkfifo(pipe)
    entered = os.open(pipes[0], os.O_RDONLY | os.O_NONBLOCK)
    street.end.callback(os.close, entered)
    inside = Run(contained(street, "hostname box", path), entered, pipes[1]).stand()
    assert "process 1 on box" in refused(street.run("returns"))
    gone(inside.process.pid)
    inside.process.wait(SECONDS)
    assert street.run("returns", "acme", "--wait", "1m").code == 0


@apart
@pytest.mark.parametrize(
    ("mount", "kind", "told"),
    [
        ("mount -t tmpfs -o ro none state", "JobError", "Read-only file system\n  mend: mount it so that it can be"),
        ("mount -t tmpfs -o size=4k,nr_inodes=2 none state; mkdir state/full", "TransientError", "No space left"),
        (
            "mount -t tmpfs -o size=4k none state; mkdir state/locks; head -c 8000 /dev/zero > state/full || true",
            "TransientError",
            "No space left",
        ),
    ],
    ids=["read-only", "no more files", "no more bytes"],
)
def test_a_state_folder_that_cannot_be_written_is_told(street: Street, mount: str, kind: str, told: str) -> None:
    (street.shell.home / "state").mkdir()
    inside = contained(street, mount, street.job("orders", gate=False))
    report = json.loads(inside.communicate(timeout=SECONDS)[0])
    assert (inside.returncode, report["error_type"]) == (2, kind)
    assert told in report["error"]
