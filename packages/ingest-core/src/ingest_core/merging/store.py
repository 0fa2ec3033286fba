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

LOCK = "lock"


@contextlib.contextmanager
def open_store(parent: Path, memory: int, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty store, and take it away in the end.

    Args:
        parent: Where its folder is made.
        memory: Bytes that it may take before it spills to disk.
        threads: How many it may use.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    with _folder(parent) as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory}B",
            "temp_directory": str(folder / "spill"),
            "threads": threads,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(str(folder / "store.duckdb"), config=settings) as connection:
            yield connection


@contextlib.contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=parent))
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what is left is swept by the next run
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    """Take away the folders whose owner is dead; a folder without a lock yet is just being made."""
    for lock in parent.glob(f"*/{LOCK}"):
        with contextlib.suppress(OSError), lock.open("r+b") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
