"""Runs whose process was killed are known by their lock, and ended in Dagster's records; those that live are not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, build_sensor_context, job
from ingest_dagster.liveness.dead_runs import end_dead_runs
from ingest_dagster.liveness.locks import alive, lives, lock_file
from ingest_dagster.liveness.watching import watch_runs

HOLD = """
import sys, time
from pathlib import Path
from ingest_dagster.liveness.locks import alive
with alive(Path(sys.argv[1]), sys.argv[2]):
    pass
print("held", flush=True)
sys.stdin.read()
"""


@job
def empty() -> None:
    """Do nothing."""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    folder = tmp_path / "state" / "dagster"
    folder.mkdir(parents=True)
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with DagsterInstance.from_config(str(folder)) as here:
        yield here


@contextmanager
def process(home: Path, run_id: str) -> Iterator[subprocess.Popen[str]]:
    """A process that does a run, and is past its step."""
    line = [sys.executable, "-c", HOLD, str(home), run_id]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:  # noqa: S603  # above
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        try:
            yield worker
        finally:
            worker.kill()


def a_run(instance: DagsterInstance, status: DagsterRunStatus) -> str:
    run_id: str = instance.create_run_for_job(empty, status=status).run_id
    return run_id


def status(instance: DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status.value


def test_a_run_lives_until_its_process_ends_also_between_two_tries_of_its_step(tmp_path: Path) -> None:
    assert lives(tmp_path, "one") is None
    with process(tmp_path, "one") as worker:
        assert lives(tmp_path, "one") is True
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert lives(tmp_path, "one") is False


def test_a_step_that_tries_again_takes_its_lock_again(tmp_path: Path) -> None:
    for _ in range(2):
        with alive(tmp_path, "again"):
            assert lives(tmp_path, "again") is True


def test_a_process_that_does_another_run_lets_go_of_the_one_before(tmp_path: Path) -> None:
    with alive(tmp_path, "first"), alive(tmp_path, "second"):
        assert [lives(tmp_path, name) for name in ("first", "second")] == [True, True]
    with alive(tmp_path, "third"):
        assert [lives(tmp_path, name) for name in ("first", "second", "third")] == [False, False, True]


def test_what_a_run_forks_does_not_hold_its_lock(tmp_path: Path) -> None:
    ours, childs = socket.socketpair()
    with alive(tmp_path, "parent"):
        child = os.fork()
        if child == 0:
            ours.close()
            childs.send(b"!")
            childs.recv(1)  # until the other end is closed
            os._exit(0)
    childs.close()
    with ExitStack() as stack:
        stack.callback(os.waitpid, child, 0)
        stack.callback(ours.close)
        assert ours.recv(1) == b"!"
        with alive(tmp_path, "next"):
            assert lives(tmp_path, "parent") is False


@pytest.mark.parametrize(
    ("before", "after"), [("STARTED", "FAILURE"), ("STARTING", "FAILURE"), ("CANCELING", "CANCELED")]
)
def test_a_run_whose_process_was_killed_is_ended(
    tmp_path: Path, instance: DagsterInstance, before: str, after: str
) -> None:
    run_id = a_run(instance, DagsterRunStatus(before))
    with process(tmp_path, run_id) as worker:
        assert end_dead_runs(instance, tmp_path) == []
        worker.kill()
        worker.wait()
        assert end_dead_runs(instance, tmp_path) == [run_id]
    assert status(instance, run_id) == after
    (said,) = [entry.message for entry in instance.all_logs(run_id) if "left no word" in entry.message]
    assert "goes on from there" in said
    assert end_dead_runs(instance, tmp_path) == []


def test_a_run_that_is_about_to_begin_is_let_be_for_a_while(tmp_path: Path, instance: DagsterInstance) -> None:
    run_id = a_run(instance, DagsterRunStatus.STARTED)
    assert end_dead_runs(instance, tmp_path) == []
    assert end_dead_runs(instance, tmp_path, beginning=timedelta(0)) == [run_id]


@pytest.mark.parametrize("state", ["NOT_STARTED", "SUCCESS"])
def test_a_run_without_a_process_is_let_be(tmp_path: Path, instance: DagsterInstance, state: str) -> None:
    run_id = a_run(instance, DagsterRunStatus(state))
    assert end_dead_runs(instance, tmp_path, beginning=timedelta(0)) == []
    assert status(instance, run_id) == state


def test_a_run_that_ends_while_it_is_looked_at_is_let_be(
    tmp_path: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = a_run(instance, DagsterRunStatus.STARTED)

    def ends_now(home: Path, looked_at: str) -> bool:
        run = instance.get_run_by_id(looked_at)
        assert run is not None
        if not run.is_finished:
            instance.report_run_canceled(run)
        return lives(home, looked_at) is True

    monkeypatch.setattr("ingest_dagster.liveness.dead_runs.lives", ends_now)
    assert end_dead_runs(instance, tmp_path) == []
    assert status(instance, run_id) == "CANCELED"


def test_lock_files_of_runs_that_are_over_are_removed(tmp_path: Path, instance: DagsterInstance) -> None:
    over, going_on = (a_run(instance, DagsterRunStatus(each)) for each in ("SUCCESS", "STARTED"))
    with process(tmp_path, over) as ending, process(tmp_path, going_on):
        end_dead_runs(instance, tmp_path)
        assert lock_file(tmp_path, over).exists()  # its process writes its last words
        ending.kill()
        ending.wait()
        end_dead_runs(instance, tmp_path)
        assert not lock_file(tmp_path, over).exists()
        assert lock_file(tmp_path, going_on).exists()


def test_runs_of_another_launcher_are_left_to_it(tmp_path: Path) -> None:
    with DagsterInstance.ephemeral() as instance:  # whose launcher is not the default one
        run_id = a_run(instance, DagsterRunStatus.STARTED)
        assert end_dead_runs(instance, tmp_path, beginning=timedelta(0)) == []
        assert status(instance, run_id) == "STARTED"


def test_the_sensor_says_which_runs_were_killed(tmp_path: Path, instance: DagsterInstance) -> None:
    run_id = a_run(instance, DagsterRunStatus.STARTED)
    with process(tmp_path, run_id) as worker:
        worker.kill()
    watch = watch_runs(tmp_path)
    said = watch.evaluate_tick(build_sensor_context(instance)).skip_message
    assert said == f"killed, and now recorded as such: {run_id}"
    assert watch.evaluate_tick(build_sensor_context(instance)).skip_message == "no run was killed"
