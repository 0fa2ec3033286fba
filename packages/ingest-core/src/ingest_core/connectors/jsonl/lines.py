"""Cuts a file of lines into blocks of whole lines, in memory that the file's size does not set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK_BYTES = 1024 * 1024
"""What is parsed at once. Larger blocks cost memory and win no time."""

MOST_LINE = 16 * 1024 * 1024
"""Bytes of the longest line that is read: what is longer is no record, and would set the memory of a run."""


@dataclass(frozen=True)
class Block:
    """Some lines of a file.

    Args:
        offset: Where in the file the first begins, in bytes of the unpacked text.
        data: The lines, each whole.
    """

    offset: int
    data: bytes


class LongLineError(ValueError):
    """A line has more than :data:`MOST_LINE` bytes.

    Args:
        offset: Where in the file it begins.
    """

    def __init__(self, offset: int) -> None:
        super().__init__(f"a line is longer than {MOST_LINE} bytes")
        self.offset = offset


def blocks(opened: BinaryIO, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """Read the lines that begin in a range of bytes, so that ranges side by side give each line once.

    Args:
        opened: The file at its beginning; seekable unless ``start`` is 0.
        start: The first byte of the range.
        end: The byte behind the range; ``None`` for the end of the file.

    Yields:
        Blocks of about :data:`BLOCK_BYTES`, none empty.

    Raises:
        LongLineError: A line is too long.
    """
    offset, pending = _begin(opened, start)
    ended = False
    while not ended and (end is None or offset < end):
        chunk = opened.read(BLOCK_BYTES)
        pending += chunk
        ended = not chunk
        cut = len(pending) if ended else pending.rfind(b"\n") + 1
        if len(pending) - cut > MOST_LINE:
            raise LongLineError(offset + cut)
        if end is not None and offset + cut >= end:
            last = pending.find(b"\n", max(end - 1 - offset, 0), cut) + 1
            ended, cut = ended or bool(last), last or cut
        if cut:
            yield Block(offset, pending[:cut])
        offset, pending = offset + cut, pending[cut:]


def _begin(opened: BinaryIO, start: int) -> tuple[int, bytes]:
    """Find the first line that begins at a byte or behind it: its place, and what was read of it."""
    if not start:
        return 0, b""
    place = start - 1
    opened.seek(place)
    while chunk := opened.read(BLOCK_BYTES):
        cut = chunk.find(b"\n") + 1
        if cut:
            return place + cut, chunk[cut:]
        place += len(chunk)
    return place, b""


def line_number(opened: BinaryIO, offset: int) -> int:
    """Count the lines up to a byte, from 1.

    Args:
        opened: The file at its beginning.
        offset: The byte.
    """
    line = 1
    while offset > 0 and (chunk := opened.read(min(BLOCK_BYTES, offset))):
        line += chunk.count(b"\n")
        offset -= len(chunk)
    return line
