"""Timestamps of Parquet's old kind, INT96: nanoseconds over a range that no 64 bits hold.

Arrow reads them as microseconds of any year and drops what is below, or as nanoseconds that wrap around beyond the year
2262. Read both ways, they tell whether anything was dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest_core.connectors.parquet.faults import misfit
from ingest_core.files import File

_THOUSAND = pa.scalar(1000, pa.int64())


def old_columns(parquet: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    """Name the columns that hold such timestamps, at any level.

    Args:
        parquet: The file, open.
        columns: Those that are wanted.
    """
    leaves = map(parquet.schema.column, range(len(parquet.schema)))
    old = {leaf.path.split(".")[0] for leaf in leaves if leaf.physical_type == "INT96"}
    return [name for name in columns if name.split(".")[0] in old]


def checked(
    file: File, pieces: Iterable[pa.RecordBatch], exact: Iterable[pa.RecordBatch], row: int
) -> Iterator[pa.RecordBatch]:
    """Hand on batches of which nothing was dropped.

    Args:
        file: The file.
        pieces: Its rows, in microseconds.
        exact: The same rows of the columns with such timestamps, in nanoseconds.
        row: The first row's place in the file, from 0.

    Raises:
        JobError: Microseconds do not hold a timestamp.
    """
    for piece, beside in zip(pieces, exact, strict=True):
        for field in beside.schema:
            kept, whole = piece.column(field.name), beside.column(field.name)
            if not _same(kept, whole):
                place = next(
                    place for place in range(len(kept)) if not _same(kept.slice(place, 1), whole.slice(place, 1))
                )
                raise misfit(file, row + place + 1, whole.slice(place, 1), piece.schema.field(field.name))
        yield piece
        row += piece.num_rows


def _same(kept: pa.Array, whole: pa.Array) -> bool:
    # Both wrap around alike.
    pairs = zip(_leaves(kept), _leaves(whole), strict=True)
    return all(pc.all(pc.equal(pc.multiply(one, _THOUSAND), other), min_count=0).as_py() for one, other in pairs)


def _leaves(array: pa.Array) -> Iterator[pa.Array]:
    """Give what an array counts, where it counts from 1970."""
    if pa.types.is_struct(array.type):
        for child in array.flatten():
            yield from _leaves(child)
    elif pa.types.is_map(array.type):
        yield from _leaves(array.keys)
        yield from _leaves(array.items)
    elif pa.types.is_list(array.type):
        yield from _leaves(array.flatten())
    elif pa.types.is_timestamp(array.type):
        yield array.cast(pa.int64())
