"""Keeps secrets out of every output. Works on values, and knows nothing of jobs."""

from ingest_core.redaction.child_output import redacted_lines
from ingest_core.redaction.hooks import redact_streams
from ingest_core.redaction.mask import MASK
from ingest_core.redaction.redactor import Redactor
from ingest_core.redaction.secret import Secret
from ingest_core.redaction.stream import RedactingStream

__all__ = ["MASK", "RedactingStream", "Redactor", "Secret", "redact_streams", "redacted_lines"]
