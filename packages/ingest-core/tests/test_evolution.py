"""A table grows by what lands, and is never narrowed."""

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.evolution import growth, is_wider
from ingest_core.iceberg_types import arrow_type

TABLE = pa.schema([("id", pa.int32()), ("price", pa.decimal128(8, 2)), ("note", pa.string())])


def test_columns_that_the_table_lacks_are_added() -> None:
    landing = pa.schema([*TABLE, pa.field("extra", pa.date32())])
    assert growth(landing, TABLE, {}) == pa.schema([("extra", pa.date32())])


def test_a_table_that_takes_all_stays_as_it_is() -> None:
    assert len(growth(pa.schema([("id", pa.int32())]), TABLE, {"id": pa.int32()})) == 0


def test_an_inferred_type_never_changes_a_tables() -> None:
    assert len(growth(pa.schema([("note", pa.int64())]), TABLE, {})) == 0


def test_a_wider_type_that_the_job_gives_is_taken() -> None:
    given = {"id": pa.int64(), "price": pa.decimal128(12, 2)}
    assert growth(TABLE, TABLE, given) == pa.schema(given.items())


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        (pa.int64(), pa.int32()),
        (pa.int64(), pa.float64()),
        (pa.decimal128(8, 2), pa.decimal128(8, 3)),
        (pa.decimal128(8, 2), pa.decimal128(7, 2)),
        (pa.string(), pa.binary()),
        (pa.date32(), pa.timestamp("us")),
    ],
)
def test_what_iceberg_cannot_widen_is_not_wider(has: pa.DataType, wanted: pa.DataType) -> None:
    assert not is_wider(wanted, has)


def test_all_that_a_table_cannot_become_is_told_at_once() -> None:
    with pytest.raises(JobError) as raised:
        growth(pa.schema([("ID", pa.int32())]), TABLE, {"price": pa.float64()})
    assert [fault.problem for fault in raised.value.faults] == [
        "the column 'ID' differs in case only from the table's 'id'",
        "the job or its asset says double for 'price', the table has decimal128(8, 2)",
    ]


def nested(text: str) -> pa.Schema:
    return pa.schema([("v", arrow_type(text))])


@pytest.mark.parametrize(
    ("landing", "table", "grown"),
    [
        ("struct<b: int>", "struct<a: int>", "struct<a: int, b: int>"),
        ("list<struct<b: int>>", "list<struct<a: int>>", "list<struct<a: int, b: int>>"),
        ("map<string, struct<b: int>>", "map<string, struct<a: int>>", "map<string, struct<a: int, b: int>>"),
        ("struct<a: struct<c: int>>", "struct<a: struct<b: int>>", "struct<a: struct<b: int, c: int>>"),
    ],
)
def test_fields_that_a_nested_column_lacks_are_added_inside_it(landing: str, table: str, grown: str) -> None:
    assert growth(nested(landing), nested(table), {}) == nested(grown)


@pytest.mark.parametrize(
    ("given", "table", "grown"),
    [
        ("list<long>", "list<int>", "list<long>"),
        ("map<string, double>", "map<string, float>", "map<string, double>"),
        ("struct<a: decimal(12,2)>", "struct<a: decimal(9,2), b: int>", "struct<a: decimal(12,2), b: int>"),
    ],
)
def test_a_type_inside_is_widened_where_the_job_gives_it_and_left_where_it_is_inferred(
    given: str, table: str, grown: str
) -> None:
    assert growth(nested(given), nested(table), {"v": arrow_type(given)}) == nested(grown)
    assert len(growth(nested(given), nested(table), {})) == 0


def test_a_nested_column_that_has_all_stays_as_it_is() -> None:
    assert len(growth(nested("struct<a: int>"), nested("struct<b: int, a: int>"), {})) == 0


def test_what_a_table_requires_inside_it_goes_on_requiring() -> None:
    table = pa.schema([("v", pa.struct([pa.field("a", pa.int32(), nullable=False)]))])
    (grown,) = growth(nested("struct<a: int, b: int>"), table, {})
    assert not grown.type.field("a").nullable
    assert grown.type.field("b").nullable


@pytest.mark.parametrize(
    ("landing", "table", "told"),
    [
        ("struct<A: int>", "struct<a: int>", "the field 'v.A' differs in case only from the table's 'v.a'"),
        ("list<struct<x: int, X: int>>".replace("x: int, ", ""), "list<struct<x: int>>", "the field 'v.X' differs"),
        ("struct<a: list<int>>", "struct<a: int>", "the source gives list<item: int32> for 'v.a', the table has int32"),
        ("string", "struct<a: int>", "the source gives string for 'v'"),
    ],
)
def test_what_cannot_grow_inside_is_told_by_its_path(landing: str, table: str, told: str) -> None:
    with pytest.raises(JobError) as raised:
        growth(nested(landing), nested(table), {})
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("given", "table", "told"),
    [
        ("list<int>", "list<long>", "the job or its asset says int32 for 'v', the table has int64"),
        ("map<int, int>", "map<string, int>", "the keys of 'v' are string, and cannot change"),
        ("struct<a: string>", "struct<a: int>", "the job or its asset says string for 'v.a', the table has int32"),
    ],
)
def test_what_the_job_gives_and_iceberg_cannot_become_is_told_inside_too(given: str, table: str, told: str) -> None:
    with pytest.raises(JobError) as raised:
        growth(nested(given), nested(table), {"v": arrow_type(given)})
    assert told in str(raised.value)
