"""Puts small record batches together, up to a number of rows and a number of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

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
        del piece
        if waiting and (waiting >= rows or taken >= size):
            yield _together(pending)
            waiting = taken = 0
    if waiting:
        yield _together(pending)


def _together(pending: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Put batches together and let go of them: what is handed on is then held by nobody but whom it is handed to."""
    whole = pa.concat_batches(pending)
    pending.clear()
    return whole
