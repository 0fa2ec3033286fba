"""Notices quotes that are not closed, or closed too early: the parser takes the rows behind them for one value.

Source: RFC 4180, section 2, rules 5 to 7: a field is quoted as a whole, and a quote in it is written twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.files import File

_QUOTE = b'"'
_BOM = b"\xef\xbb\xbf"
_ONE = pa.scalar(1, pa.uint64())


class QuoteCheck:
    """Looks at each quote with its neighbours, as the bytes of a file go by.

    By the rule above the quotes open and close in turn; each that opens stands behind a border of fields, each that
    closes before one. A file of which that is not true may be right all the same, with quotes in the midst of a value
    that is not quoted: :func:`fault` reads it row by row.

    Args:
        delimiter: Between fields.
    """

    def __init__(self, delimiter: str) -> None:
        self._borders = pa.array(f'{delimiter}\r\n"'.encode(), pa.uint8())
        self._seen = b"\n"  # one byte that was looked at, and one that waits for the next
        self._open = False
        self._begun = False
        self.is_sound = True

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if not self._begun:
            data = data.removeprefix(_BOM)
            self._begun = True
        text = self._seen + data
        if _QUOTE in text[1:-1]:
            self._look(pa.Array.from_buffers(pa.uint8(), len(text), [None, pa.py_buffer(text)]))
        self._seen = text[-2:]

    def end(self) -> None:
        """Take the end of the file for the end of a row."""
        self.feed(b"\n")
        self.is_sound = self.is_sound and not self._open

    def _look(self, text: pa.UInt8Array) -> None:
        """Look at the quotes of a text, its first and last byte aside."""
        quotes = pc.add(pc.indices_nonzero(pc.equal(text[1:-1], _QUOTE[0])), _ONE)
        opens = _by_turns(len(quotes), first=not self._open)
        neighbours = pc.if_else(opens, text.take(pc.subtract(quotes, _ONE)), text.take(pc.add(quotes, _ONE)))
        self.is_sound = self.is_sound and pc.all(pc.is_in(neighbours, value_set=self._borders)).as_py()
        self._open = self._open != bool(len(quotes) % 2)


def _by_turns(length: int, *, first: bool) -> pa.BooleanArray:
    """Give true and false by turns."""
    bits = (b"\x55" if first else b"\xaa") * (length // 8 + 1)
    return pa.Array.from_buffers(pa.bool_(), length, [None, pa.py_buffer(bits)])


def fault(file: File, dialect: Dialect) -> tuple[int, str] | None:
    """Read a file row by row, strictly.

    Args:
        file: The file.
        dialect: How its rows are written.

    Returns:
        The line where a row with a wrong quote begins, from 1, and what is wrong; ``None`` where there is none.
    """
    before = csv.field_size_limit(BLOCK_BYTES)
    line = 0
    try:
        with io.TextIOWrapper(file.open(), encoding=dialect.python_encoding, newline="") as opened:
            for line in _lines(csv.reader(opened, delimiter=dialect.delimiter, strict=True)):  # noqa: B007  # told below
                pass
    except csv.Error as error:
        return line + 1, str(error)
    finally:
        csv.field_size_limit(before)
    return None


def _lines(rows: Iterator[list[str]]) -> Iterator[int]:
    """Give the line on which each row ends."""
    for _ in rows:
        yield rows.line_num  # type: ignore[attr-defined]  # csv's reader has it
