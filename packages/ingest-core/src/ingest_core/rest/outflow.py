"""Gathers the rows of pages into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest_core.plugin import Batch, Checkpoint, Stream
from ingest_core.rest.columns import Columns

BLOCK_ROWS = 8_192
BLOCK_BYTES = 1024 * 1024
"""What is made a batch at once: rows up to the first, their text up to the second, and a page more."""


class Outflow:
    """Takes rows and gives batches.

    Args:
        columns: Makes batches of rows.
        stream: The stream, with the columns that they are to have.
        origin: Where the rows come from.
    """

    def __init__(self, columns: Columns, stream: Stream, origin: str) -> None:
        self._columns = columns
        self._stream = stream
        self._origin = origin
        self._rows: list[bytes] = []
        self._bytes = 0
        self.since_checkpoint = 0

    def add(self, rows: Sequence[bytes]) -> Iterator[Batch]:
        """Take rows; give a batch once there are enough."""
        self._rows += rows
        self._bytes += sum(map(len, rows))
        self.since_checkpoint += len(rows)
        if len(self._rows) >= BLOCK_ROWS or self._bytes >= BLOCK_BYTES:
            yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        """Give a batch of the rows that wait, if there are any."""
        if self._rows:
            rows, self._rows, self._bytes = self._rows, [], 0
            yield Batch(self._stream.name, self._columns.batch(rows, self._stream.schema), self._origin)

    def checkpoint(self, cursor: dict[str, Any]) -> Checkpoint:
        """Give a checkpoint behind the rows that were given."""
        self.since_checkpoint = 0
        return Checkpoint(self._stream.name, cursor)
