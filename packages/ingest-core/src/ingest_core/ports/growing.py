"""What a source says when it meets more columns than it described."""

from __future__ import annotations

import pyarrow as pa

from ingest_core.errors import JobError, TransientError


class StreamGrewError(TransientError):
    """The rows have columns, or values, that the stream's schema has no place for.

    Raised by ``Source.read`` of a source whose columns are known only as far as they were seen. The executor reads the
    stream again with these columns, as far as nothing of it is committed; where it had them already, what is wrong
    with the rows is told.

    Args:
        schema: The stream's columns as they would have to be.
        cause: What is wrong with the rows as long as they are not.
    """

    def __init__(self, schema: pa.Schema, cause: JobError) -> None:
        super().__init__(str(cause))
        self.schema = schema
        self.cause = cause
