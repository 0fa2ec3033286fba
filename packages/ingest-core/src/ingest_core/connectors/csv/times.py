"""Times that the parser takes for text.

Its own inference counts fractions of seconds in nanoseconds, and 64 bits of these end in the year 2262; Iceberg counts
microseconds.
"""

from __future__ import annotations

import pyarrow as pa

_KINDS = (pa.timestamp("us"), pa.timestamp("us", tz="UTC"))


def time_type(texts: pa.Array) -> pa.DataType:
    """Give the type that holds the texts of a sample: times without or with a zone if all of them are, or text."""
    for kind in _KINDS:
        try:
            texts.cast(kind)
        except pa.ArrowInvalid:
            continue
        return kind
    return pa.string()
