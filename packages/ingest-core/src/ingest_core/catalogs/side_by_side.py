"""Writes rows with several writers, each in a thread of its own: encoding Parquet takes longer than reading it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from ingest_core.messages import DataFile
    from ingest_core.ports import Writer


class _Feed:
    """Gives each batch to whoever asks first, so that none waits in between."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._lock = threading.Lock()
        self._stopped = False

    def take(self) -> pa.RecordBatch | None:
        """Read the next batch; ``None`` at the end."""
        with self._lock:
            return None if self._stopped else next(self._batches, None)

    @property
    def is_stopped(self) -> bool:
        """Whether somebody failed."""
        return self._stopped

    def stop(self) -> None:
        """Give nobody any more."""
        self._stopped = True


def write_all(batches: Iterator[pa.RecordBatch], writers: Sequence[Writer]) -> Sequence[DataFile]:
    """Write batches, each with the writer that is free first.

    Args:
        batches: The rows. They are read by the writers' threads, by one at a time.
        writers: At least one.

    Returns:
        The closed files of all writers.

    Raises:
        Exception: What reading or writing raised; then all writers are abandoned.
    """
    feed = _Feed(batches)
    try:
        with ThreadPoolExecutor(len(writers), thread_name_prefix="rewrite") as pool:
            try:
                drained = [pool.submit(_drain, feed, writer) for writer in writers]
                return [*chain.from_iterable(files.result() for files in drained)]
            finally:
                feed.stop()
    except BaseException:
        for writer in writers:
            writer.abandon()
        raise


def _drain(feed: _Feed, writer: Writer) -> Sequence[DataFile]:
    """Write what the feed gives, and close the files: each waits for the disk by itself."""
    try:
        while (batch := feed.take()) is not None:
            writer.write(batch)
            del batch  # before the next is read
        return () if feed.is_stopped else writer.flush()
    except BaseException:
        feed.stop()
        raise
