"""Puts small record batches together, up to a number of rows and a number of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH_ROWS = 65_536
BATCH_BYTES = 16 * 1024 * 1024
"""What is handed on at once: rows as wide as most are meet the first bound, and wide ones the second."""

PIECE_ROWS = 2_048
"""Rows to ask for at once of a reader that counts rows alone: few enough that wide ones do no harm."""


def gathered(
    pieces: Iterable[pa.RecordBatch], rows: int = BATCH_ROWS, size: int = BATCH_BYTES
) -> Iterator[pa.RecordBatch]:
    """Put batches together.

    Args:
        pieces: Batches of one schema.
        rows: Rows at which a batch is handed on; it has more by less than one piece.
        size: Bytes at which it is, likewise.

    Yields:
        The rows in the same order, in batches that are never empty.
    """
    pending: list[pa.RecordBatch] = []
    waiting = taken = 0
    for piece in pieces:
        pending.append(piece)
        waiting += piece.num_rows
        taken += piece.nbytes
        if waiting >= rows or taken >= size:
            yield from _together(pending)
            pending, waiting, taken = [], 0, 0
    yield from _together(pending)


def _together(pending: Sequence[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    if any(piece.num_rows for piece in pending):
        yield pa.concat_batches(pending)
