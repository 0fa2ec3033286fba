"""Reads splits into data files. :func:`work` could run on another machine; only the driver commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from ingest_core.messages import Batch, Split, SplitResult
from ingest_core.ports import Source, Table
from ingest_core.shaping import Shaper


class _StoppedError(Exception):
    """Another split failed; its error is the one to tell."""


@dataclass(frozen=True)
class Work:
    """What it takes to read a split.

    Args:
        source: Reads it.
        shape: Makes rows of the table of its batches.
        table: Whose files are written.
        log: The logger, bound to the object.
        stop: Set when the rest need not be read.
    """

    source: Source
    shape: Shaper
    table: Table
    log: Any
    stop: threading.Event = field(default_factory=threading.Event)


def work(given: Work, split: Split) -> Iterator[SplitResult]:
    """Read one split: a result for each checkpoint, its files closed.

    Raises:
        RuntimeError: The source gave rows behind its last checkpoint.
    """
    writer = given.table.writer()
    rows = 0
    try:
        for message in given.source.read(split):
            _go_on(given.stop)
            if isinstance(message, Batch):
                writer.write(given.shape(message))
                rows += message.record_batch.num_rows
                given.log.debug("batch_written", rows=message.record_batch.num_rows, source=message.origin)
            else:
                yield SplitResult(writer.flush(), rows, message.cursor)
                rows = 0
    except BaseException:
        writer.abandon()
        raise
    if rows:
        raise RuntimeError(f"the source gave {rows} rows of {split.stream.name} that no checkpoint covers")


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise _StoppedError


def work_all(given: Work, splits: Sequence[Split], workers: int) -> list[SplitResult]:
    """Read splits side by side.

    Args:
        given: What it takes.
        splits: What to read.
        workers: How many at once.

    Raises:
        Exception: The first split's that failed; the others are stopped.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="split") as pool:
        futures = [pool.submit(_results, given, split) for split in splits]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            # Without a failure all are done by now; after one, or a signal, the rest need not be read.
            given.stop.set()
            pool.shutdown(cancel_futures=True)
    _raise_first(futures)
    return [result for future in futures for result in future.result()]


def _results(given: Work, split: Split) -> list[SplitResult]:
    return list(work(given, split))


def _raise_first(futures: Sequence[Future[list[SplitResult]]]) -> None:
    """Raise what a split failed of, and not that others were stopped for it."""
    errors = [future.exception() for future in futures if not future.cancelled()]
    for error in errors:
        if error and not isinstance(error, _StoppedError):
            raise error
