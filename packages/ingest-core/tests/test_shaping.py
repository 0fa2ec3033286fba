"""Rows keep their values on the way from a source's columns to a table's."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.messages import Batch, Stream
from ingest_core.shaping import Shape, Stamp, landing_schema, shaper, typed_as

STREAM = Stream("orders", pa.schema([("id", pa.int64()), ("price", pa.decimal128(8, 2)), ("note", pa.string())]))
STAMP = Stamp("run-1", datetime(2026, 1, 2, tzinfo=UTC))
PLAIN = Shape(None, {}, metadata_columns=False)


def batch() -> Batch:
    rows = pa.record_batch([[1, 2], [Decimal("1.10"), None], ["a", ""]], schema=STREAM.schema)
    return Batch("orders", rows, "data/orders.csv")


def test_columns_are_selected_renamed_and_stamped() -> None:
    shape = Shape(["note", "id"], {"id": "order_id"}, metadata_columns=True)
    table = landing_schema(STREAM, shape)
    assert table.names == ["note", "order_id", "_ingest_run_id", "_ingest_loaded_at", "_ingest_source"]
    shaped = shaper(STREAM, shape, table, STAMP)(batch())
    assert shaped.to_pylist()[0] == {
        "note": "a",
        "order_id": 1,
        "_ingest_run_id": "run-1",
        "_ingest_loaded_at": STAMP.loaded_at,
        "_ingest_source": "data/orders.csv",
    }


def test_a_column_that_the_stream_lacks_becomes_null() -> None:
    table = pa.schema([*STREAM.schema, pa.field("gone", pa.date32())])
    assert shaper(STREAM, PLAIN, table, STAMP)(batch()).column("gone").null_count == 2


def test_the_order_of_the_table_is_kept() -> None:
    table = pa.schema(reversed(list(STREAM.schema)))
    assert shaper(STREAM, PLAIN, table, STAMP)(batch()).column(0).to_pylist() == ["a", ""]


def test_a_cast_that_would_lose_something_is_refused() -> None:
    table = pa.schema([("id", pa.int64()), ("price", pa.decimal128(8, 1)), ("note", pa.string())])
    rows = pa.record_batch([[1], [Decimal("1.15")], ["a"]], schema=STREAM.schema)
    with pytest.raises(pa.ArrowInvalid):
        shaper(STREAM, PLAIN, table, STAMP)(Batch("orders", rows, ""))


@pytest.mark.parametrize("shape", [Shape(["nope"], {}, False), Shape(None, {"nope": "x"}, False)])  # noqa: FBT003  # short for a table
def test_a_column_that_is_not_there_is_told_with_those_that_are(shape: Shape) -> None:
    with pytest.raises(JobError, match="no column 'nope'") as raised:
        landing_schema(STREAM, shape)
    assert "id, price, note" in raised.value.faults[0].mend


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(JobError, match="Note"):
        landing_schema(STREAM, Shape(None, {"id": "Note"}, metadata_columns=False))


def test_a_source_reads_columns_with_the_types_that_the_table_has() -> None:
    table = pa.schema([("order_id", pa.string())])
    typed = typed_as(STREAM, table, Shape(None, {"id": "order_id"}, metadata_columns=False))
    assert typed.schema.field("id").type == pa.string()
    assert typed.schema.field("price").type == pa.decimal128(8, 2)
