"""Says what is wrong with a CSV file, in the words of a job."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.quotes import fault
from ingest_core.files import File
from ingest_core.plugin import JobError

_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, section 3.1.1
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the Unicode standard, section 23.8

_BAD_VALUE = re.compile(
    r"In CSV column #(\d+): (?:Row #\d+: )?(?:CSV conversion error to (?P<type>[^:]+): )?(?P<why>.*)", re.DOTALL
)
_TYPE_MEND = "give the column a type that fits in the object's `types`, for example string"


def refuse_other_formats(file: File, dialect: Dialect) -> None:
    """Say what a file is, by its first bytes, where the parser would call it empty or odd.

    Raises:
        JobError: It is compressed, or in another encoding.
    """
    with file.open() as raw:
        first = raw.read(len(_ZSTD))
    if first.startswith((_GZIP, _ZSTD)):
        raise JobError(f"{file.name} is compressed", "let its name end in .gz or .zst")
    if first.startswith(_UTF16) and dialect.is_utf8:
        raise JobError(f"{file.name} is not {dialect.encoding} but UTF-16", "say `source.with: {encoding: utf-16}`")


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
        raise JobError(
            f"{file.name} is not {dialect.encoding} in the columns {', '.join(odd)}",
            "say its encoding, `source.with: {encoding: latin-1}`, or the type binary in `types`",
        )


def refuse_quotes(file: File, dialect: Dialect) -> None:
    """Refuse a file whose rows are not what they seem to be.

    Raises:
        JobError: A quote is not closed, or closed in the midst of a value.
    """
    if found := fault(file, dialect):
        line, why = found
        raise JobError(
            f"{file.name}: line {line}: a quote in this row is not closed, or not at the end of its value ({why}); "
            "the rows behind it would be taken for one value",
            "mend the row; a quote within a quoted value is written twice",
        )


def misfit(file: File, place: tuple[int, str], text: str, wanted: pa.DataType) -> JobError:
    """Say that a text is no number, or more than one.

    Args:
        file: The file.
        place: The row, from 1, the header not counted, and the column's name.
        text: The text.
        wanted: The type that the others have.
    """
    row, name = place
    return JobError(
        f"{file.name}: row {row}, column {name!r}: taken for {wanted}: {text!r} would not stay as it is", _TYPE_MEND
    )


def explained(text: str, file: File, dialect: Dialect) -> JobError:
    """Say what the parser found."""
    if "straddl" in text and (found := fault(file, dialect)):
        return JobError(
            f"{file.name}: line {found[0]}: this row is longer than 1 MiB; a quote in it is not closed, perhaps",
            "mend the row",
        )
    if match := _BAD_VALUE.search(text):
        what = f"taken for {match['type']}: {match['why']}" if match["type"] else match["why"]
        return JobError(f"{file.name}: column number {int(match[1]) + 1}: {what}", _TYPE_MEND)
    if "Empty CSV file" in text:
        refuse_quotes(file, dialect)  # of the header
        return JobError(f"{file.name} is empty: it has no header line", "remove it, or write its header")
    return JobError(f"{file.name} is not CSV as the job describes it: {text}", "mend the file, or `source.with`")
