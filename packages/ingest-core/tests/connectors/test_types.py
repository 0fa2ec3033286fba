"""Every type of a source lands as the table of types says, through a whole run, and its values come back as they were.

``PARQUET`` and ``JSONL`` are that table, of which pages can be made, too: this file imports nothing of other tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from ingest_core.iceberg_types import type_name
from pyiceberg.io.pyarrow import schema_to_pyarrow

if TYPE_CHECKING:
    from conftest import Home

ID = UUID("12345678-1234-5678-1234-567812345678")

LEAP_DAY = datetime(2024, 2, 29, tzinfo=UTC)
LOCAL = datetime.fromisoformat("2024-02-29T01:02:03")
LAST = datetime.fromisoformat("9999-12-31T23:59:59.999999")


@dataclass(frozen=True)
class TypeCase:
    """A type, and values of it that must come back as they were.

    Args:
        source: Its name in the source.
        arrow: The Arrow type as it is read, or the values as they are written.
        iceberg: The Iceberg type that it lands as.
        values: What is in the source.
        landed: What is in the table, where it is not the same.
    """

    source: str
    arrow: pa.DataType | tuple[str, ...]
    iceberg: str
    values: tuple[Any, ...]
    landed: tuple[Any, ...] = ()

    @property
    def read(self) -> list[Any]:
        """What a reader of the table gets; the last row has no value."""
        return [*(self.landed or self.values), None]


PARQUET = (
    TypeCase("BOOLEAN", pa.bool_(), "boolean", (True, False)),
    TypeCase("INT(8, true)", pa.int8(), "long", (-128, 127)),
    TypeCase("INT(16, true)", pa.int16(), "long", (-(2**15), 2**15 - 1)),
    TypeCase("INT(32, true)", pa.int32(), "int", (-(2**31), 2**31 - 1)),
    TypeCase("INT(64, true)", pa.int64(), "long", (-(2**63), 2**63 - 1)),
    TypeCase("INT(8, false)", pa.uint8(), "long", (0, 2**8 - 1)),
    TypeCase("INT(16, false)", pa.uint16(), "long", (0, 2**16 - 1)),
    TypeCase("INT(32, false)", pa.uint32(), "long", (0, 2**32 - 1)),
    TypeCase("INT(64, false)", pa.uint64(), "decimal(20, 0)", (0, 2**64 - 1), (Decimal(0), Decimal(2**64 - 1))),
    TypeCase("FLOAT16", pa.float16(), "float", (1.5, -0.25)),
    TypeCase("FLOAT", pa.float32(), "float", (1.5, float("inf"))),
    TypeCase("DOUBLE", pa.float64(), "double", (0.1, -1e300)),
    TypeCase("DECIMAL(5, 2), decimal32", pa.decimal32(5, 2), "decimal(5, 2)", (Decimal("1.50"),)),
    TypeCase("DECIMAL(15, 2), decimal64", pa.decimal64(15, 2), "decimal(15, 2)", (Decimal("1.50"),)),
    TypeCase("DECIMAL(38, 9)", pa.decimal128(38, 9), "decimal(38, 9)", (Decimal("12345678901234567890.123456789"),)),
    TypeCase("DECIMAL(30, 2), decimal256", pa.decimal256(30, 2), "decimal(30, 2)", (Decimal("-0.01"),)),
    TypeCase("DATE", pa.date32(), "date", (date(1, 1, 1), date(9999, 12, 31))),
    TypeCase("TIME(MILLIS)", pa.time32("ms"), "time", (time(23, 59, 59, 999000),)),
    TypeCase("TIME(MICROS)", pa.time64("us"), "time", (time(23, 59, 59, 999999),)),
    TypeCase("TIME(NANOS)", pa.time64("ns"), "time", (time(23, 59, 59, 999999),)),
    TypeCase("TIMESTAMP(MILLIS, false)", pa.timestamp("ms"), "timestamp", (LOCAL.replace(microsecond=4000),)),
    TypeCase("TIMESTAMP(MICROS, false)", pa.timestamp("us"), "timestamp", (LAST,)),
    TypeCase("TIMESTAMP(NANOS, false)", pa.timestamp("ns"), "timestamp", (LOCAL.replace(microsecond=4),)),
    TypeCase("TIMESTAMP(MICROS, true)", pa.timestamp("us", "UTC"), "timestamptz", (LEAP_DAY,)),
    TypeCase("TIMESTAMP, of a zone", pa.timestamp("us", "Asia/Tokyo"), "timestamptz", (LEAP_DAY,)),
    TypeCase("STRING", pa.string(), "string", ("", "ä\0😀")),
    TypeCase("STRING, large", pa.large_string(), "string", ("a",)),
    TypeCase("STRING, view", pa.string_view(), "string", ("a", "longer than twelve bytes")),
    TypeCase("STRING, dictionary", pa.dictionary(pa.int32(), pa.string()), "string", ("a", "b", "a")),
    TypeCase("JSON", pa.json_(), "string", ('{"a":1}',)),
    TypeCase("BYTE_ARRAY", pa.binary(), "binary", (b"", b"\0\xff")),
    TypeCase("BYTE_ARRAY, large", pa.large_binary(), "binary", (b"a",)),
    TypeCase("BYTE_ARRAY, view", pa.binary_view(), "binary", (b"a", b"longer than twelve bytes")),
    TypeCase("FIXED_LEN_BYTE_ARRAY(2)", pa.binary(2), "fixed(2)", (b"ab",)),
    TypeCase("UUID", pa.uuid(), "uuid", (ID.bytes,), (ID,)),
    TypeCase("LIST", pa.list_(pa.int32()), "list<int>", ([1, None], [])),
    TypeCase("LIST, large", pa.large_list(pa.string()), "list<string>", (["a"], [])),
    TypeCase("LIST, fixed size", pa.list_(pa.uint8(), 2), "list<long>", ([1, 2],)),
    TypeCase("LIST, view", pa.list_view(pa.int8()), "list<long>", ([1], [2, 3], [])),
    TypeCase(
        "LIST of dictionary", pa.list_(pa.dictionary(pa.int8(), pa.string())), "list<string>", (["a", "b"], ["a"])
    ),
    TypeCase(
        "group",
        pa.struct({"a": pa.uint32(), "b": pa.struct({"c": pa.date32()})}),
        "struct<a: long, b: struct<c: date>>",
        ({"a": 1, "b": {"c": date(2024, 1, 1)}}, {"a": None, "b": None}),
    ),
    TypeCase("MAP", pa.map_(pa.string(), pa.float16()), "map<string, float>", ([("a", 1.5)], [])),
    TypeCase("UNKNOWN (null)", pa.null(), "string", (None,)),
)

JSONL = (
    TypeCase("whole numbers", ("1", "-2"), "long", (1, -2)),
    TypeCase("whole numbers beyond 64 bits", ("9223372036854775808",), "decimal(38, 0)", (Decimal(2**63),)),
    TypeCase("numbers with fractions or exponents", ("1", "2.5", "1e300"), "double", (1.0, 2.5, 1e300)),
    TypeCase("numbers that a double would change", ("12345678901234567.25",), "string", ("12345678901234567.25",)),
    TypeCase("true, false", ("true", "false"), "boolean", (True, False)),
    TypeCase("texts: dates", ('"2024-02-29"',), "date", (date(2024, 2, 29),)),
    TypeCase("texts: date and time", ('"2024-02-29T01:02:03.5"',), "timestamp", (LOCAL.replace(microsecond=500_000),)),
    TypeCase("texts: date, time and offset", ('"2024-02-29T01:00:00+01:00"',), "timestamptz", (LEAP_DAY,)),
    TypeCase("other texts", ('"007"', '""'), "string", ("007", "")),
    TypeCase("objects", ('{"a": 1, "b": []}',), "struct<a: long, b: list<string>>", ({"a": 1, "b": []},)),
    TypeCase("lists", ("[1, 2.5]", "[]"), "list<double>", ([1.0, 2.5], [])),
    TypeCase("values that differ in kind", ("1", '"x"', "[1.50]"), "string", ("1", "x", "[1.50]")),
    TypeCase("null alone", ("null",), "string", (None,)),
)

JOB = """\
tenant: acme
source:
  connector: %s
  objects:
    all: {path: "data/*"}
