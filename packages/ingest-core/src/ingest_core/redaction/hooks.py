"""Puts redaction in the place of stdout and stderr."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TextIO

from ingest_core.redaction.descriptor import DescriptorStream
from ingest_core.redaction.redactor import Redactor
from ingest_core.redaction.stream import RedactingStream


@contextlib.contextmanager
def redact_streams(redactor: Redactor) -> Iterator[Callable[[], None]]:
    """Redact what is written to stdout and stderr for a while.

    Tracebacks, warnings and the hooks of threads print to ``sys.stderr`` and so come through here. Where that is the
    process's own stderr, so does what is written to the descriptor itself: by libraries in C, and by children.
    ``faulthandler``, which prints no values, writes past it, since it speaks when nothing else can.

    The streams are given back at the end, but not to an exception: who prints that one, Python itself for
    ``SystemExit`` and for what nobody catches, does so afterwards, and must meet redacted streams.

    Args:
        redactor: Knows the secrets, or will.

    Yields:
        Passes on, masked, what is still held: for who ends the process and never gives the streams back.
    """
    before = sys.stdout, sys.stderr
    # A process without a stream, such as a service, keeps having none.
    placed = [
        _placed(stream, number, redactor) if stream is not None else None for number, stream in enumerate(before, 1)
    ]
    sys.stdout, sys.stderr = placed
    streams = [stream for stream in placed if stream is not None]
    finish = partial(_finish, before, streams)
    try:
        yield finish
    except BaseException:
        finish()
        for stream in streams:
            atexit.register(_end, stream)
        raise
    sys.stdout, sys.stderr = before
    _empty(before)
    for stream in streams:
        _end(stream)


def _finish(before: Sequence[TextIO | None], streams: Sequence[RedactingStream]) -> None:
    _empty(before)
    for stream in streams:
        with contextlib.suppress(OSError):  # nobody is left to be told; an error on its way says more
            stream.finish()


def _empty(streams: Sequence[TextIO | None]) -> None:
    """Have what others still hold of output written while it is masked: by Python's own streams, and by C's."""
    for stream in streams:
        with contextlib.suppress(OSError, ValueError):  # who wrote it was told, or is gone
            if stream is not None:
                stream.flush()
    ctypes.CDLL(None).fflush(None)


def _placed(stream: TextIO, number: int, redactor: Redactor) -> RedactingStream:
    if not _leads_to(stream, number):
        return RedactingStream(stream, redactor)
    with contextlib.suppress(OSError):  # told to who writes next
        stream.flush()
    return DescriptorStream(number, stream.encoding, redactor)


def _leads_to(stream: TextIO, number: int) -> bool:
    """Tell whether a stream is the process's own; tests and programs around put others in its place."""
    try:
        return stream.fileno() == number
    except (OSError, ValueError, io.UnsupportedOperation, AttributeError):
        return False


def _end(stream: RedactingStream) -> None:
    with contextlib.suppress(OSError):  # nobody is left to be told
        stream.give_back()
