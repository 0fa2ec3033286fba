"""Divides a CSV file at borders of rows, so that its parts can be read side by side.

A line end within quotes is no border of rows, and whether it is within is told by all quotes before it. So all bytes
are looked at first, in parts, each as if it began a row; a part that did not is looked at again.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.quotes import QuoteCheck
from ingest_core.files import File

SECTION_BYTES = 128 * 1024 * 1024
MOST_SECTIONS = 64
"""Bounds what a position holds of a file; the parts of a file of more than 8 GiB are larger."""


@dataclass(frozen=True)
class _Part:
    start: int
    end: int


def divided(file: File, dialect: Dialect) -> list[tuple[int, int]]:
    """Divide a plain UTF-8 file.

    Args:
        file: The file.
        dialect: How its rows are written.

    Returns:
        From which to before which byte each part goes: together the file behind the lines to be skipped, each beginning
        a row. One part alone where its quotes do not tell where rows begin.
    """
    parts = _line_starts(file, dialect, file.size or 0)
    begin, size = parts[0].start, parts[-1].end
    whole = [(begin, size)]
    if dialect.quote is None or len(parts) == 1:
        return _between(file, [part.start for part in parts], size)
    with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1), thread_name_prefix="divide") as pool:
        looks = list(pool.map(lambda part: _looked(file, dialect, part, is_open=False), parts))
    starts: list[int] = []
    is_open = False
    for part, guess in zip(parts, looks, strict=True):
        found = _looked(file, dialect, part, is_open=True) if is_open else guess
        if not found.is_sound:
            return whole
        starts += _first_row(file, dialect, part) if is_open else [part.start]
        is_open = found.is_open
    return whole if is_open else _between(file, starts, size)


def parts_of(size: int) -> int:
    """Give into how many parts a file is divided: a power of two, so that as many workers share them evenly."""
    return min(max(1 << max(-(-size // SECTION_BYTES) - 1, 1).bit_length(), 2), MOST_SECTIONS)


def _between(file: File, starts: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Give the parts that begin where they may: the parser takes a mark of the encoding off what it is given."""
    with file.open() as raw:
        kept = [start for start in starts if start == starts[0] or not _has_mark(raw, start)]
    return list(pairwise([*kept, size]))


def _has_mark(raw: BinaryIO, place: int) -> bool:
    raw.seek(place)
    return raw.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _line_starts(file: File, dialect: Dialect, size: int) -> list[_Part]:
    """Divide a file evenly, each part beginning behind a line's end."""
    parts = parts_of(size)
    with file.open() as raw:
        begin = _after_lines(raw, dialect.skip_rows)
        starts = {start for part in range(1, parts) if (start := _next_line(raw, size * part // parts, size)) > begin}
    bounds = [begin, *sorted(starts - {size}), size]
    return [_Part(start, end) for start, end in pairwise(bounds)]


def _after_lines(raw: BinaryIO, lines: int) -> int:
    """Give where the first so many lines of an open file end."""
    raw.seek(0)
    while lines and (piece := raw.readline(BLOCK_BYTES)):
        lines -= piece.endswith(b"\n")
    return raw.tell()


def _next_line(raw: BinaryIO, place: int, size: int) -> int:
    raw.seek(place)
    while (piece := raw.readline(BLOCK_BYTES)) and not piece.endswith(b"\n"):
        if raw.tell() - place > SECTION_BYTES:
            return size
    return raw.tell()


def _looked(file: File, dialect: Dialect, part: _Part, *, is_open: bool) -> QuoteCheck:
    """Look at all quotes of a part."""
    check = QuoteCheck(dialect, is_open=is_open)
    with file.open() as raw:
        mark = len(codecs.BOM_UTF8) if not part.start and _has_mark(raw, 0) else 0
        raw.seek(part.start + mark)
        check.feed_from(raw, part.end - part.start - mark)
    return check


def _first_row(file: File, dialect: Dialect, part: _Part) -> Sequence[int]:
    """Find where the first row begins in a part that begins within quotes; nothing where none does."""
    quote, newline, is_open, place = (dialect.quote or "").encode(), b"\n", True, part.start
    with file.open() as raw:
        for block in _blocks(raw, part.start, part.end):
            at = 0
            while (at := _first(block, (quote,) if is_open else (quote, newline), at)) >= 0:
                at += 1
                if block[at - 1 : at] == newline:
                    return [place + at] if place + at < part.end else []
                is_open = not is_open
            place += len(block)
    return []


def _first(block: bytes, wanted: Sequence[bytes], start: int) -> int:
    found = [place for each in wanted if (place := block.find(each, start)) >= 0]
    return min(found, default=-1)


def _blocks(raw: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    raw.seek(start)
    while start < end and (block := raw.read(min(BLOCK_BYTES, end - start))):
        yield block
        start += len(block)
