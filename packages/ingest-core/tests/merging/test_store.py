"""A store's folder goes with its run, is swept when its run was killed, and is nobody else's to take away."""

import fcntl
import select
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from ingest_core.merging.store import open_store

MEMORY = 64_000_000
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
