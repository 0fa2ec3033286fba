"""Numbers that are read from text, and say what the text says: none of it is lost by being taken for a number.

``007`` is no 7, and a double holds 15 digits for sure; a number with a plus sign is none. What nobody gave a
type is read as text and becomes a number only where nothing is lost.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

WHOLE = pa.int64()
LONG = pa.decimal128(38, 0)
"""Whole numbers beyond 64 bits."""

BEYOND_DOUBLE = pa.decimal128(19, 0)
"""Whole numbers of 64 bits that a double does not hold; lands as 64 bits, unless a column has fractions, too."""

REAL = pa.float64()
NUMBERS = (WHOLE, REAL, LONG)
SAFE_LENGTH = 15
"""Digits that a double always holds (IEEE 754 binary64)."""

SAFE_SIZE = 2.0**30
SAFE_LENGTH_OF_SMALL = 19
"""A smaller number of up to 17 digits has seven or more behind its point: it was a double before it was written."""

_EXACT_IN_DOUBLE = 2**53


class NotExactError(ValueError):
    """A text is no number of this type, or says more than the number would.

    Args:
        row: Where in the array, from 0.
        text: The text.
    """

    def __init__(self, row: int, text: str) -> None:
        super().__init__(f"{text!r} is not the same as a number")
        self.row = row
        self.text = text


def exact(texts: pa.Array, wanted: pa.DataType, decimal: str = ".") -> pa.Array:
    """Turn texts into numbers.

    Args:
        texts: Strings, with nulls.
        wanted: One of :data:`NUMBERS`.
        decimal: What stands before the fraction.

    Raises:
        NotExactError: Something would be lost.
    """
    plain, numbers = _read(texts, wanted, decimal)
    row = _first_not_whole(plain) if wanted == LONG else _first_with_more_ahead(plain, numbers)
    if row < 0 and wanted == REAL:
        row = _first_beyond_double(plain, numbers)
    if row >= 0:
        raise NotExactError(row, texts[row].as_py())
    return numbers


def nearest(texts: pa.Array, wanted: pa.DataType, decimal: str = ".") -> pa.Array:
    """Turn texts into the nearest numbers of a type.

    Args:
        texts: Strings, with nulls.
        wanted: A floating-point type.
        decimal: What stands before the fraction.

    Raises:
        NotExactError: A text is no number, or one that the type has none near of.
    """
    plain, numbers = _read(texts, wanted, decimal)
    infinite = pc.is_inf(numbers)
    if pc.any(infinite).as_py():  # seldom, and to look for digits in all texts takes longer than to read them
        # A digit is in no word for infinity.
        beyond = pc.and_(infinite, pc.match_substring_regex(plain, "[0-9]"))
        if (row := int(pc.index(beyond, pa.scalar(value=True)).as_py())) >= 0:
            raise NotExactError(row, texts[row].as_py())
    return numbers


def lossless_type(found: pa.DataType, texts: pa.Array, decimal: str = ".") -> pa.DataType:
    """Give the type that holds a sample, where the parser took it for numbers.

    Args:
        found: What the parser inferred.
        texts: The sample as text.
        decimal: What stands before the fraction.

    Returns:
        One of :data:`NUMBERS`, :data:`BEYOND_DOUBLE`, or text.
    """
    for wanted in (WHOLE, REAL, LONG) if found in (WHOLE, REAL) else ():
        try:
            numbers = exact(texts, wanted, decimal)
        except NotExactError:
            continue
        return _beyond(numbers) if wanted == WHOLE else wanted
    return pa.string() if found in (WHOLE, REAL) else found


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Give the type that holds the values of two samples: text, if there is no other."""
    whole = [WHOLE, BEYOND_DOUBLE, LONG]
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if one in whole and other in whole:
        return max(one, other, key=whole.index)
    return REAL if {one, other} == {WHOLE, REAL} else pa.string()


def _read(texts: pa.Array, wanted: pa.DataType, decimal: str) -> tuple[pa.Array, pa.Array]:
    """Give the texts as Arrow writes numbers, and the numbers."""
    plain = texts if decimal == "." else _with_points(texts, decimal)
    try:
        return plain, plain.cast(wanted)
    except pa.ArrowInvalid:
        plain = pc.ascii_trim_whitespace(plain)  # as the parser does before it infers a number
        return plain, _parsed(plain, wanted)


def _with_points(texts: pa.Array, decimal: str) -> pa.Array:
    """Write a point for the decimal comma; a point that is there makes a text no number."""
    return pc.replace_substring(pc.replace_substring(texts, ".", "_"), decimal, ".")


def _beyond(numbers: pa.Array) -> pa.DataType:
    bounds = pc.min_max(numbers).as_py()
    held = all(bound is None or abs(bound) <= _EXACT_IN_DOUBLE for bound in bounds.values())
    return WHOLE if held else BEYOND_DOUBLE


def _parsed(texts: pa.Array, wanted: pa.DataType) -> pa.Array:
    try:
        return texts.cast(wanted)
    except pa.ArrowInvalid:
        row = next(row for row, text in enumerate(texts) if not _is_a(text, wanted))
        raise NotExactError(row, texts[row].as_py()) from None


def _is_a(text: pa.Scalar, wanted: pa.DataType) -> bool:
    try:
        text.cast(wanted)
    except pa.ArrowInvalid:
        return False
    return True


def _first_with_more_ahead(texts: pa.Array, numbers: pa.Array) -> int:
    """Find a plus sign, or a zero before other digits; -1 where there is none."""
    found = pc.or_(_begins_with(texts, "0"), _begins_with(texts, "-0"))
    if numbers.type != WHOLE:  # to which no cast takes a plus sign
        found = pc.or_(found, pc.starts_with(texts, "+"))
    return int(pc.index(found, pa.scalar(value=True)).as_py())


def _first_not_whole(texts: pa.Array) -> int:
    """Find what is no plain whole number of up to 38 digits; -1 where there is none.

    Beyond that, or with an exponent, Arrow's cast overflows without a word, and gives another number.
    """
    found = pc.invert(pc.match_substring_regex(texts, r"^(0|-?[1-9][0-9]{0,37})$"))
    return int(pc.index(found, pa.scalar(value=True)).as_py())


def _begins_with(texts: pa.Array, zero: str) -> pa.Array:
    found = pc.starts_with(texts, zero)
    if not pc.any(found).as_py():
        return found
    longer = pc.greater(pc.binary_length(texts), len(zero))
    return pc.and_(pc.and_(found, longer), pc.invert(pc.starts_with(texts, f"{zero}.")))


def _first_beyond_double(texts: pa.Array, numbers: pa.Array) -> int:
    """Find a text that says more than its double; -1 where there is none. Few texts are worth more than a look."""
    length = pc.binary_length(texts)
    odd = pc.and_(pc.greater(length, SAFE_LENGTH), pc.greater(pc.abs(numbers), SAFE_SIZE))
    odd = pc.or_(pc.or_(odd, pc.greater(length, SAFE_LENGTH_OF_SMALL)), pc.is_inf(numbers))
    rows = pc.indices_nonzero(odd)
    written, read = texts.take(rows), numbers.take(rows)
    # Most of them are doubles as programs write them, in the fewest digits that mean just that double.
    unlike = pc.indices_nonzero(pc.not_equal(read.cast(pa.string()), written)).to_pylist()
    found = (rows[place].as_py() for place in unlike if _says_more(written[place].as_py(), read[place].as_py()))
    return next(found, -1)


def _says_more(text: str, number: float) -> bool:
    try:
        return Decimal(text) != Decimal(repr(number))
    except InvalidOperation:
        return True  # a word that means infinity or no number
