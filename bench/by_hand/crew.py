"""A writer for each core, fed by one bounded queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import pyarrow as pa
from pyiceberg.manifest import DataFile

from bench.by_hand.files import HandFile

WRITERS = 2
WAITING = 2


def write_all(batches: Iterable[pa.RecordBatch], begin: Callable[[], HandFile]) -> list[DataFile]:
    """Write batches to as many files as there are writers.

    Args:
        batches: The rows.
        begin: Begins a file.
    """
    queue: Queue[pa.RecordBatch | None] = Queue(WAITING)

    def drain() -> DataFile:
        file = begin()
        for batch in iter(queue.get, None):
            file.write(batch)
        return file.finish()

    with ThreadPoolExecutor(WRITERS) as pool:
        futures = [pool.submit(drain) for _ in range(WRITERS)]
        for batch in batches:
            queue.put(batch)
        for _ in futures:
            queue.put(None)
        return [future.result() for future in futures]
