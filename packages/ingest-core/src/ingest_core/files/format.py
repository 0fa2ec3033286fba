"""The port to a format: what a file's rows are, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from ingest_core.files.file import File

Section = Mapping[str, Any]
"""A part of a file that is read on its own, as a small JSON object that only the format understands."""

WHOLE_FILE: Section = {}


def selected(schema: pa.Schema, select: Sequence[str] | None, types: Mapping[str, pa.DataType]) -> pa.Schema:
    """Leave out the columns that a job does not want.

    Args:
        schema: All columns.
        select: The columns that the job selects; ``None`` for all. One that is not there is told by who lands them, who
            is given all to name them.
        types: Types that the job gives; their columns stay.
    """
    if select is None or not {*select} <= {*schema.names}:
        return schema
    return pa.schema([field for field in schema if field.name in select or field.name in types])


class Format(Protocol):
    """Reads files of one format. Made once for an object; ``batches`` is called by several threads at once.

    What it raises beside :class:`JobError` and :class:`TransientError` is a fault of the format.
    """

    def sample(self, file: File) -> pa.Schema:
        """Give the columns of one file, with the types that a part of it suggests; null where no value was seen.

        Raises:
            JobError: The file is not of this format.
        """

    def unified(self, schemas: Sequence[pa.Schema]) -> pa.Schema:
        """Give one type to each column of several samples, so that nothing of them is lost.

        Args:
            schemas: Samples, one at least.

        Returns:
            The columns as they land; none has the type null.
        """

    def sections(self, file: File) -> Sequence[Section]:
        """Divide a large file into parts that can be read side by side and make up the whole.

        Asked for plain (not compressed) files from :data:`ingest_core.files.LEAST_DIVIDED` bytes on. The same bytes
        must be divided in the same way each time: a load goes on from the parts that it has.

        Returns:
            The parts in their order; ``(WHOLE_FILE,)`` where the file cannot be divided.
        """

    def batches(self, file: File, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read a part, or all, of a file in bounded memory.

        Args:
            file: The file; it is as it was listed, or what is read is thrown away.
            section: One of ``sections``, or :data:`WHOLE_FILE`.
            schema: The columns of every batch, a missing one filled with nulls.

        Raises:
            JobError: A row or a value does not fit, or the file has a column that ``schema`` lacks.
        """
