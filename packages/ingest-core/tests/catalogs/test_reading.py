"""A table's files are read back in bounded memory, however wide their rows are."""

import os
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core.batching import BATCH_BYTES, BATCH_ROWS, PIECE_ROWS
from ingest_core.catalogs.columns import small
from ingest_core.catalogs.parquet_batches import ParquetBatches
from ingest_core.catalogs.reading import TableFiles
from ingest_core.iceberg_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Landing
    from pyiceberg.table import Table

WIDE_ROWS = 6_000
WIDE_BYTES = 16 * 1024


def batches(table: "Table") -> "Iterator[tuple[pa.Array, pa.RecordBatch]]":
    files = TableFiles(table.io, table.metadata, pa.schema([small(field) for field in table.schema().as_arrow()]))
    for task in table.scan().plan_files():
        yield from files.batches(task)


def wide() -> pa.RecordBatch:
    """Make 96 MB that no encoding makes smaller by more than half."""
    texts = [os.urandom(WIDE_BYTES // 2).hex() for _ in range(WIDE_ROWS)]
    return pa.record_batch([pa.arange(0, WIDE_ROWS), pa.array(texts)], names=["id", "text"])


def test_wide_rows_come_in_batches_that_are_bounded_in_bytes_and_so_is_what_reading_takes(landing: "Landing") -> None:
    table = landing.land("wide", [wide()])
    before, most, seen = pa.total_allocated_bytes(), 0, []
    for places, rows in batches(table):
        most = max(most, pa.total_allocated_bytes() - before)
        assert rows.nbytes < 1.5 * BATCH_BYTES
        assert rows.column("id").to_pylist() == places.to_pylist()
        seen += places.to_pylist()
    assert seen == list(range(WIDE_ROWS))
    assert most < 5 * BATCH_BYTES < WIDE_ROWS * WIDE_BYTES


def test_narrow_rows_come_by_their_number(landing: "Landing") -> None:
    rows = 3 * BATCH_ROWS
    table = landing.land("narrow", [pa.record_batch([pa.arange(0, rows)], names=["id"])])
    assert [batch.num_rows for _, batch in batches(table)] == [BATCH_ROWS] * 3


def test_rows_whose_file_is_far_smaller_than_they_are_come_in_bounded_batches_too(tmp_path: "Path") -> None:
    texts = pa.array(["x" * WIDE_BYTES, "y" * WIDE_BYTES] * WIDE_ROWS)
    pq.write_table(pa.table({"text": texts}), tmp_path / "repeated.parquet", store_schema=False)
    found = list(ParquetBatches(pa.memory_map(str(tmp_path / "repeated.parquet"))).read(["text"]))
    assert sum(batch.num_rows for batch in found) == len(texts)
    assert max(batch.nbytes for batch in found) < BATCH_BYTES + PIECE_ROWS * (WIDE_BYTES + 8)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_file_of_next_to_nothing_is_read(tmp_path: "Path", rows: int) -> None:
    pq.write_table(pa.table({"id": pa.arange(0, rows)}), tmp_path / "small.parquet")
    found = ParquetBatches(pa.memory_map(str(tmp_path / "small.parquet"))).read(["id"])
    assert sum(batch.num_rows for batch in found) == rows


@pytest.mark.parametrize("kind", ["uuid", "list<uuid>", "struct<a: uuid>", "map<string, uuid>"])
def test_rows_from_before_a_column_have_none_of_it_whatever_its_type(landing: "Landing", kind: str) -> None:
    landing.land("grown", [pa.record_batch([[1, 2]], names=["id"])])
    column = pa.nulls(1, arrow_type(kind))
    table = landing.land("grown", [pa.record_batch([pa.array([3]), column], names=["id", "v"])])
    found = [row for _, rows in batches(table) for row in rows.to_pylist()]
    assert sorted(row["id"] for row in found) == [1, 2, 3]
    assert [row["v"] for row in found] == [None] * 3


def test_times_of_far_years_that_old_engines_wrote_stay_what_they_are(tmp_path: "Path") -> None:
    """Spark's times of 96 bits, read as nanoseconds, would wrap around: the year 9999 would become 1816."""
    times = pa.array([datetime(9999, 12, 31), datetime(1, 1, 1), None], pa.timestamp("us"))  # noqa: DTZ001  # of no zone
    pq.write_table(pa.table({"at": times}), tmp_path / "old.parquet", use_deprecated_int96_timestamps=True)
    (batch,) = ParquetBatches(tmp_path / "old.parquet").read(["at"])
    assert batch.column("at").to_pylist() == times.to_pylist()
