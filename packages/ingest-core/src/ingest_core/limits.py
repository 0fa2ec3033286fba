"""What each part of a run may take, so that all of it together stays within ``limits.memory`` and the open files.

Measured in November 2026: five million rows of ten columns, read as CSV and written to one table, took 346 MB with one
worker, 635 MB with four and 818 MB with eight.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass

LIBRARIES = 250_000_000
"""Bytes that a run takes beside its workers."""

WORKER = 90_000_000
"""Bytes that a worker takes: what it reads, what it shapes, the row group it writes. More than most take."""

REST = 320_000_000
"""Bytes that a run takes beside the rows it gathers: libraries, two workers, files being read and written again."""

LEAST_GATHERING = 64_000_000
"""Bytes below which DuckDB may fail to compare rows instead of writing them to disk: with 32 MB it did, with 64 not."""

LEAST_SHARE = 16_000_000
MOST_SHARE = 256_000_000
"""Bounds of what one writer may hold; more makes files no better."""

MOST_FILES = 100
"""Files that one writer keeps open."""

OTHER_FILES = 128
"""Files and connections that a run keeps open beside what its writers write: sources, catalog, store, logs."""


@dataclass(frozen=True)
class Share:
    """What one writer of data files may take.

    Args:
        memory: Bytes. Half of them for rows that wait; as many again for parts of files that storage holds back.
        files: Files that it keeps open.
    """

    memory: int = 64 * 1024 * 1024
    files: int = MOST_FILES


def workers_at_once(asked: int, memory: int) -> int:
    """Give how many workers may run at once: one at least, and no more than fit.

    Args:
        asked: How many the job wants.
        memory: The bytes that the run may take.
    """
    return min(asked, max((memory - LIBRARIES) // WORKER, 1))


def gathering_memory(memory: int, workers: int) -> int:
    """Give the bytes that rows to be merged may take before they go to disk: what reading and writing leave.

    Args:
        memory: The bytes that the run may take.
        workers: How many gather at once.
    """
    return max(memory - REST - max(workers - 2, 0) * WORKER, memory // 4, LEAST_GATHERING)


def share_of(memory: int, workers: int) -> Share:
    """Give each worker's writer its share.

    Args:
        memory: The bytes that the run may take.
        workers: How many write at once.
    """
    left = (memory - LIBRARIES - workers * WORKER) // workers
    return Share(min(max(left, LEAST_SHARE), MOST_SHARE), files_of(workers))


def files_of(workers: int) -> int:
    """Give how many files each of some writers may keep open, of those that the process may have.

    Args:
        workers: How many write at once.
    """
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return MOST_FILES
    return min(max((allowed - OTHER_FILES) // workers, 1), MOST_FILES)
