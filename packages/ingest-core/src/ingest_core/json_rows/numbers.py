"""What a number in JSON says, and which types hold all of it."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation

import pyarrow as pa

WHOLE = pa.int64()
REAL = pa.float64()
LONG = pa.decimal128(38, 0)
"""Whole numbers beyond 64 bits."""

BEYOND_DOUBLE = pa.decimal128(19, 0)
"""Whole numbers of 64 bits that a double does not hold; lands as 64 bits, unless a column has fractions, too."""

_SAFE_SIZE = 2**30
_DIGITS_OF_SMALL = 17
_EXACT_IN_DOUBLE = 2**53
_MOST_DIGITS = 38
_MOST = 10**_MOST_DIGITS
_MOST_FLOAT = 3.4028234663852886e38


def number_type(text: str) -> pa.DataType:
    """Give the narrowest type that holds a number.

    Args:
        text: As JSON writes it.

    Returns:
        One of :data:`WHOLE`, :data:`BEYOND_DOUBLE`, :data:`LONG`, :data:`REAL`; text where a number would lose
        something.
    """
    if not text.removeprefix("-").isdecimal():
        return REAL if is_exact(text) else pa.string()
    size = abs(int(text)) if len(text) <= _MOST_DIGITS + 1 else _MOST
    if size <= _EXACT_IN_DOUBLE:
        return WHOLE
    if size < 2**63:
        return BEYOND_DOUBLE
    return LONG if size < _MOST else pa.string()


def is_exact(text: str) -> bool:
    """Tell whether a double says all that a number's text says.

    A smaller number of up to 17 digits has seven or more behind its point: it was a double before it was written.
    """
    number, double = _decimal(text), float(text)
    if number is None or Decimal(repr(double)) == number:
        return number is not None
    return 0 < abs(double) < _SAFE_SIZE and len(number.as_tuple().digits) <= _DIGITS_OF_SMALL


def whole(text: str, wanted: pa.DataType) -> int | None:
    """Give a whole number, however it is written; ``None`` where it is none, or does not fit.

    Args:
        text: As JSON writes it.
        wanted: 32 or 64 bits.
    """
    number = _decimal(text)
    if number is None or abs(number.adjusted()) > _MOST_DIGITS or number != number.to_integral_value():
        return None
    found, bits = int(number), 31 if wanted == pa.int32() else 63
    return found if -(2**bits) <= found < 2**bits else None


def real(text: str, wanted: pa.DataType, *, given: bool) -> float | None:
    """Give a floating-point number; ``None`` where it would not be the number that is written.

    Args:
        text: As JSON writes it.
        wanted: 32 or 64 bits.
        given: Whether the job gave the type, and so asked for its rounding.
    """
    found = float(text)
    if abs(found) > (_MOST_FLOAT if wanted == pa.float32() else sys.float_info.max):
        return None
    return found if given or is_exact(text) else None


def decimal(text: str, wanted: pa.Decimal128Type) -> Decimal | None:
    """Give a decimal; ``None`` where a type has too few digits for it, before its point or behind.

    Args:
        text: As JSON writes it.
        wanted: The type.
    """
    number = _decimal(text)
    if number is None or not number:
        return number
    if number.adjusted() >= wanted.precision - wanted.scale:
        return None
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    dropped = -exponent - wanted.scale
    return number if dropped <= 0 or not any(digits[-dropped:]) else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that no computer holds
        return None
