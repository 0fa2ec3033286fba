"""Checks of how a source behaves while it reads: side by side, stopped midway, over a long stream."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from ingest_core.errors import IngestError
from ingest_core.plugin import Batch, Source, Split
from ingest_core.testing.errors import ConformanceError, DoesNotApplyError
from ingest_core.testing.loading import (
    PIECES,
    Message,
    Row,
    described,
    filled,
    load,
    rows_of,
    same_rows,
    translated,
)
from ingest_core.testing.system import System

READERS = 4
"""How many threads read at once."""

IN_STEP = 10.0
"""Seconds that a thread waits for the others before it reads on by itself."""

GONE = 5.0
"""Seconds in which what was stopped must be gone; it is waited for only until it is."""

GROWTH = 1.4
"""How much more may be held by chance in a stream's second half; what is kept doubles it."""


def threads(system: System) -> None:
    """One source is read by several threads at once, each split by all of them, and each gets its own rows."""
    filled(system.put, system.rows, PIECES)
    alone = load(system.source())
    source, splits = _divided(system)
    for split, messages in zip(splits, alone.messages, strict=True):
        together = threading.Barrier(READERS)
        with ThreadPoolExecutor(READERS) as pool:
            futures = [pool.submit(_in_step, source, split, together) for _ in range(READERS)]
        for future in futures:
            with translated("read by several threads"):
                got = future.result()
            same_rows(
                got,
                rows_of(messages),
                "a split read by several threads at once",
                "keep nothing of a reading in the source",
            )


def _in_step(source: Source, split: Split, together: threading.Barrier) -> Counter[Row]:
    """Read a split, each message at the moment at which the other threads read theirs."""
    messages: list[Message] = []
    try:
        reading = iter(source.read(split))
        while True:
            # Who has come to an end leaves; the others then go on by themselves.
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(IN_STEP)
            if (message := next(reading, None)) is None:
                return rows_of(messages)
            messages.append(message)
    finally:
        together.abort()


def stopped(system: System) -> None:
    """A reading that is stopped midway leaves no thread and no open file."""
    filled(system.put, system.rows, PIECES)
    source, splits = _divided(system)
    threads_before, files_before = set(threading.enumerate()), _open_files()
    for split in splits:
        _read_a_little(source, split)
    deadline = time.monotonic() + GONE
    while left := _left(threads_before, files_before):
        if time.monotonic() > deadline:
            raise ConformanceError(
                f"read: stopped after its first message, it left {', '.join(left)}",
                "close what is open in a `finally`, or by `with`, within the generator",
            )
        threading.Event().wait(0.01)


def _read_a_little(source: Source, split: Split) -> None:
    with translated("read"):
        reading = iter(source.read(split))
        next(reading, None)
        if close := getattr(reading, "close", None):
            close()


def _left(threads_before: set[threading.Thread], files_before: Counter[str]) -> Sequence[str]:
    """Name the threads and open files that were not there before."""
    gc.collect()
    started = set(threading.enumerate()) - threads_before
    return [
        *(f"the thread {thread.name!r}" for thread in started),
        *(f"the open file {name}" for name in _open_files() - files_before),
    ]


def _open_files() -> Counter[str]:
    """Count what this process has open, by name, as the kernel tells it."""
    has_links = Path("/proc/self/fd").exists()
    names: Counter[str] = Counter()
    for link in Path("/proc/self/fd" if has_links else "/dev/fd").iterdir():
        # The descriptor that lists them is gone by now; whatever its number was, nothing of it is counted.
        with contextlib.suppress(OSError):
            names[str(link.readlink()) if has_links else link.name] += 1
    return names


def bounded(system: System) -> None:
    """Memory does not grow with the stream: in its second half no more is held than in its first."""
    system.put(system.rows(0, system.long_rows))
    source, splits = _divided(system)
    passed = 0
    held: list[tuple[int, int]] = []
    with _traced():
        before = _held()
        for batch in _batches(source, splits):
            passed += batch.nbytes
            held.append((passed, _held() - before))
    early = max((bytes_held for place, bytes_held in held if place <= passed / 2), default=0)
    late = max((bytes_held for place, bytes_held in held if place > passed / 2), default=0)
    if late > early * GROWTH + passed / 10 + system.own_bytes:
        raise ConformanceError(
            f"read: of a stream of {passed} bytes in {len(held)} batches, {early} were held at once in its first half, "
            f"and {late} in its second",
            "hand each batch on as soon as it is there, a few megabytes each, and keep none",
        )


def _batches(source: Source, splits: Sequence[Split]) -> Iterator[pa.RecordBatch]:
    for split in splits:
        with translated("read"):
            for message in source.read(split):
                if isinstance(message, Batch):
                    yield message.record_batch


def _held() -> int:
    """Give the bytes that Arrow and Python hold now."""
    return int(pa.total_allocated_bytes()) + tracemalloc.get_traced_memory()[0]


@contextlib.contextmanager
def _traced() -> Iterator[None]:
    """Let Python count its memory, unless it does so already."""
    started = not tracemalloc.is_tracing()
    if started:
        tracemalloc.start()
    try:
        yield
    finally:
        if started:
            tracemalloc.stop()


def troubles_pass(system: System) -> None:
    """What passes by itself (asked too often, out of order for a moment) is waited for: the load is whole."""
    filled(system.put, system.rows, PIECES)
    wanted = load(system.source()).rows
    source = system.troubled()
    if source is None:
        raise DoesNotApplyError("nothing of the system passes by itself; override `troubled`")
    mend = "try again what passes, and begin a page anew that broke off"
    same_rows(load(source).rows, wanted, "a load through passing troubles", mend)


def errors_translated(system: System) -> None:
    """A system that breaks is told by a JobError or a TransientError, never as if it had come to an end."""
    filled(system.put, system.rows, PIECES)
    wanted = load(system.source()).rows
    source = system.broken()
    if source is None:
        raise DoesNotApplyError("the system cannot be broken; override `broken`")
    try:
        found = load(source)
    except IngestError:
        return
    raise ConformanceError(
        f"read: of a broken system {found.rows.total()} of {wanted.total()} rows came, and no error",
        "tell an end from a failure: raise JobError or TransientError",
    )


def _divided(system: System) -> tuple[Source, Sequence[Split]]:
    source = system.source()
    stream = described(source)
    with translated("splits"):
        return source, list(source.splits(stream, {}))
