"""Finds the line of a fault, once there is one: reads a CSV file row by row, as slowly as Python does.

Lines are read in bounded pieces: a file may be one line of any length.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import pyarrow as pa

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.files import File, Section

Row = list[str]
_PIECE = 65_536


class LongLineError(ValueError):
    """A row is longer than the parser takes."""


def quote_fault(file: File, dialect: Dialect) -> tuple[int, str] | None:
    """Read a file row by row, strictly.

    Returns:
        The line where a row with a wrong quote begins, or one that is too long, from 1, and what is wrong; ``None``
        where there is none.
    """
    line = dialect.skip_rows
    try:
        for line, _ in _rows(file, dialect, {}, strict=True):  # noqa: B007  # told below
            pass
    except (csv.Error, LongLineError) as error:
        return line + 1, str(error)
    return None


def header_of(file: File, dialect: Dialect) -> Row:
    """Read the names of the columns; none where they cannot be read."""
    if not dialect.header:
        return [*dialect.columns]
    try:
        return next((row for _, row in _rows(file, dialect, {}, strict=False) if row), [])
    except (csv.Error, LongLineError, UnicodeError):
        return []


def line_of(file: File, dialect: Dialect, section: Section, is_it: Callable[[Row], bool]) -> int | None:
    """Find the first row of a section of which something is true.

    Returns:
        Its last line, from 1; ``None`` where there is no such row, or the rows cannot be read.
    """
    try:
        rows = _rows(file, dialect, section, strict=False)
        if dialect.header and not section.get("names"):
            next((row for _, row in rows if row), None)
        return next((line for line, row in rows if is_it(row)), None)
    except (csv.Error, LongLineError, UnicodeError):
        return None


def line_of_row(file: File, dialect: Dialect, section: Section, row: int, *, has_empty: bool) -> int | None:
    """Find the line of the row of a number, from 0.

    Args:
        file: The file.
        dialect: How its rows are written.
        section: What of it.
        row: Its place among the rows.
        has_empty: Whether an empty line is a row.
    """
    left = iter(range(row, -1, -1))
    return line_of(file, dialect, section, lambda found: bool(has_empty or found) and next(left) == 0)


def undecodable_line(file: File, dialect: Dialect) -> int | None:
    """Find the first line that is not in the encoding which the job says; of plain encodings alone."""
    with file.open() as raw:
        for line, piece in enumerate(_pieces(raw, BLOCK_BYTES), 1):
            try:
                piece.decode(dialect.encoding)
            except UnicodeDecodeError:
                return line
            except LongLineError:
                return None
    return None


def misfitting(kind: pa.DataType, dialect: Dialect) -> Callable[[str], bool]:
    """Give what tells whether a text does not become a value of a type."""

    def is_misfit(text: str) -> bool:
        plain = text.strip().replace(dialect.decimal, ".")
        try:
            pa.array([None if text in dialect.null_values else plain], pa.string()).cast(kind)
        except pa.ArrowException:
            return True
        return False

    return is_misfit


def _rows(file: File, dialect: Dialect, section: Section, *, strict: bool) -> Iterator[tuple[int, Row]]:
    """Give the rows of a section, each with the line on which it ends."""
    before = csv.field_size_limit(BLOCK_BYTES)
    start = section.get("start", 0)
    try:
        with file.open() as raw:
            line = _lines_before(raw, start)
            text = io.TextIOWrapper(raw, encoding=dialect.python_encoding, newline="")
            pieces = _pieces(text, BLOCK_BYTES)
            if not start:
                line += sum(1 for _ in zip(range(dialect.skip_rows), pieces, strict=False))
            reader = csv.reader(pieces, strict=strict, **_reader_options(dialect))
            for row in reader:
                yield line + reader.line_num, row
    finally:
        csv.field_size_limit(before)


def _reader_options(dialect: Dialect) -> dict[str, Any]:
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote,
        "escapechar": dialect.escape,
        "quoting": quoting,
    }


def _lines_before(raw: IO[bytes], start: int) -> int:
    """Count the lines before a place, and go there."""
    lines, left = 0, start
    while left and (block := raw.read(min(_PIECE, left))):
        lines += block.count(b"\n")
        left -= len(block)
    return lines


def _pieces(opened: IO[Any], limit: int) -> Iterator[Any]:
    """Give the lines of a file.

    Raises:
        LongLineError: One is too long.
    """
    while piece := opened.readline(limit):
        if len(piece) == limit:
            raise LongLineError(f"it is longer than {limit // 1024 // 1024} MiB")
        yield piece


def matching(place: int, text: str) -> Callable[[Row], bool]:
    """Give what tells whether a row has a text in a column.

    Args:
        place: The column, from 0.
        text: As the parser told it.
    """
    wanted = text.strip()
    return lambda row: len(row) > place and row[place].strip() == wanted


def of_other_length(columns: int) -> Callable[[Sequence[str]], bool]:
    """Give what tells whether a row has not so many values."""
    return lambda row: bool(row) and len(row) != columns
