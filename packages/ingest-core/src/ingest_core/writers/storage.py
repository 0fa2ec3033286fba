"""Turns what the storage of files raises into a person's fault or a passing one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ingest_core.errors import JobError, TransientError

_REFUSALS = (
    "ACCESS_DENIED",
    "SIGNATURE_DOES_NOT_MATCH",
    "INVALID_ACCESS_KEY_ID",
    "INVALID_CLIENT_TOKEN_ID",
    "NO_SUCH_BUCKET",
)
"""What S3 answers to a wrong key or bucket, as Arrow's S3 client spells it."""


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Translate the errors of local files and of S3.

    Raises:
        JobError: The storage refuses us.
        TransientError: It failed otherwise: out of reach, full, slow.
    """
    try:
        yield
    except OSError as error:
        text = str(error)
        if any(refusal in text for refusal in _REFUSALS) or isinstance(error, PermissionError):
            mend = "mend the keys (s3.access-key-id, s3.secret-access-key), their rights, or the bucket"
            raise JobError(f"the storage refuses us: {text}", mend, ("target", "catalog")) from error
        raise TransientError(f"the storage failed: {text}", "see that it runs and has room; run again") from error
