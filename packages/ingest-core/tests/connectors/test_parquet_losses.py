"""A type that the job gives takes nothing of a Parquet column's values in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import JobError
from ingest_core.connectors.parquet import Options, ParquetSource
from ingest_core.plugin import Batch, SourceContext

TIME = pa.timestamp("us")
ZONED = pa.timestamp("us", tz="UTC")
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
INNER = pa.struct([("x", pa.int64()), ("y", pa.string())])
LESS = pa.struct([("x", pa.int64())])


def read(home: Path, values: list[Any], kind: pa.DataType, wanted: pa.DataType) -> list[Any]:
    """Write a column behind nulls, and read it as a type."""
    pq.write_table(pa.table({"v": pa.array([None, None, *values], kind)}), home / "a.parquet")
    source = ParquetSource(SourceContext(home, {"o": {"path": "*.parquet", "types": {"v": wanted}}}, Options()))
    (stream,) = source.streams()
    messages = [each for split in source.splits(stream, {}) for each in source.read(split)]
    rows = [row["v"] for each in messages if isinstance(each, Batch) for row in each.record_batch.to_pylist()]
    assert rows[:2] == [None, None]
    return rows[2:]


@pytest.mark.parametrize(
    ("values", "kind", "wanted"),
    [
        ([NOON], ZONED, pa.date32()),
        ([NOON.replace(tzinfo=None)], TIME, pa.date32()),
        ([NOON.replace(tzinfo=None)], TIME, pa.time64("us")),
        ([1.255], pa.float64(), pa.decimal128(8, 2)),
        ([2.402823669209385e38], pa.float64(), pa.decimal128(38, 0)),
        (["2.402823669209385e+38"], pa.string(), pa.decimal128(38, 0)),
        ([1e300], pa.float64(), pa.float32()),
        (["1e300"], pa.string(), pa.float32()),
        (["-1e999"], pa.large_string(), pa.float64()),
        (["1e999"], pa.dictionary(pa.int8(), pa.string()), pa.float64()),
        ([2], pa.int64(), pa.bool_()),
        ([0.5], pa.float64(), pa.bool_()),
        ([{"x": 1e300}], pa.struct([("x", pa.float64())]), pa.struct([("x", pa.float32())])),
        ([[1.0], [1e300]], pa.list_(pa.float64()), pa.list_(pa.float32())),
        ([[0.5, 1.255]], pa.list_(pa.float64()), pa.list_(pa.decimal128(8, 2))),
        ([[("k", NOON)]], pa.map_(pa.string(), ZONED), pa.map_(pa.string(), pa.date32())),
    ],
    ids=str,
)
def test_a_value_that_would_lose_something_is_told_with_its_row(
    tmp_path: Path, values: list[Any], kind: pa.DataType, wanted: pa.DataType
) -> None:
    with pytest.raises(JobError, match=rf"(?s)a\.parquet: row {2 + len(values)}, column 'v': .* would not stay"):
        read(tmp_path, values, kind, wanted)


@pytest.mark.parametrize(
    ("values", "kind", "wanted", "expected"),
    [
        ([MIDNIGHT], ZONED, pa.date32(), [date(2024, 1, 1)]),
        ([0.29, 1.1, 4.35, 99.0], pa.float64(), pa.decimal128(8, 2), [*map(Decimal, ("0.29", "1.1", "4.35", "99"))]),
        ([float("inf"), 0.5], pa.float64(), pa.float32(), [float("inf"), 0.5]),
        (["inf", "1e3"], pa.string(), pa.float64(), [float("inf"), 1000.0]),
        ([0, 1], pa.int64(), pa.bool_(), [False, True]),
        ([{"x": 1}], LESS, INNER, [{"x": 1, "y": None}]),
        ([[], [1.5, None]], pa.list_(pa.float64()), pa.list_(pa.float32()), [[], [1.5, None]]),
        ([[("k", 1)], []], pa.map_(pa.string(), pa.int32()), pa.map_(pa.string(), pa.int64()), [[("k", 1)], []]),
        ([Decimal("1.25")], pa.decimal128(5, 3), pa.decimal128(8, 2), [Decimal("1.25")]),
        ([Decimal("1.25")], pa.decimal128(5, 3), pa.float64(), [1.25]),
    ],
    ids=str,
)
def test_a_value_that_a_given_type_holds_is_taken(
    tmp_path: Path, values: list[Any], kind: pa.DataType, wanted: pa.DataType, expected: list[Any]
) -> None:
    assert read(tmp_path, values, kind, wanted) == expected


@pytest.mark.parametrize(
    ("kind", "wanted", "path"),
    [
        (INNER, LESS, r"v\.y"),
        (pa.struct([("z", INNER)]), pa.struct([("z", LESS)]), r"v\.z\.y"),
        (pa.list_(INNER), pa.list_(LESS), r"v\[\]\.y"),
        (pa.map_(pa.string(), INNER), pa.map_(pa.string(), LESS), r"v\[\]\.y"),
        (pa.map_(INNER, pa.string()), pa.map_(LESS, pa.string()), r"the keys of v\.y"),
    ],
)
def test_a_field_that_a_given_type_lacks_is_told(
    tmp_path: Path, kind: pa.DataType, wanted: pa.DataType, path: str
) -> None:
    told = rf"a\.parquet: the field '{path}' \(string\) is not in the type that the job gives"
    with pytest.raises(JobError, match=told) as raised:
        read(tmp_path, [], kind, wanted)
    assert "say the whole type" in raised.value.faults[0].mend
