"""Reads splits into data files. :func:`work` could run on another machine; only the driver commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from ingest_core.events import Observer, RunEvent
from ingest_core.failpoints import reach
from ingest_core.messages import Batch, Split, SplitResult
from ingest_core.ports import Source, Writer
from ingest_core.shaping import Shaper

_Lane = SimpleQueue[SplitResult | None]


class _StoppedError(Exception):
    """Another split failed; its error is the one to tell."""


@dataclass(frozen=True)
class Work:
    """What it takes to read a split.

    Args:
        source: Reads it.
        shape: Makes rows of the table of its batches.
        writers: Opens the writer of a split, given the split's place among the splits.
        log: The logger, bound to the object.
        tell: Tells how far the work is.
        stop: Set when the rest need not be read.
    """

    source: Source
    shape: Shaper
    writers: Callable[[int], Writer]
    log: Any
    tell: Observer
    stop: threading.Event = field(default_factory=threading.Event)


def work(given: Work, split: Split, place: int = 0) -> Iterator[SplitResult]:
    """Read one split: a result for each checkpoint, its files closed.

    Args:
        given: What it takes.
        split: What to read.
        place: Its place among the splits.

    Raises:
        RuntimeError: The source gave rows behind its last checkpoint.
    """
    writer = given.writers(place)
    rows = 0
    try:
        for message in given.source.read(split):
            _go_on(given.stop)
            if isinstance(message, Batch):
                _write(given, message, writer)
                rows += message.record_batch.num_rows
                given.tell(_read(split, place, message))
            else:
                yield SplitResult(writer.flush(), rows, message.cursor)
                rows = 0
            del message  # before the next is read: memory holds one batch of a worker
    except BaseException:
        writer.abandon()
        raise
    if rows:
        raise RuntimeError(f"the source gave {rows} rows of {split.stream.name} that no checkpoint covers")
    given.tell(RunEvent("split_finished", split.stream.name, split=place, size=split.size))


def _write(given: Work, batch: Batch, writer: Writer) -> None:
    reach("batch read")
    shaped = given.shape(batch)
    reach("batch shaped")
    writer.write(shaped)
    given.log.debug("batch_written", rows=shaped.num_rows, source=batch.origin)


def _read(split: Split, place: int, batch: Batch) -> RunEvent:
    rows, size = batch.record_batch.num_rows, batch.record_batch.nbytes
    return RunEvent("rows_read", split.stream.name, split=place, rows=rows, size=size)


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise _StoppedError


def work_all(given: Work, splits: Sequence[Split], workers: int) -> Generator[SplitResult]:
    """Read splits side by side.

    Args:
        given: What it takes.
        splits: What to read.
        workers: How many at once.

    Yields:
        The results, in the order of the splits, as soon as they are there.

    Raises:
        Exception: The first split's that failed; the others are stopped.
    """
    lanes: list[_Lane] = [SimpleQueue() for _ in splits]
    with ThreadPoolExecutor(workers, thread_name_prefix="split") as pool:
        try:
            futures = [pool.submit(_fill, given, split, place, lanes[place]) for place, split in enumerate(splits)]
            for lane, future in zip(lanes, futures, strict=True):
                yield from iter(lane.get, None)
                _check(future, futures)
        finally:
            # Without a failure all are done by now; after one, or a signal, the rest need not be read.
            given.stop.set()
            pool.shutdown(cancel_futures=True)


def _fill(given: Work, split: Split, place: int, lane: _Lane) -> None:
    """Put a split's results in its lane, and ``None`` behind the last, also after a failure."""
    try:
        for result in work(given, split, place):
            lane.put(result)
    except BaseException:
        given.stop.set()
        raise
    finally:
        lane.put(None)


def _check(ended: Future[None], futures: Sequence[Future[None]]) -> None:
    """Raise what a split failed of, and not that others were stopped for it."""
    if ended.exception() is None:
        return
    for future in futures:
        future.cancel()
    wait(futures)
    errors = [error for future in futures if not future.cancelled() and (error := future.exception())]
    raise next(error for error in errors if not isinstance(error, _StoppedError))
