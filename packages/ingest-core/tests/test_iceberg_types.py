"""Types are written as Iceberg names them, however deep."""

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.iceberg_types import arrow_type, landed_type


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uuid", pa.uuid()),
        ("fixed(16)", pa.binary(16)),
        ("fixed[4]", pa.binary(4)),
        ("decimal(12, 2)", pa.decimal128(12, 2)),
        ("list<long>", pa.list_(pa.int64())),
        ("map<string, decimal(9,2)>", pa.map_(pa.string(), pa.decimal128(9, 2))),
        ("struct<a: long, b: list<string>>", pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])),
        (
            " map< string,list<struct<x:int , y : map<int,uuid>>> > ",
            pa.map_(pa.string(), pa.list_(pa.struct([("x", pa.int32()), ("y", pa.map_(pa.int32(), pa.uuid()))]))),
        ),
    ],
)
def test_a_type_is_read(name: str, expected: pa.DataType) -> None:
    assert arrow_type(name) == expected


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("list<int, int>", "'list<int, int>' is no type"),
        ("map<int>", "'map<int>' is no type"),
        ("list<strin>", "'strin' is no type"),
        ("struct<a long>", "'a long' is no field of a struct"),
        ("struct<a: long, A: int>", "differ in case only: a"),
        ("struct<>", "'' is no field of a struct"),
        ("fixed(0)", "'fixed(0)' is no type"),
        ("decimal(39,2)", "'decimal(39,2)' is no type"),
        ("decimal(9)", "'decimal(9)' is no type"),
        ("list<" * 60 + "int" + ">" * 60, "is no type"),
    ],
)
def test_what_is_no_type_is_told(name: str, told: str) -> None:
    with pytest.raises(JobError) as raised:
        arrow_type(name)
    assert told in str(raised.value)


def test_a_sources_own_types_land_in_icebergs_at_every_level() -> None:
    inner = pa.struct([("a", pa.uint16()), ("b", pa.timestamp("ns", tz="Europe/Rome")), ("c", pa.null())])
    found = pa.map_(pa.large_string(), pa.large_list(inner))
    landed = pa.struct([("a", pa.int64()), ("b", pa.timestamp("us", tz="UTC")), ("c", pa.string())])
    assert landed_type(found) == pa.map_(pa.string(), pa.list_(landed))
