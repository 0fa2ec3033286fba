"""What the parser is fed of a file that is not plain UTF-8, or not judged yet: UTF-8, with an eye on the quotes."""

from __future__ import annotations

import codecs
import threading

import pyarrow as pa

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.quotes import QuoteCheck


class Feed:
    """A CSV file, open for reading.

    The parser reads ahead in a thread of its own, also for a moment after nobody wants its rows any more: then there is
    nothing left to read, and no error.

    Args:
        raw: The file, at its beginning, decompressed.
        dialect: How its rows are written.
    """

    def __init__(self, raw: pa.NativeFile, dialect: Dialect) -> None:
        self._file = raw
        self._decoder = None if dialect.is_utf8 else codecs.getincrementaldecoder(dialect.encoding)()
        self._quotes = QuoteCheck(dialect)
        self._lines_to_skip = dialect.skip_rows
        self._waiting = b""
        self._ended = False
        self._is_begun = self._has_lines = False
        self._lock = threading.Lock()

    def read(self, size: int = -1) -> bytes:
        """Read up to so many bytes; none at the end alone.

        Raises:
            UnicodeDecodeError: They are not in the encoding of the dialect.
        """
        with self._lock:
            while not self._ended and (not self._waiting or self._is_first_line()):
                self._take(size)
            # In UTF-8 a text may be longer than it was.
            end = size if size >= 0 else len(self._waiting)
            given, self._waiting = self._waiting[:end], self._waiting[end:]
            return given

    def _take(self, size: int) -> None:
        data = self._file.read(size if size >= 0 else None)
        self._ended = not data
        data = self._decoder.decode(data, final=self._ended).encode() if self._decoder else data
        while self._lines_to_skip and data:
            _, end, data = data.partition(b"\n")
            self._lines_to_skip -= bool(end)
        data = self._with_line_end(data)
        self._waiting += data
        self._quotes.feed(data)

    def _is_first_line(self) -> bool:
        """Tell whether more of the first line is wanted: the parser takes no header in pieces."""
        return not self._has_lines and len(self._waiting) < BLOCK_BYTES

    def _with_line_end(self, data: bytes) -> bytes:
        """End the line of a file that is one line without an end, a header alone: the parser would call it empty."""
        self._has_lines = self._has_lines or b"\n" in data or b"\r" in data
        self._is_begun = self._is_begun or data not in (b"", codecs.BOM_UTF8)
        return data + b"\n" if self._ended and self._is_begun and not self._has_lines else data

    def close(self) -> None:
        """Close the file, once nobody reads it; whoever reads later finds its end."""
        with self._lock:
            self._ended = True
            self._waiting = b""
            self._file.close()

    @property
    def quotes_are_sound(self) -> bool:
        """Whether every quote is where it may be; known at the end."""
        self._quotes.end()
        return self._quotes.is_sound
