"""Reads in a thread of its own, one batch ahead: while one is encoded, the next is decoded."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def ahead(batches: Iterator[pa.RecordBatch]) -> Generator[pa.RecordBatch]:
    """Give batches in their order. One that was read waits in memory beside the one that was given.

    Args:
        batches: Read by one thread, not always the caller's; no further once the caller closes what it got.

    Raises:
        Exception: What reading raised, in the place of the batch.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch
            del batch  # what is waited for meanwhile is memory enough
