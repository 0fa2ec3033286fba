"""Says what is wrong with a Parquet file, in the words of a job."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

import pyarrow as pa

from ingest_core.connectors.parquet.types import Difference, NoIcebergTypeError
from ingest_core.files import File
from ingest_core.iceberg_types import type_name
from ingest_core.plugin import JobError

_MAGIC = b"PAR1"  # Parquet file format, "File Format"
_ENCRYPTED = b"PARE"  # Parquet modular encryption, section 5.1
_LEAST_BYTES = 12
_SHOWN = 60
"""Characters of a value that a message shows."""


@contextlib.contextmanager
def translated(file: File) -> Iterator[None]:
    """Turn what Arrow raises of a file into an error that names it and the mend.

    Raises:
        JobError: The file cannot be read.
    """
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise _explained(file, str(error)) from error


def _explained(file: File, text: str) -> JobError:
    size, first, last = _ends(file)
    if _ENCRYPTED in (first, last) or "decrypt" in text.lower():
        return JobError(f"{file.name} is encrypted, which is not read", "decrypt it first")
    if first != _MAGIC:
        return JobError(f"{file.name} is not Parquet: it does not begin as such a file does", "see what the path names")
    if last != _MAGIC or size < _LEAST_BYTES:
        return JobError(f"{file.name} ends too early: it was cut, or is still being written", "bring the file whole")
    return JobError(f"{file.name} cannot be read; it is damaged: {text}", "write the file again")


def _ends(file: File) -> tuple[int, bytes, bytes]:
    with file.open() as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(size - 4, 0))
        last = opened.read(4)
        opened.seek(0)
        return size, opened.read(4), last


def refuse_packed(file: File) -> None:
    """Refuse a file that cannot be sought.

    Raises:
        JobError: Its name says that it is packed.
    """
    if file.is_compressed:
        raise JobError(
            f"{file.name} is packed, and Parquet is read from its end; its columns are compressed within",
            "unpack it",
        )


def refuse_names(file: File, names: Sequence[str]) -> None:
    """Refuse columns that cannot be told apart.

    Raises:
        JobError: Two have one name, case aside.
    """
    lower = [name.lower() for name in names]
    if twice := sorted({name for name in names if lower.count(name.lower()) > 1}):
        raise JobError(
            f"{file.name} has columns whose names differ in case only, or not at all: {', '.join(twice)}",
            "give each column of the file a name of its own",
        )


def refuse_unknown(file: File, unknown: Sequence[str]) -> None:
    """Refuse columns that would be lost.

    Raises:
        JobError: There are some.
    """
    if unknown:
        raise JobError(
            f"{file.name} has columns that the sampled files do not have: {', '.join(unknown)}",
            "say their types in the object's `types`",
        )


def no_type(file: File, error: NoIcebergTypeError) -> JobError:
    """Say that Iceberg has no type for a column."""
    top = error.path.split(".")[0].split("[")[0].removeprefix("the keys of ")
    return JobError(
        f"{file.name}: the column {error.path!r} is {error.found}, for which Iceberg has no type",
        f"say a type that holds it in the object's `types`, for example {top}: long or string",
    )


def unlike(name: str, difference: Difference, where: str) -> JobError:
    """Say that a column of a file is not like that of others.

    Args:
        name: The file.
        difference: What differs.
        where: Whose column it is compared to.
    """
    path, found = difference.path, type_name(difference.found)
    if difference.wanted is None:
        what = f"{name}: the field {path!r} ({found}) is not in {where}"
        return JobError(what, "say the whole type of the column in the object's `types`")
    return JobError(
        f"{name}: the column {path!r} is {found}, and {type_name(difference.wanted)} in {where}",
        "say a type that holds both in the object's `types`, or write the file again",
    )


def misfit(file: File, row: int, value: pa.Array, field: pa.Field) -> JobError:
    """Say that a value would lose something.

    Args:
        file: The file.
        row: Its row, from 1.
        value: The value, alone in an array, which writes what Python has no value for, such as nanoseconds.
        field: The column as it lands.
    """
    text = value.to_string(indent=0, skip_new_lines=True)[1:-1]
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return JobError(
        f"{file.name}: row {row}, column {field.name!r}: {shown} would not stay as it is as {type_name(field.type)}",
        "give the column a type that fits in the object's `types`, or mend the value",
    )
