"""Rows that the checks put into a system."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa

_MOMENT = datetime(2024, 2, 29, 23, 59, 59, 999_999)  # noqa: DTZ001  # a column without a zone holds such values


def plain_rows(first: int, count: int) -> pa.Table:
    """Give rows of a whole number and a text.

    Args:
        first: The first row's number; rows of other numbers differ.
        count: How many.
    """
    numbers = range(first, first + count)
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "name": pa.array([f"the row of number {number}" for number in numbers], pa.string()),
        }
    )


WIDE = pa.table(
    {
        "flag": pa.array([True, None], pa.bool_()),
        "small": pa.array([2**31 - 1, None], pa.int32()),
        "whole": pa.array([-(2**63), 2**63 - 1], pa.int64()),
        "real": pa.array([0.1, -1e300], pa.float64()),
        "money": pa.array([Decimal("12345678901234567890123456789.123456789"), None], pa.decimal128(38, 9)),
        "day": pa.array([date(9999, 12, 31), date(1969, 12, 31)], pa.date32()),
        "clock": pa.array([time(23, 59, 59, 999_999), None], pa.time64("us")),
        "at": pa.array([_MOMENT, None], pa.timestamp("us")),
        "zoned": pa.array([_MOMENT.replace(tzinfo=UTC), None], pa.timestamp("us", tz="UTC")),
        "text": pa.array(['Ünï, "quoted"\nand on 😀', "NULL"], pa.string()),
        "raw": pa.array([b"\x00\xff", b"\n"], pa.binary()),
        "unique": pa.array([uuid.UUID(int=2**127 + 5).bytes, None], pa.uuid()),
        "tags": pa.array([["a", None], []], pa.list_(pa.string())),
        "place": pa.array(
            [{"city": "Ôslo", "at": {"x": 1}}, None],
            pa.struct([("city", pa.string()), ("at", pa.struct([("x", pa.int64())]))]),
        ),
        "counts": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    }
)
"""A column of each type that a table can have, with values at its ends."""

ODD_NAMES = pa.table(
    {
        name: pa.array([number, None], pa.int64())
        for number, name in enumerate(
            [
                "with space",
                "it's",
                'a "quoted" name',
                "back`tick",
                "a.b",
                "semi;colon",
                "Upper",
                "select",
                "naïve",
                "名前",
                "😀",
                "1st",
            ],
            1,
        )
    }
)
"""Columns whose names a program that builds text of them gets wrong."""
