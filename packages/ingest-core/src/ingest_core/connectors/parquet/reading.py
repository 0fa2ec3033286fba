"""An open Parquet file, and its rows in bounded memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ingest_core.batching import BATCH_ROWS, gathered
from ingest_core.connectors.parquet.faults import misfit, refuse_names, refuse_packed, translated
from ingest_core.connectors.parquet.losses import kept
from ingest_core.connectors.parquet.old_times import checked, old_columns
from ingest_core.files import File
from ingest_core.parquet_pieces import pieces, rows_at_once

READ_BYTES = 1024 * 1024
"""What is asked for at once of a column's bytes, so that a row group of any size takes no more memory."""


FETCHED_BYTES = 4 * 1024 * 1024
"""The same of a file elsewhere, where each request takes its time."""

WHOLE_BYTES = 32 * 1024 * 1024
"""Up to this size, unpacked, a row group of a file elsewhere is fetched by one request a column."""


@contextlib.contextmanager
def opened(file: File, old_unit: Literal["us", "ns"] = "us") -> Iterator[pq.ParquetFile]:
    """Open a file by its footer.

    Args:
        file: The file.
        old_unit: In which unit timestamps of the old kind INT96 are read.

    Raises:
        JobError: It is not Parquet, was cut, is encrypted, or its columns cannot be told apart.
    """
    refuse_packed(file)
    with contextlib.ExitStack() as stack:
        with translated(file):
            stream = stack.enter_context(file.pieces())
            metadata = pq.read_metadata(stream)
            found = stack.enter_context(
                pq.ParquetFile(
                    stream,
                    metadata=metadata,
                    buffer_size=_bytes_at_once(file, metadata),
                    pre_buffer=False,
                    coerce_int96_timestamp_unit=old_unit,
                    page_checksum_verification=True,
                )
            )
            names = found.schema_arrow.names
        refuse_names(file, names)
        yield found


def _bytes_at_once(file: File, metadata: pq.FileMetaData) -> int:
    """Give how much of a column to ask for at once; Arrow takes 0 for: all that a row group has of it."""
    if file.path is not None:
        return READ_BYTES
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    largest = max((group.total_byte_size for group in groups), default=0)
    return 0 if largest <= WHOLE_BYTES else FETCHED_BYTES


def rows(file: File, parquet: pq.ParquetFile, groups: Sequence[int], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read some row groups.

    Args:
        file: The file.
        parquet: The file, open.
        groups: Which, in their order.
        schema: The columns of every batch, of types that the file's may be taken for; a missing one is null.

    Raises:
        JobError: A value does not fit, or the file is damaged.
    """
    columns = [name for name in schema.names if name in parquet.schema_arrow.names]
    row = sum(parquet.metadata.row_group(group).num_rows for group in range(groups[0] if groups else 0))
    with contextlib.ExitStack() as stack:
        if old := old_columns(parquet, columns):
            exact = stack.enter_context(opened(file, "ns"))
            found = checked(file, _equal(file, parquet, groups, columns), _equal(file, exact, groups, old), row)
        else:
            found = _pieces(file, parquet, groups, columns)
        yield from _batches(file, found, schema, row)


def _batches(file: File, found: Iterator[pa.RecordBatch], schema: pa.Schema, row: int) -> Iterator[pa.RecordBatch]:
    for batch in gathered(found):
        yield _fitted(file, batch, schema, row)
        row += batch.num_rows
        del batch  # before the next is read


def _pieces(
    file: File, parquet: pq.ParquetFile, groups: Sequence[int], columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    if not columns:
        yield from _without_columns(parquet, groups)
        return
    with translated(file):
        yield from pieces(parquet, groups, columns)


def _equal(
    file: File, parquet: pq.ParquetFile, groups: Sequence[int], columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Read pieces of as many rows whichever the columns are, so that they can be held side by side."""
    with translated(file):
        yield from parquet.iter_batches(rows_at_once(parquet), row_groups=list(groups), columns=list(columns))


def _without_columns(parquet: pq.ParquetFile, groups: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Give rows of which no column is wanted: each column lands as null."""
    for group in groups:
        count = parquet.metadata.row_group(group).num_rows
        yield from (
            pa.record_batch([pa.nulls(min(BATCH_ROWS, count - done))], [""]) for done in range(0, count, BATCH_ROWS)
        )


def _fitted(file: File, batch: pa.RecordBatch, schema: pa.Schema, row: int) -> pa.RecordBatch:
    columns = []
    for field in schema:
        place = batch.schema.get_field_index(field.name)
        column = pa.nulls(batch.num_rows) if place < 0 else batch.column(place)
        try:
            columns.append(kept(column, field))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            first = _first_misfit(column, field)
            raise misfit(file, row + first + 1, column.slice(first, 1), field) from error
    return pa.record_batch(columns, schema=schema)


def _first_misfit(column: pa.Array, field: pa.Field) -> int:
    """Find the first row that does not fit, of which there is one."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            kept(column.slice(low, middle - low), field)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            high = middle
        else:
            low = middle
    return low
