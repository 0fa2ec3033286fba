"""A column becomes the table's at every level, and no value changes on the way."""

import uuid
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.fitting import fit
from ingest_core.iceberg_types import arrow_type

SOURCE = arrow_type("struct<a: int, l: list<struct<x: int, y: string>>, m: map<string, struct<v: float>>>")
TABLE = arrow_type(
    "struct<m: map<string, struct<w: date, v: double>>, n: list<string>, l: list<struct<y: string, x: long>>, a: long>"
)
INNER = st.none() | st.fixed_dictionaries({"x": st.none() | st.integers(-9, 9), "y": st.none() | st.text(max_size=2)})
VALUE = st.none() | st.fixed_dictionaries({"v": st.none() | st.floats(width=32, allow_nan=False)})
ROW = st.none() | st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-9, 9),
        "l": st.none() | st.lists(INNER, max_size=3),
        "m": st.none() | st.dictionaries(st.text(max_size=2), VALUE, max_size=3).map(lambda each: list(each.items())),
    }
)


def expected(row: dict[str, Any] | None) -> dict[str, Any] | None:
    """Say, row by row, what becomes of a row."""
    if row is None:
        return None
    entries = row["m"]
    if entries is not None:
        entries = [(key, value and {"w": None, "v": value["v"]}) for key, value in entries]
    return {"m": entries, "n": None, "l": row["l"], "a": row["a"]}


@given(rows=st.lists(ROW, max_size=6), skip=st.integers(0, 6))
def test_whatever_is_nested_keeps_its_values_and_gets_the_fields_it_lacks(
    rows: list[dict[str, Any] | None], skip: int
) -> None:
    fitted = fit(pa.array(rows, SOURCE).slice(skip), pa.field("v", TABLE))
    fitted.validate(full=True)
    assert fitted.type == TABLE
    assert fitted.to_pylist() == [expected(row) for row in rows[skip:]]


def test_a_uuid_may_come_as_sixteen_bytes_and_a_large_list_as_any_list() -> None:
    given_id = uuid.uuid4()
    assert fit(pa.array([given_id.bytes, None], pa.binary(16)), pa.field("v", pa.uuid())).to_pylist() == [
        given_id,
        None,
    ]
    large = pa.array([[1], None, []], pa.large_list(pa.int32()))
    assert fit(large, pa.field("v", pa.list_(pa.int64()))).to_pylist() == [[1], None, []]


def test_a_value_that_would_lose_something_inside_is_refused() -> None:
    with pytest.raises(pa.ArrowInvalid):
        fit(pa.array([[2**40]]), pa.field("v", pa.list_(pa.int32())))


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (pa.array([1, None]), pa.field("v", pa.int64(), nullable=False)),
        (pa.array([[1, None]]), pa.field("v", pa.list_(pa.field("element", pa.int64(), nullable=False)))),
        (pa.array([{"a": None}], pa.struct([("a", pa.int64())])),
         pa.field("v", pa.struct([pa.field("a", pa.int64(), nullable=False)]))),
    ],
)  # fmt: skip
def test_a_value_that_the_table_requires_is_asked_for(array: pa.Array, wanted: pa.Field) -> None:
    with pytest.raises(JobError, match="have no value"):
        fit(array, wanted)


def test_a_required_field_of_a_struct_that_is_not_there_is_not_asked_for() -> None:
    wanted = pa.field("v", pa.struct([pa.field("a", pa.int64(), nullable=False)]))
    assert fit(pa.array([None, {"a": 1}], pa.struct([("a", pa.int32())])), wanted).to_pylist() == [None, {"a": 1}]


def test_what_a_field_holds_where_its_struct_is_null_is_not_cast() -> None:
    """Arrow's JSON parser leaves an empty text there."""
    texts = pa.array(["", "2024-01-01"])
    struct = pa.StructArray.from_arrays([texts], names=["x"], mask=pa.array([True, False]))
    wanted = pa.field("s", pa.struct([("x", pa.date32())]))
    assert fit(struct, wanted).to_pylist() == [None, {"x": date(2024, 1, 1)}]
