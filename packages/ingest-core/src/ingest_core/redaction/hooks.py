"""Puts redaction in the place of stdout and stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from ingest_core.redaction.redactor import Redactor
from ingest_core.redaction.stream import RedactingStream


@contextlib.contextmanager
def redact_streams(redactor: Redactor) -> Iterator[None]:
    """Redact what Python writes to stdout and stderr for a while.

    Tracebacks, warnings and the hooks of threads print to ``sys.stderr`` and so come through here. What is written to
    the descriptors directly does not: neither a child's output nor ``faulthandler``'s, which prints no values.

    The streams are given back at the end, but not to an exception: who prints that one, Python itself for
    ``SystemExit`` and for what nobody catches, does so afterwards, and must meet redacted streams.

    Args:
        redactor: Knows the secrets, or will.
    """
    before = sys.stdout, sys.stderr
    # A process without a stream, such as a service, keeps having none.
    placed = [RedactingStream(stream, redactor) if stream is not None else None for stream in before]
    sys.stdout, sys.stderr = placed
    try:
        yield
        sys.stdout, sys.stderr = before
    finally:
        for stream in placed:
            if stream is not None:
                stream.finish()
