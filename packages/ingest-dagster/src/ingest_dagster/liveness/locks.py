"""Tells whether the process of a run lives: while it does, it holds a lock that the kernel frees when it ends.

The lock is ``flock``'s on ``state/dagster/runs/<run id>.lock``. It is held until the process ends, not until the run's
step does: a step that waits before it tries again, and a run that has yet to write its last words, are alive too.

Source: flock(2).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest_core import JobError

from ingest_dagster.instance.folder import dagster_home

_held: dict[Path, int] = {}
"""Descriptors of the locks that this process holds."""
_busy: dict[Path, int] = {}
"""How many are inside :func:`alive` for each."""


def _close_in_child() -> None:
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()
    _busy.clear()


# A program that is started does not inherit the locks, but a fork does, and may outlive the run.
os.register_at_fork(after_in_child=_close_in_child)


@contextmanager
def alive(home: Path, run_id: str) -> Iterator[None]:
    """Show that the process of a run lives, from here until it ends.

    A process that does another run, as in a test, shows no more from then on that the earlier one lives.

    Args:
        home: The home folder.
        run_id: Dagster's id of the run.

    Raises:
        JobError: The lock file cannot be made, or its file system has no locks.
    """
    path = lock_file(home, run_id)
    if path not in _held:
        _let_go_of_others()
        _held[path] = _taken(path)
    _busy[path] = _busy.get(path, 0) + 1
    try:
        yield
    finally:
        _busy[path] -= 1


def lives(home: Path, run_id: str) -> bool | None:
    """Tell whether the process of a run lives.

    Returns:
        ``None`` where it cannot be known: the run has not come so far that it holds its lock.
    """
    try:
        descriptor = os.open(lock_file(home, run_id), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def lock_file(home: Path, run_id: str) -> Path:
    """Name the lock file of a run."""
    return dagster_home(home) / "runs" / f"{run_id}.lock"


def lock_files(home: Path) -> Iterator[tuple[str, Path]]:
    """List the lock files that are there, each with its run's id."""
    for path in (dagster_home(home) / "runs").glob("*.lock"):
        yield path.stem, path


def _taken(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o664)
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # waits for who looks whether it is held: a moment
            if _has_name(descriptor, path):
                return descriptor
            os.close(descriptor)
    except OSError as error:
        raise JobError(
            f"{path}, which shows that a run lives, cannot be made and locked: {error.strerror}",
            "put state/ on a file system that can be written and has locks: a local disk, for one",
        ) from error


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_name(descriptor: int, path: Path) -> bool:
    """Tell whether an open file is still the one that has the name: files of runs that ended are removed."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    return False


def _let_go_of_others() -> None:
    for path in [path for path in _held if not _busy.get(path)]:
        os.close(_held.pop(path))
        _busy.pop(path, None)