target: {connector: iceberg, metadata_columns: false, table: all}
"""


def column_names(cases: tuple[TypeCase, ...]) -> list[str]:
    return [f"c{place}" for place in range(len(cases))]


def array(case: TypeCase, rows: int) -> pa.Array:
    """Make a column of a case's values, with nulls behind them."""
    kind: Any = case.arrow
    values: list[Any] = [*case.values, *[None] * (rows - len(case.values))]
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        plain = pa.array(values, pa.list_(pa.string()))
        lists = pa.ListArray.from_arrays(plain.offsets, plain.values.dictionary_encode().cast(kind.value_type))
        return pa.ListArray.from_arrays(lists.offsets, lists.values, mask=plain.is_null())
    return pa.array(values, kind)


def line(row: int) -> str:
    """Write a row of JSON: the keys that have a value in it."""
    pairs = zip(column_names(JSONL), JSONL, strict=True)
    said = [f'"{name}": {case.arrow[row]}' for name, case in pairs if row < len(case.values)]
    return f"{{{', '.join(said)}}}\n"


def landed_types(home: Home) -> dict[str, str]:
    schema = schema_to_pyarrow(home.catalog().load_table(("acme", "all")).schema(), include_field_ids=False)
    return {field.name: _name(field.type) for field in schema}


def _name(kind: pa.DataType) -> str:
    """Name a type without regard to large forms, which the library's conversion gives."""
    return type_name(kind).replace("large_", "")


def test_every_type_of_parquet_lands_with_its_values(home: Home) -> None:
    rows = max(len(case.values) for case in PARQUET) + 1
    folder = home.root / "data"
    folder.mkdir()
    pq.write_table(pa.table([array(case, rows) for case in PARQUET], names=column_names(PARQUET)), folder / "a.parquet")
    report = home.run(JOB % "parquet")
    assert report.outcome == 0, report.objects[0].error
    found = home.rows("all")
    assert [landed_types(home)[name] for name in column_names(PARQUET)] == [case.iceberg for case in PARQUET]
    for name, case in zip(column_names(PARQUET), PARQUET, strict=True):
        assert found.column(name).to_pylist()[: len(case.read)] == case.read, case.source


def test_every_kind_of_value_in_json_lines_lands_with_its_values(home: Home) -> None:
    rows = max(len(case.values) for case in JSONL) + 1
    home.write("data/a.jsonl", "".join(line(row) for row in range(rows)))
    report = home.run(JOB % "jsonl")
    assert report.outcome == 0, report.objects[0].error
    found = home.rows("all")
    assert [landed_types(home)[name] for name in column_names(JSONL)] == [case.iceberg for case in JSONL]
    for name, case in zip(column_names(JSONL), JSONL, strict=True):
        assert found.column(name).to_pylist()[: len(case.read)] == case.read, case.source
