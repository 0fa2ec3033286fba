"""Says what is wrong with a file of JSON lines, in the words of a job."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator

from ingest_core.connectors.jsonl.lines import MOST_LINE, Block, LongLineError, line_number
from ingest_core.files import File
from ingest_core.iceberg_types import type_name
from ingest_core.json_rows.converting import MisfitError, UnknownKeyError
from ingest_core.json_rows.inference import Seen, settled
from ingest_core.json_rows.json_text import LineError, written
from ingest_core.json_rows.parsing import CastError, PlaceError
from ingest_core.plugin import JobError

_SHOWN = 60
"""Characters of a value that a message shows."""

_LINES_MEND = "write one JSON object to each line; `jq -c` does, of an array by `jq -c '.[]'`"
_UTF8_MEND = "write it as UTF-8"

_OTHERS = (
    (b"\x1f\x8b", "is compressed by gzip", "let its name end in .gz"),  # RFC 1952, section 2.3.1
    (b"\x28\xb5\x2f\xfd", "is compressed by zstd", "let its name end in .zst"),  # RFC 8878, section 3.1.1
    (b"\xff\xfe", "is UTF-16, not UTF-8", _UTF8_MEND),  # the Unicode standard, section 23.8
    (b"\xfe\xff", "is UTF-16, not UTF-8", _UTF8_MEND),
    (b"{\0", "is UTF-16 or UTF-32, not UTF-8", _UTF8_MEND),
    (b"\0", "is UTF-16 or UTF-32, not UTF-8, or no text at all", _UTF8_MEND),
    (b"PAR1", "is Parquet", "say `connector: parquet`"),  # Parquet file format, "File Format"
    (
        b"<",
        "is no JSON but HTML or XML",
        "see what lies at the path: the answer of a server, perhaps",
    ),
    (b"[", "is a JSON array, not one object a line", _LINES_MEND),
)


def refuse_other_formats(file: File, first: bytes) -> None:
    """Say what a file is, by its first bytes, where it is something else.

    Raises:
        JobError: It is.
    """
    for mark, what, mend in _OTHERS:
        if first.lstrip(b" \t\r\n").startswith(mark):
            raise JobError(f"{file.name} {what}", mend)


@contextlib.contextmanager
def translated(file: File) -> Iterator[None]:
    """Turn what unpacking and reading raise into errors that name the file and the mend.

    Raises:
        JobError: The file cannot be read as it is.
    """
    try:
        yield
    except LongLineError as error:
        line = _number(file, error.offset)
        raise JobError(
            f"{file.name}: line {line}: it is longer than {MOST_LINE // 1024**2} MiB, which no record is", _LINES_MEND
        ) from error
    except (EOFError, zlib.error, OSError) as error:
        if not file.is_compressed:
            raise
        mend = "bring the file whole, and run again"
        raise JobError(f"{file.name} cannot be unpacked; it was cut, or damaged: {error}", mend) from error


def explained(error: PlaceError, file: File, block: Block) -> JobError:
    """Say what is wrong with a line.

    Args:
        error: What was found, and where in the block.
        file: The file.
        block: The block.
    """
    place = f"{file.name}: line {_number(file, block.offset) + error.line}"
    cause = error.cause
    if isinstance(cause, UnknownKeyError):
        return _unknown_key(place, cause)
    if isinstance(cause, MisfitError | CastError):
        value = written(cause.value) if isinstance(cause, MisfitError) else repr(cause.value)
        name = ".".join(cause.path)
        return JobError(
            f"{place}, column {name!r}: taken for {type_name(cause.wanted)}: {_short(value)} would not stay as it is",
            f"give the column a type that fits in the object's `types`, for example {cause.path[0]}: string",
        )
    if isinstance(cause, LineError) and error.line == block.data.count(b"\n"):
        return JobError(f"{place}: {cause}; the file ends within this line, and was cut, perhaps", _LINES_MEND)
    return JobError(f"{place}: {cause}", _LINES_MEND)


def _unknown_key(place: str, error: UnknownKeyError) -> JobError:
    seen = Seen()
    seen.add(error.value)
    found = type_name(settled(seen.type()))
    name = ".".join(error.path)
    value = _short(written(error.value))
    what = f"{place}: the key {name!r} ({value}) is none of the columns, which are those of a sample"
    if len(error.path) > 1:
        return JobError(what, f"say the whole type of {error.path[0]!r}, with this key, in the object's `types`")
    return JobError(what, f"say its type in the object's `types`, for example {{{name}: {found!r}}}")


def _number(file: File, offset: int) -> int:
    with file.open() as opened:
        return line_number(opened, offset)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
