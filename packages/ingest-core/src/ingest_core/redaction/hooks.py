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

    Args:
        redactor: Knows the secrets, or will.
    """
    before = sys.stdout, sys.stderr
    streams = RedactingStream(sys.stdout, redactor), RedactingStream(sys.stderr, redactor)
    sys.stdout, sys.stderr = streams
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream in streams:
            stream.finish()
