"""Reads the orders of each format in a stream, with the types that a hand knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        ("order_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("ordered_at", pa.timestamp("us", "UTC")),
        ("shipped_on", pa.date32()),
        ("status", pa.string()),
        ("country", pa.string()),
        ("quantity", pa.int64()),
        ("price", pa.decimal128(12, 2)),
        ("discount", pa.float64()),
        ("note", pa.string()),
    ]
)
BLOCK_BYTES = 1 << 20
ROWS = 131_072


def read(path: Path) -> Iterator[pa.RecordBatch]:
    """Read a file, in batches that are worth a row group."""
    return _READERS[path.suffix](path)


def read_csv(path: Path) -> Iterator[pa.RecordBatch]:
    """Read CSV, small blocks at a time, which costs no time and saves memory."""
    reader = pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES),
        convert_options=pa_csv.ConvertOptions(
            column_types=SCHEMA, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    yield from together(reader)


def read_jsonl(path: Path) -> Iterator[pa.RecordBatch]:
    """Read JSON lines; Arrow reads no dates from JSON, but casts them."""
    at = SCHEMA.get_field_index("shipped_on")
    schema = SCHEMA.set(at, pa.field("shipped_on", pa.string()))
    reader = pa_json.open_json(
        path,
        read_options=pa_json.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pa_json.ParseOptions(explicit_schema=schema),
    )
    yield from together(batch.cast(SCHEMA) for batch in reader)


def read_parquet(path: Path) -> Iterator[pa.RecordBatch]:
    """Read Parquet, row group by row group."""
    yield from pq.ParquetFile(path).iter_batches(ROWS)


def together(pieces: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small batches together."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for piece in pieces:
        waiting.append(piece)
        rows += piece.num_rows
        if rows >= ROWS:
            yield pa.concat_batches(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_batches(waiting)


_READERS = {".csv": read_csv, ".jsonl": read_jsonl, ".parquet": read_parquet}
