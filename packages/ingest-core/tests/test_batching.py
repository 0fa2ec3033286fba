"""Batches are put together up to a bound of rows and of bytes, and lose nothing by it."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.batching import gathered

SCHEMA = pa.schema([("text", pa.string())])
PIECES = st.lists(st.lists(st.text("ab", max_size=40), max_size=6), max_size=12)


def batch(texts: list[str]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(texts, pa.string())], schema=SCHEMA)


@given(pieces=PIECES, rows=st.integers(1, 10), size=st.integers(1, 200))
def test_rows_keep_their_order_and_no_batch_is_larger_than_the_bounds_and_a_piece(
    pieces: list[list[str]], rows: int, size: int
) -> None:
    found = list(gathered(map(batch, pieces), rows, size))
    assert [text for each in found for text in each.column(0).to_pylist()] == [t for piece in pieces for t in piece]
    for each in found:
        assert 0 < each.num_rows < rows + 6
        assert each.nbytes < size + batch(["b" * 40] * 6).nbytes


@given(pieces=PIECES)
def test_batches_that_meet_no_bound_become_one(pieces: list[list[str]]) -> None:
    assert len(list(gathered(map(batch, pieces)))) == any(pieces)


def test_rows_without_columns_are_counted_too() -> None:
    empty = pa.record_batch([pa.array([1, 2, 3])], names=["v"]).select([])
    assert [each.num_rows for each in gathered([empty, empty])] == [6]


def test_what_was_handed_on_is_held_by_nobody_else() -> None:
    texts = ["x" * 100] * 10_000
    before = pa.total_allocated_bytes()
    found = next(gathered(map(batch, [texts] * 8), rows=80_000))
    assert found.num_rows == 80_000
    assert pa.total_allocated_bytes() - before < 1.1 * found.nbytes
