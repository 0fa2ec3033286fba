"""The format: which columns CSV files have, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from pydantic import Field

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.numbers import BEYOND_DOUBLE, WHOLE, wider
from ingest_core.connectors.csv.reading import CsvFile
from ingest_core.files import WHOLE_FILE, File, FileOptions, Section, Types
from ingest_core.iceberg_types import landed_type


class Options(FileOptions):
    """What a job's ``with`` may say."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf8"
    null_values: list[str] = Field(default=[""])


class CsvFormat:
    """Reads CSV: see :class:`ingest_core.files.Format`.

    Args:
        options: How the rows are written.
        types: Types by column as the job gives them.
    """

    def __init__(self, options: Options, types: Types) -> None:
        self._dialect = Dialect(options.delimiter, options.encoding, tuple(options.null_values))
        self._types = types

    def sample(self, file: File) -> pa.Schema:
        """Give the header's names with the given types, else with those of the first block."""
        return CsvFile(file, self._dialect, self._types).sample()

    def unified(self, schemas: Sequence[pa.Schema]) -> pa.Schema:
        """Give each column the narrowest type that fits all samples and loses nothing of them."""
        columns: dict[str, pa.DataType] = {}
        for schema in schemas:
            for field in schema:
                columns[field.name] = wider(columns.get(field.name, field.type), field.type)
        return pa.schema(
            [(name, WHOLE if found == BEYOND_DOUBLE else landed_type(found)) for name, found in columns.items()]
        )

    def sections(self, file: File) -> Sequence[Section]:  # noqa: ARG002  # the port's
        """Leave every file whole."""
        return (WHOLE_FILE,)

    def batches(self, file: File, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:  # noqa: ARG002  # whole
        """Read all rows."""
        return CsvFile(file, self._dialect, self._types).batches(schema)
