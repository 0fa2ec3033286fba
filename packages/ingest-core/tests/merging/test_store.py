"""A store's folder goes with its run, is swept when its run was killed, and is nobody else's to take away."""

import fcntl
import select
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from ingest_core import JobError
from ingest_core.merging.store import answer, open_store

MEMORY = 64_000_000
LITTLE = 8_000_000
OPEN = """
import sys
from pathlib import Path
from ingest_core.merging.store import open_store
with open_store(Path(sys.argv[1]), 64_000_000, 1) as connection:
    print("open", flush=True)
    sys.stdin.readline()
"""


def other_run(parent: Path) -> subprocess.Popen[str]:
    """Open a store in a process of its own; it says so, and waits."""
    command = [sys.executable, "-c", OPEN, str(parent)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own Python


def folders(parent: Path) -> list[Path]:
    return [each for each in parent.iterdir() if each.is_dir()]


def said(stream: IO[str] | None, seconds: float) -> bool:
    """Tell whether a process says anything within some time."""
    assert stream is not None
    return bool(select.select([stream], [], [], seconds)[0])


def test_a_folder_goes_with_its_store_and_that_of_a_killed_run_with_the_next(tmp_path: Path) -> None:
    with other_run(tmp_path) as dead:
        assert said(dead.stdout, 60)
        dead.kill()
    (left,) = folders(tmp_path)
    with open_store(tmp_path, MEMORY, 1):
        (own,) = folders(tmp_path)
        assert own != left
    assert folders(tmp_path) == []


def test_a_folder_that_a_killed_run_had_just_made_is_swept_too(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with open_store(tmp_path, MEMORY, 1):
        assert not (tmp_path / "made").exists()


def test_a_store_that_is_just_being_made_is_not_swept_by_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[subprocess.Popen[str]] = []
    flock = fcntl.flock

    def slow(descriptor: int, operation: int) -> None:
        """Let another run begin at the worst moment: the folder's lock is there, and not held yet."""
        if folders(tmp_path) and not others:
            others.append(other_run(tmp_path))
            said(others[0].stdout, 5)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", slow)
    with open_store(tmp_path, MEMORY, 1) as connection:
        (other,) = others
        assert said(other.stdout, 60)
        assert len(folders(tmp_path)) == 2
        connection.execute("CREATE TABLE t AS SELECT range AS n FROM range(100000)")
        connection.execute("CHECKPOINT")
    assert len(folders(tmp_path)) == 1
    other.communicate("\n", timeout=60)
    assert folders(tmp_path) == []


NUMBERS = "SELECT range AS n, repeat('x', 1000) || range AS t FROM range(200000)"
HELD_AT_ONCE = f"SELECT n % 2 AS half, list(t) AS texts FROM ({NUMBERS}) GROUP BY 1"  # noqa: S608  # our own words
FULL = """
import resource, signal, sys
from pathlib import Path
from ingest_core import TransientError
from ingest_core.merging.store import open_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open_store(Path(sys.argv[1]), 64_000_000, 1) as connection:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        connection.execute(f"CREATE TABLE big AS {sys.argv[2]}")
except TransientError as error:
    print(error)
"""


def test_what_does_not_fit_into_memory_is_told_with_the_key_to_change(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="within the job's memory") as raised, open_store(tmp_path, LITTLE, 1) as store:
        store.execute(f"CREATE TABLE big AS {HELD_AT_ONCE}")
    assert raised.value.faults[0].key == ("limits", "memory")


def test_what_runs_out_of_memory_while_it_is_read_is_told_alike(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="within the job's memory"), open_store(tmp_path, LITTLE, 1) as store:
        list(answer(store, HELD_AT_ONCE))


def test_a_disk_that_takes_no_more_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path), NUMBERS]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603  # our own line
    assert "could not be written to disk" in told
    assert folders(tmp_path) == []
