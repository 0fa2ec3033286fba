"""Finds what Arrow's JSON parser would not survive, or might read as something else, before and after it parses.

Its parser goes as deep as the text does (thirty thousand levels ended the process), ends the process at a line that
says ``null``, takes the words for no number, and turns numbers into the nearest double. All of this is looked for on
whole blocks at once; a block in doubt is read value by value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

LONG_LINE = 4096
"""Bytes of the longest line that cannot be nested too deep, whatever is in it."""

MOST_LEVELS = 500

_ODD_LINES = r"(?:^|\n)[ \t\r]*[^{ \t\r\n]|\}[ \t\r]*null"
"""A line that does not begin as an object does, or ``null`` behind one."""

_LONG_NUMBERS = (
    r"[:\[,\s]-?(?:0\.0*)?[1-9](?:\.?[0-9]){17}"  # 18 digits
    r"|[:\[,\s]-?[1-9][0-9]{9}(?:\.?[0-9]){6}"  # 16, ten of them before the point
    r"|[:\[,\s]-?[0-9.]+[eE][-+]?[0-9]{3}"
)
"""Numbers that a double may not hold, and some texts that look alike."""

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


@dataclass(frozen=True)
class Look:
    """What a look at a block tells.

    Args:
        is_safe: Whether the parser survives it: UTF-8, each line an object, and none too deep.
        has_long_numbers: Whether there may be numbers in it that a double does not hold.
    """

    is_safe: bool
    has_long_numbers: bool


def look(data: bytes) -> Look:
    """Look at a block of whole lines before it is parsed."""
    block = pa.array([data], pa.binary())
    try:
        block.cast(pa.string())
    except pa.ArrowInvalid:
        return Look(is_safe=False, has_long_numbers=False)
    # Most blocks have neither, which one look tells.
    odd = _matches(block, f"{_ODD_LINES}|{_LONG_NUMBERS}")
    shallow = all(_levels(line) <= MOST_LEVELS for line in long_lines(data))
    return Look(shallow and not (odd and _matches(block, _ODD_LINES)), odd and _matches(block, _LONG_NUMBERS))


def are_finite(found: pa.RecordBatch) -> bool:
    """Tell whether no word for infinity, or for no number, was taken for a double."""
    doubles = (leaf for column in found.columns for leaf in leaves(column) if pa.types.is_floating(leaf.type))
    return all(pc.all(pc.is_finite(leaf), min_count=0).as_py() for leaf in doubles)


def long_lines(data: bytes) -> Iterator[bytes]:
    """Give the lines of more than :data:`LONG_LINE` bytes."""
    begin = 0
    while begin + LONG_LINE < len(data):
        # From the far end, so that few bytes are looked at where lines are short.
        cut = data.rfind(b"\n", begin, begin + LONG_LINE) + 1
        if not cut:
            cut = data.find(b"\n", begin + LONG_LINE) + 1 or len(data)
            yield data[begin:cut]
        begin = cut


def leaves(array: pa.Array) -> Iterator[pa.Array]:
    """Give the arrays of plain values that a column is made of."""
    if pa.types.is_struct(array.type):
        for child in array.flatten():
            yield from leaves(child)
    elif pa.types.is_list(array.type):
        yield from leaves(array.flatten())
    else:
        yield array


def _matches(block: pa.Array, pattern: str) -> bool:
    return bool(pc.match_substring_regex(block, pattern)[0].as_py())


def _levels(line: bytes) -> int:
    """Count how deep a line is nested."""
    if line.count(b"[") + line.count(b"{") <= MOST_LEVELS:
        return 0
    brackets = _STRINGS.sub(b"", line).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
