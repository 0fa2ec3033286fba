"""A store on disk: a DuckDB database in a folder of its own, which goes with the run.

Folders that killed runs left behind are taken away by the next: whoever lives holds a lock on its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest_core.batching import PIECE_ROWS, gathered
from ingest_core.errors import JobError, TransientError

LOCK = "lock"


@contextlib.contextmanager
def open_store(parent: Path, memory: int, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty store, and take it away in the end.

    Args:
        parent: Where its folder is made.
        memory: Bytes that it may take before it spills to disk.
        threads: How many it may use.

    Raises:
        JobError: What is done with it takes more memory.
        TransientError: The disk is full, or failed.
    """
    with _folder(parent) as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory}B",
            "temp_directory": str(folder / "spill"),
            "threads": threads,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with _translated(), duckdb.connect(str(folder / "store.duckdb"), config=settings) as connection:
            yield connection


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what DuckDB raises for want of room into a person's fault or a passing one."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise JobError(
            f"the rows to be merged could not be compared within the job's memory: {_first_line(error)}",
            "give the run more",
            ("limits", "memory"),
        ) from error
    except duckdb.IOException as error:
        raise TransientError(
            f"the rows to be merged could not be written to disk: {_first_line(error)}",
            "see that the disk of the state folder has room; run again",
        ) from error


def answer(store: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    """Read what a query finds, batch by batch.

    Raises:
        duckdb.Error: It failed on the way, which Arrow's stream alone would tell as an error of its own.
    """
    try:
        yield from gathered(store.sql(query).to_arrow_reader(PIECE_ROWS))
    except (OSError, pa.ArrowException) as error:
        kind = duckdb.OutOfMemoryException if "Out of Memory Error" in str(error) else duckdb.IOException
        raise kind(str(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


@contextlib.contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """Make a folder, and take it away in the end."""
    parent.mkdir(parents=True, exist_ok=True)
    # One run at a time: else a folder could be swept after it was made and before its lock is held.
    with _held(parent / LOCK):
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
        lock = _hold(folder / LOCK)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what is left is swept by the next run
        os.close(lock)


def _sweep(parent: Path) -> None:
    """Take away the folders whose owner is dead. Nobody makes one meanwhile."""
    for folder in parent.iterdir():
        if folder.is_dir():
            # A folder whose lock is held, or that its owner is taking away just now, is left alone.
            with contextlib.suppress(OSError), _held(folder / LOCK, fcntl.LOCK_NB):
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _held(path: Path, how: int = 0) -> Iterator[None]:
    lock = _hold(path, how)
    try:
        yield
    finally:
        os.close(lock)


def _hold(path: Path, how: int = 0) -> int:
    """Hold a file's lock until the descriptor is closed, or the process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
