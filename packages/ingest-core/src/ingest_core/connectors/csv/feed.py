"""What the parser is fed: a file's bytes as UTF-8, and with an eye on the quotes."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.quotes import QuoteCheck


class Feed:
    """A CSV file, open for reading.

    Args:
        raw: The file, at its beginning.
        dialect: How its rows are written.
    """

    def __init__(self, raw: BinaryIO, dialect: Dialect) -> None:
        self._file = raw
        self._decoder = None if dialect.is_utf8 else codecs.getincrementaldecoder(dialect.encoding)()
        self._quotes = QuoteCheck(dialect.delimiter)
        self._waiting = b""
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Read up to so many bytes; none at the end alone.

        Raises:
            UnicodeDecodeError: They are not in the encoding of the dialect.
        """
        while not self._waiting and not self._ended:
            data = self._file.read(size)
            self._ended = not data
            self._waiting = self._decoder.decode(data, final=self._ended).encode() if self._decoder else data
            self._quotes.feed(self._waiting)
        # In UTF-8 a text may be longer than it was.
        end = size if size >= 0 else len(self._waiting)
        given, self._waiting = self._waiting[:end], self._waiting[end:]
        return given

    @property
    def closed(self) -> bool:
        """Whether the file was closed."""
        return self._file.closed

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def quotes_are_sound(self) -> bool:
        """Whether every quote is where it may be; known at the end."""
        self._quotes.end()
        return self._quotes.is_sound
