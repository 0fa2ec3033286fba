"""Turns texts into values where the parser would go too far: it takes 0 for false, and 1e999 for infinity.

Columns of these types are read as text and converted here.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.connectors.csv.numbers import NUMBERS, NotExactError, exact, lossless_type, nearest
from ingest_core.connectors.csv.times import time_type

BOOL = pa.bool_()
_TRUE = pa.array(["true", "True", "TRUE"])
_WORDS = pa.concat_arrays([_TRUE, pa.array(["false", "False", "FALSE"])])
"""Of what the parser takes for booleans, those that are no numbers.

Source: https://arrow.apache.org/docs/python/generated/pyarrow.csv.ConvertOptions.html
"""

TRIED = (*NUMBERS, BOOL, pa.string())
"""What the parser infers, and :func:`inferred` looks at once more."""


def is_read_as_text(wanted: pa.DataType, *, given: bool) -> bool:
    """Tell whether a column is read as text and goes through :func:`converted`.

    Args:
        wanted: Its type.
        given: Whether the job gives the type, and so says what is meant by a text such as ``007`` or ``1``.
    """
    return bool(pa.types.is_floating(wanted)) or (not given and wanted in (*NUMBERS, BOOL))


def converted(texts: pa.Array, wanted: pa.DataType, *, given: bool, decimal: str) -> pa.Array:
    """Turn a column that was read as text into values.

    Args:
        texts: Strings, with nulls.
        wanted: A type of which :func:`is_read_as_text` is true.
        given: As there.
        decimal: What stands before the fraction of a number.

    Raises:
        NotExactError: Something would be lost.
    """
    if wanted == BOOL:
        return _booleans(texts)
    return exact(texts, wanted, decimal) if wanted in NUMBERS and not given else nearest(texts, wanted, decimal)


def inferred(found: pa.DataType, texts: pa.Array, decimal: str) -> pa.DataType:
    """Give the type that holds a sample.

    Args:
        found: What the parser inferred, one of :data:`TRIED`.
        texts: The sample as text.
        decimal: What stands before the fraction of a number.
    """
    if found == BOOL:
        return BOOL if _first_other(texts) < 0 else pa.string()
    return time_type(texts) if found == pa.string() else lossless_type(found, texts, decimal)


def _booleans(texts: pa.Array) -> pa.Array:
    if (row := _first_other(texts)) >= 0:
        raise NotExactError(row, texts[row].as_py())
    return pc.if_else(texts.is_valid(), pc.is_in(texts, _TRUE), pa.scalar(None, BOOL))


def _first_other(texts: pa.Array) -> int:
    """Find a text that is no word for true or false; -1 where there is none."""
    found = pc.and_(texts.is_valid(), pc.invert(pc.is_in(texts, _WORDS)))
    return int(pc.index(found, pa.scalar(value=True)).as_py())
