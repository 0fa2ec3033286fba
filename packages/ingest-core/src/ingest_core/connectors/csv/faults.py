"""Says what is wrong with a CSV file, in the words of a job."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.locating import (
    header_of,
    line_of,
    matching,
    misfitting,
    of_other_length,
    quote_fault,
    undecodable_line,
)
from ingest_core.files import File, Section
from ingest_core.plugin import JobError

_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, section 3.1.1
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the Unicode standard, section 23.8

_BAD_VALUE = re.compile(
    r"In CSV column #(\d+): (?:Row #\d+: )?(?:CSV conversion error to (?P<type>[^:]+): )?(?P<why>.*)", re.DOTALL
)
_INVALID = re.compile(r"invalid value '(.*)'", re.DOTALL)
_RAGGED = re.compile(r"Expected (\d+) columns, got (\d+)")
_TYPE_MEND = "give the column a type that fits in the object's `types`, for example string; or mend the value"


@dataclass(frozen=True)
class Reading:
    """What was being read when something was wrong.

    Args:
        file: The file.
        dialect: How its rows are written.
        section: What of it.
        types: The types as which columns are read, by their names.
    """

    file: File
    dialect: Dialect
    section: Section
    types: Mapping[str, pa.DataType]

    def column(self, place: int) -> str:
        """Give the name of a column, from 0; empty where nobody knows."""
        names = self.section.get("names") or header_of(self.file, self.dialect)
        return names[place] if place < len(names) else ""


def refuse_other_formats(first: bytes, file: File, dialect: Dialect) -> None:
    """Say what a file is, by its first bytes, where the parser would call it empty or odd.

    Raises:
        JobError: It is compressed, a web page, or in another encoding.
    """
    if first.startswith((_GZIP, _ZSTD)):
        raise JobError(f"{file.name} is compressed, and its name does not say so", "let its name end in .gz or .zst")
    if first.startswith(_UTF16) and dialect.is_utf8:
        raise JobError(f"{file.name} is not {dialect.encoding} but UTF-16", "say `source.with: {encoding: utf-16}`")
    if first.lstrip()[:9].lower() in (b"<!doctype", b"<html>\n<he") or first.lstrip()[:5].lower() == b"<html":
        raise JobError(f"{file.name} is a web page, not CSV", "mend the address, or what it takes to be let in")


def refuse_names(names: Sequence[str], file: File) -> None:
    """Refuse a header whose columns cannot be told apart.

    Raises:
        JobError: A name is missing, or comes twice.
    """
    if "" in names:
        raise JobError(
            f"{file.name}: column number {list(names).index('') + 1} has no name",
            "give each column of the file a name of its own",
        )
    lower = [name.lower() for name in names]
    if twice := sorted({name for name in names if lower.count(name.lower()) > 1}):
        raise JobError(
            f"{file.name} has columns whose names differ in case only, or not at all: {', '.join(twice)}",
            "give each column of the file a name of its own",
        )


def refuse_bytes(found: pa.Schema, given: Sequence[str], file: File, dialect: Dialect) -> None:
    """Refuse what the parser takes for bytes unasked: text in another encoding than it was told.

    Raises:
        JobError: There are such columns.
    """
    odd = [field.name for field in found if pa.types.is_binary(field.type) and field.name not in given]
    if odd:
        line = undecodable_line(file, dialect)
        raise JobError(
            f"{file.name}: {_at(line)}is not {dialect.encoding} in the columns {', '.join(odd)}",
            "say its encoding, `source.with: {encoding: latin-1}`, or the type binary in `types`",
        )


def refuse_quotes(file: File, dialect: Dialect) -> None:
    """Refuse a file whose rows are not what they seem to be.

    Raises:
        JobError: A quote is not closed, or closed in the midst of a value.
    """
    if found := quote_fault(file, dialect):
        line, why = found
        raise JobError(
            f"{file.name}: line {line}: a quote in this row is not closed, or not at the end of its value ({why}); "
            "the rows behind it would be taken for one value",
            "mend the row; a quote within a quoted value is written twice",
        )


def misfit(reading: Reading, line: int | None, name: str, text: str, wanted: pa.DataType) -> JobError:
    """Say that a text is no number, or more than one.

    Args:
        reading: What was being read.
        line: Where, from 1.
        name: The column's name.
        text: The text.
        wanted: The type that the others have.
    """
    what = f"column {name!r}: taken for {wanted}: {_short(text)!r} would not stay as it is"
    return JobError(f"{reading.file.name}: {_at(line)}{what}", _TYPE_MEND)


def explained(text: str, reading: Reading) -> JobError:
    """Say what the parser found."""
    file, dialect = reading.file, reading.dialect
    if "straddl" in text:
        return _long_row(file, dialect)
    if match := _BAD_VALUE.search(text):
        return _bad_value(match, reading)
    if match := _RAGGED.search(text):
        return _ragged(match, reading)
    if "Empty CSV" in text:
        refuse_quotes(file, dialect)  # of the header
        what = "it has no header line" if dialect.header else "it has no rows"
        return JobError(f"{file.name} is empty: {what}", "remove it, or write its header")
    return JobError(f"{file.name} is not CSV as the job describes it: {text}", "mend the file, or `source.with`")


def _long_row(file: File, dialect: Dialect) -> JobError:
    found = quote_fault(file, dialect)
    line = found[0] if found else None
    what = "this row is longer than 1 MiB; a quote in it is not closed, perhaps"
    return JobError(f"{file.name}: {_at(line)}{what}", "mend the row")


def _bad_value(match: re.Match[str], reading: Reading) -> JobError:
    place = int(match[1])
    name = reading.column(place)
    column = f"column {name!r}" if name else f"column number {place + 1}"
    line = _line_of_bad(match["why"], place, reading, reading.types.get(name))
    what = f"taken for {match['type']}: {match['why']}" if match["type"] else match["why"]
    return JobError(f"{reading.file.name}: {_at(line)}{column}: {what}", _TYPE_MEND)


def _line_of_bad(why: str, place: int, reading: Reading, kind: pa.DataType | None) -> int | None:
    file, dialect, section = reading.file, reading.dialect, reading.section
    if "UTF8" in why:
        return undecodable_line(file, dialect)
    if value := _INVALID.search(why):
        return line_of(file, dialect, section, matching(place, value[1]))
    if kind is None:
        return None
    is_misfit = misfitting(kind, dialect)
    return line_of(file, dialect, section, lambda row: len(row) > place and is_misfit(row[place]))


def _ragged(match: re.Match[str], reading: Reading) -> JobError:
    expected, got = int(match[1]), int(match[2])
    line = line_of(reading.file, reading.dialect, reading.section, of_other_length(expected))
    return JobError(
        f"{reading.file.name}: {_at(line)}Expected {expected} columns, got {got}",
        "mend the row; a value that holds the delimiter or a line's end stands in quotes",
    )


def _at(line: int | None) -> str:
    return f"line {line}: " if line else ""


def _short(text: str) -> str:
    most = 80
    return text if len(text) <= most else f"{text[:most]}..."
