"""Moments that are written as numbers since 1970."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

EpochUnit = Literal["s", "ms", "us"]

MOMENT = pa.timestamp("us", tz="UTC")
_MICROSECONDS: dict[EpochUnit, int] = {"s": 1_000_000, "ms": 1_000, "us": 1}


def moments(numbers: pa.Array, unit: EpochUnit) -> pa.Array:
    """Make moments of whole numbers; null stays null.

    Args:
        numbers: 64 bits.
        unit: What they count.

    Raises:
        pyarrow.ArrowInvalid: One is beyond what 64 bits of microseconds hold.
    """
    return pc.multiply_checked(numbers, pa.scalar(_MICROSECONDS[unit], pa.int64())).cast(MOMENT)
