"""Notices quotes that are not closed, or closed too early: the parser takes the rows behind them for one value.

Source: RFC 4180, section 2, rules 5 to 7: a field is quoted as a whole, and a quote in it is written twice.
"""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect

_BOM = b"\xef\xbb\xbf"


class QuoteCheck:
    """Looks at each quote with its neighbours, as the bytes of a file go by.

    By the rule above the quotes open and close in turn; each that opens stands behind a border of fields, each that
    closes before one. So the pieces between quotes lie within a value and without by turns, and one that lies without
    begins and ends with a border, or is empty. A file of which that is not true may be right all the same, with quotes
    in the midst of a value that is not quoted: ``locating.quote_fault`` reads it row by row.

    Args:
        dialect: How the rows are written.
        is_open: Whether the bytes begin within a quoted value.
    """

    def __init__(self, dialect: Dialect, *, is_open: bool = False) -> None:
        self._quote = (dialect.quote or "").encode()
        self._escape = (dialect.escape or "").encode()
        self._borders = {*f"{dialect.delimiter}\r\n".encode()}
        # One buffer for all blocks, since the kernel clears every page that is new. Before a block stand two bytes: one
        # that was looked at, and one that waits for the next.
        self._bytes = bytearray(BLOCK_BYTES + 2)
        self._buffer = memoryview(self._bytes)
        self._buffer[:2] = b"\n\n"
        self._open = is_open  # before these
        self._begun = is_open
        self._held = b""
        self.is_sound = True

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if not self._quote:
            return
        if not self._begun:
            data = data.removeprefix(_BOM)
            self._begun = True
        if self._escape:
            data = self._unescaped(data)
        for start in range(0, len(data), BLOCK_BYTES):
            block = data[start : start + BLOCK_BYTES]
            self._buffer[2 : 2 + len(block)] = block
            self._take(len(block))

    def feed_from(self, raw: BinaryIO, size: int) -> None:
        """Take so many bytes of an open file, without a copy; there is no mark of the encoding before them."""
        while size and (length := raw.readinto(self._buffer[2 : 2 + min(size, BLOCK_BYTES)])):  # type: ignore[attr-defined]  # binary files have it
            self._take(length)
            size -= length

    def end(self) -> None:
        """Take the end of the file for the end of a row."""
        self.feed(b"\n")
        self.is_sound = self.is_sound and not self.is_open

    @property
    def is_open(self) -> bool:
        """Whether the bytes so far end within a quoted value."""
        return self._open != bool(bytes(self._buffer[:2]).count(self._quote) % 2)

    def _take(self, length: int) -> None:
        """Take so many bytes of the buffer, from the third on."""
        text = self._buffer[: length + 1]
        if self._bytes.find(self._quote, 0, length + 1) >= 0:
            self._look(text)
        self._buffer[:2] = bytes(self._buffer[length : length + 2])
        if self._buffer[:1] == self._quote:
            self._open = not self._open  # it will be looked at again

    def _look(self, text: memoryview) -> None:
        """Look at the pieces between the quotes of a text."""
        pieces = pc.split_pattern(_one(text), self._quote).values
        size, first = len(pieces), int(self._open)  # the first piece that lies without
        buffers = pieces.buffers()
        data = pa.Array.from_buffers(pa.uint8(), len(text) - size + 1, [None, buffers[2] or pa.py_buffer(b"")])
        offsets = pa.Array.from_buffers(pa.int32(), size + 1, [None, buffers[1]])
        pairs = pa.FixedSizeListArray.from_arrays(offsets[first : first + (size + 1 - first) // 2 * 2], 2)
        starts, ends = pc.list_element(pairs, 0), pc.list_element(pairs, 1)
        begin, stop = int(first == 0), len(pairs) - (first + 2 * (len(pairs) - 1) == size - 1)
        filled = pc.not_equal(starts, ends)
        heads = data.take(starts[begin:].filter(filled[begin:]))
        tails = data.take(pc.subtract(ends[:stop].filter(filled[:stop]), 1))
        found = {*pc.unique(heads).to_pylist(), *pc.unique(tails).to_pylist()}
        self.is_sound = self.is_sound and found <= self._borders
        self._open = self._open != bool((size - 1) % 2)

    def _unescaped(self, data: bytes) -> bytes:
        """Put plain characters for escaped ones, and hold an escape at the end back."""
        data = (self._held + data).replace(self._escape * 2, b"xx")
        self._held = self._escape if data.endswith(self._escape) else b""
        return data.removesuffix(self._held).replace(self._escape + self._quote, b"xx")


def _one(text: memoryview) -> pa.BinaryArray:
    """Give an array of one text, without a copy."""
    offsets = pa.array([0, len(text)], pa.int32())
    return pa.Array.from_buffers(pa.binary(), 1, [None, offsets.buffers()[1], pa.py_buffer(text)])
