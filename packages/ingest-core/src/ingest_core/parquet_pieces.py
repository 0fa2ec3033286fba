"""Decodes Parquet in pieces bounded in bytes, as far as the file and the rows before tell how wide rows are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from ingest_core.batching import BATCH_BYTES, PIECE_ROWS

MOST_ROWS = 16_384
"""Rows decoded at once where they were narrow so far: more is no faster, and fewer take twice the time.

Where wide ones follow of a sudden that the file does not tell of, which dictionaries can bring about, they do eight
times the harm of :data:`PIECE_ROWS` at most.
"""


def pieces(parquet: pq.ParquetFile, groups: Sequence[int], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Decode some row groups.

    Args:
        parquet: The file, open.
        groups: Which, in their order.
        columns: The names of at least one column.
    """
    found = 0
    for group in groups:
        told = _told(parquet.metadata.row_group(group))
        rows = _bounded(max(found, told), MOST_ROWS) if found else _bounded(told, PIECE_ROWS)
        widest = 0
        for piece in parquet.iter_batches(rows, row_groups=[group], columns=list(columns)):
            widest = max(widest, piece.nbytes // max(piece.num_rows, 1))
            yield piece
            del piece  # before the next is decoded
        found = widest or found


def rows_at_once(parquet: pq.ParquetFile) -> int:
    """Give how many rows to decode at once before any were: their size in the file may be less than they take decoded.

    Args:
        parquet: The file, open.
    """
    groups = map(parquet.metadata.row_group, range(parquet.metadata.num_row_groups))
    return _bounded(max(map(_told, groups), default=0), PIECE_ROWS)


def _told(group: pq.RowGroupMetaData) -> int:
    """Give the bytes that a row takes in the file, unpacked."""
    return int(group.total_byte_size // max(group.num_rows, 1))


def _bounded(width: int, most: int) -> int:
    return max(min(BATCH_BYTES // 4 // max(width, 1), most), 1)
