"""A tenant's slot holds between real processes, and is freed however its holder ends."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from ingest_core import JobError, TransientError
from ingest_core.executor.slots import Terms, tenant_slot
from ingest_core.plugin import RunContext

HOLD = """
import sys
from pathlib import Path
from ingest_core.executor.slots import tenant_slot
from ingest_core.plugin import RunContext
with tenant_slot(RunContext(Path(sys.argv[1]), "acme", "nightly", "run-1")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own line
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def context(home: Path, tenant: str = "acme") -> RunContext:
    return RunContext(home, tenant, "shop", "run-2")


def test_a_busy_tenant_is_told_with_its_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(TransientError, match="'acme' is busy") as raised, tenant_slot(context(tmp_path)):
        pass
    assert f"job 'nightly' (run run-1, process {holder.pid} on {socket.gethostname()}, since 20" in str(raised.value)


@pytest.mark.usefixtures("holder")
def test_another_tenant_is_free(tmp_path: Path) -> None:
    with tenant_slot(context(tmp_path, "beta")):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with tenant_slot(context(tmp_path)):
        pass


def test_a_slot_is_given_back_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with tenant_slot(context(tmp_path)):
            pass


def test_a_disk_without_room_for_the_holders_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", fill)
    with pytest.raises(TransientError, match="No space left"), tenant_slot(context(tmp_path)):
        pass
    monkeypatch.undo()
    with tenant_slot(context(tmp_path)):
        pass


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS])
def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(JobError, match="has no file locks") as raised, tenant_slot(context(tmp_path)):
        pass
    assert "a local disk, or a network mount with locks" in str(raised.value)


def test_a_file_system_that_grants_a_lock_to_everybody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    with pytest.raises(JobError, match="it grants the same lock twice"), tenant_slot(context(tmp_path)):
        pass


def test_threads_of_one_process_share_the_slots_and_each_gets_its_turn(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def take(_: int) -> None:
        with tenant_slot(context(tmp_path), Terms(limit=2, wait=timedelta(minutes=5))):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(24)))
    assert len(most) == 24
    assert max(most) <= 2
    assert sorted(path.name for path in (tmp_path / "state/locks").iterdir()) in (
        ["acme.lock"],
        ["acme.lock", "acme@2.lock"],
    )


def test_the_file_of_one_who_died_waiting_is_taken_away_and_other_files_are_left_alone(tmp_path: Path) -> None:
    locks = tmp_path / "state/locks"
    locks.mkdir(parents=True)
    (locks / "acme@waits-000000000007.lock").touch()
    kept = ["acme@waits-7.lock", "acme@waits-x.lock", "beta@waits-000000000001.lock", "note"]
    for name in kept:
        (locks / name).touch()
    with tenant_slot(context(tmp_path)):
        pass
    assert sorted(path.name for path in locks.iterdir()) == sorted(["acme.lock", *kept])


@pytest.mark.parametrize("note", ["", "{", "[]", "null", '{"job": 1}', "\x00" * 5000, '{"pid": "x"}'])
def test_a_holder_that_left_no_readable_name_is_told_as_such(tmp_path: Path, note: str) -> None:
    locks = tmp_path / "state/locks"
    locks.mkdir(parents=True)
    file = locks / "acme.lock"
    file.write_text(note)
    with file.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TransientError, match="busy: somebody who left no name"), tenant_slot(context(tmp_path)):
            pass


def test_a_stop_in_the_moment_in_which_a_slot_is_taken_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ingest_core.executor.slots._Taking._tell_end", stop)
        with pytest.raises(KeyboardInterrupt), tenant_slot(context(tmp_path)):
            pytest.fail("it went on")
    with tenant_slot(context(tmp_path)):
        pass
