"""Rows are decoded many at once where they are narrow, and few where the rows before them were wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core.batching import BATCH_BYTES, PIECE_ROWS
from ingest_core.parquet_pieces import MOST_ROWS, pieces

if TYPE_CHECKING:
    from pathlib import Path

GROUP = 65_536


def written(folder: Path, widths: list[int], rows: int = GROUP) -> pq.ParquetFile:
    """Write a row group for each width, of texts that say little and so take next to nothing in the file."""
    file = folder / "a.parquet"
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(file, schema) as writer:
        for number, width in enumerate(widths):
            texts = pa.repeat(pa.scalar("x" * width), rows)
            writer.write_table(pa.table([pa.arange(number * rows, (number + 1) * rows), texts], schema=schema))
    return pq.ParquetFile(file)


def test_narrow_rows_are_decoded_many_at_once_from_the_second_row_group_on(tmp_path: Path) -> None:
    parquet = written(tmp_path, [10, 10])
    sizes = [piece.num_rows for piece in pieces(parquet, range(2), ["id", "text"])]
    assert sizes == [PIECE_ROWS] * (GROUP // PIECE_ROWS) + [MOST_ROWS] * (GROUP // MOST_ROWS)


def test_wide_rows_are_decoded_few_at_once_though_the_file_says_little_of_their_width(tmp_path: Path) -> None:
    parquet = written(tmp_path, [20_000, 20_000, 10], 4 * PIECE_ROWS)
    found = [(piece.num_rows, piece.nbytes) for piece in pieces(parquet, range(3), ["text"])]
    assert found[0][0] == PIECE_ROWS
    second = found[4:-1]
    assert max(size for _, size in second) <= BATCH_BYTES // 4 + 20_000


def test_wide_rows_behind_narrow_ones_are_decoded_few_at_once_where_the_file_tells_of_them(tmp_path: Path) -> None:
    file, width = tmp_path / "a.parquet", 100_000
    with pq.ParquetWriter(file, pa.schema([("text", pa.string())]), use_dictionary=False) as writer:
        for count, letters in ((20_000, 10), (3_000, width)):
            texts = [f"{number:010}" + "x" * (letters - 10) for number in range(count)]
            writer.write_table(pa.table({"text": texts}))
    found = pieces(pq.ParquetFile(file), range(2), ["text"])
    assert max(piece.nbytes for piece in found) <= BATCH_BYTES // 4 + width


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=4), st.integers(1, 5000), st.data())
def test_every_row_comes_once_in_its_order(tmp_path: Path, widths: list[int], rows: int, data: st.DataObject) -> None:
    parquet = written(tmp_path, widths, rows)
    groups = data.draw(st.lists(st.integers(0, len(widths) - 1), unique=True).map(sorted))
    found = [value for piece in pieces(parquet, groups, ["id"]) for value in piece.column("id").to_pylist()]
    assert found == [row for group in groups for row in range(group * rows, (group + 1) * rows)]


@pytest.mark.parametrize("groups", [[], [0]])
def test_a_row_group_without_rows_is_read(tmp_path: Path, groups: list[int]) -> None:
    assert [*pieces(written(tmp_path, [1], 0), groups, ["id"])] == []
