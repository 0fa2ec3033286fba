"""Reads the text of a file that people write, in bounded time and memory, and says what keeps it from being text."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from ingest_core.documents.names import nearest
from ingest_core.errors import Fault, JobError

MAX_BYTES = 1_000_000
"""A job of ten thousand objects is smaller."""

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: YAML 1.1 specification, 5.1, "Character Set"."""


def read_text(path: Path) -> str:
    """Read a file of UTF-8, with or without a byte order mark.

    Args:
        path: The file; a pipe will do.

    Raises:
        JobError: It is missing, a folder, not to be read, larger than ``MAX_BYTES``, or no text.
    """
    text = _decoded(path, _read(path))
    if odd := _UNPRINTABLE.search(text):
        where = f"{path}:{place_of(text, odd.start())}"
        fault = Fault(f"the character U+{ord(odd[0]):04X} cannot stand in a YAML file", "take it out", where=where)
        raise JobError.of([fault])
    return text


def place_of(text: str, index: int) -> str:
    """Give ``line:column`` of a character, both counted from 1."""
    return f"{text.count(chr(10), 0, index) + 1}:{index - text.rfind(chr(10), 0, index)}"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _told(path, "no such file", _similar(path)) from None
    except IsADirectoryError:
        raise _told(path, "it is a folder", "name a file in it") from None
    except PermissionError:
        mend = "give whoever runs ingest the right to read it"
        raise _told(path, "cannot be read: permission denied", mend) from None
    except OSError as error:
        raise _told(path, f"cannot be read: {os.strerror(error.errno or 0)}") from error
    except ValueError:
        raise _told(path, "no file can have this name", "take the NUL out") from None
    if len(data) > MAX_BYTES:
        raise _told(path, f"larger than {MAX_BYTES // 1_000_000} MB", "divide it into several files")
    return data


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _told(path, "it is UTF-16, not UTF-8", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise _told(path, "it is not UTF-8", "save it as UTF-8", f":{place_of(before, len(before))}") from None


def _told(path: Path, problem: str, mend: str = "", place: str = "") -> JobError:
    return JobError.of([Fault(problem, mend, where=f"{path}{place}")])


def _similar(path: Path) -> str:
    """Name what is nearest to a file, or to the first folder on the way to it that is not there."""
    with contextlib.suppress(OSError):
        missing = path
        while not missing.parent.is_dir():
            missing = missing.parent
        names = [entry.name for entry in missing.parent.iterdir()]
        if not names:
            return f"{missing.parent} is empty: if it is a mount, see that the right folder is mounted there"
        close = nearest(missing.name, names)
        return f"did you mean {missing.parent / close}?" if close else ""
    return ""  # whoever may not look into the folder is told of the file alone
