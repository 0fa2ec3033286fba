"""Masks what a child writes into a pipe, for whoever runs it: an engine that logs what its process says."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import IO

from ingest_core.redaction.hold_back import HoldBack
from ingest_core.redaction.pipe import CHUNK
from ingest_core.redaction.redactor import Redactor


def redacted_lines(pipe: IO[bytes], redactor: Redactor) -> Iterator[str]:
    """Read a child's output to its end, masked, however it is cut.

    Args:
        pipe: Where the child writes: ``stdout`` or ``stderr`` of a ``subprocess.Popen`` without ``text``.
        redactor: Knows the secrets, or will.

    Yields:
        Lines with their ends, as soon as they are complete; of a line over 64 KB, parts; at last, what had no end.
        Bytes that are no UTF-8 are surrogates, as ``surrogateescape`` makes them.
    """
    held = HoldBack(redactor)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    read = getattr(pipe, "read1", pipe.read)  # what is there, where read would wait for all that it asks for
    while data := read(CHUNK):
        yield from _lines(held.take(decoder.decode(data)))
    yield from _lines(held.take(decoder.decode(b"", final=True)) + held.finish())


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline="\n"))
