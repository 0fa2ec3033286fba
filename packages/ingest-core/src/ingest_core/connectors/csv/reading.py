"""Parses one CSV file into typed record batches, in bounded memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest_core.batching import gathered
from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.faults import (
    explained,
    misfit,
    refuse_bytes,
    refuse_names,
    refuse_other_formats,
    refuse_quotes,
)
from ingest_core.connectors.csv.feed import Feed
from ingest_core.connectors.csv.numbers import INFERRED, NotExactError, exact, lossless_type
from ingest_core.files import File
from ingest_core.iceberg_types import landed_type
from ingest_core.plugin import JobError

BATCH_ROWS = 131_072
"""Rows handed on at once: what a Parquet row group likes."""


class CsvFile:
    """One CSV file.

    Args:
        file: The file.
        dialect: How its rows are written.
        types: Types by column as the job gives them; what is read as one of them is not asked whether it says more.
    """

    def __init__(self, file: File, dialect: Dialect, types: Mapping[str, pa.DataType]) -> None:
        self._file = file
        self._dialect = dialect
        self._types = types

    def sample(self) -> pa.Schema:
        """Give the columns, with the types inferred of the file's first block where none are given.

        A column without any value there has the type null; see :mod:`ingest_core.connectors.csv.numbers` for numbers.
        """
        with self._translated(), self._file.open() as raw:
            found = self._open(raw, self._types)[1].schema
        refuse_bytes(found, [*self._types], self._file, self._dialect)
        texts = self._first_texts([field.name for field in found if field.type in INFERRED])
        return pa.schema([(field.name, self._sampled_type(field, texts)) for field in found])

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read all rows.

        Args:
            schema: The columns of every batch; one that the file lacks is filled with nulls.

        Raises:
            JobError: A row or a value does not fit.
        """
        unsure = {field.name for field in schema if field.type in INFERRED} - self._types.keys()
        read_as = {field.name: pa.string() if field.name in unsure else field.type for field in schema}
        rows = 0
        with self._translated(), self._file.open() as raw:
            feed, reader = self._open(raw, read_as)
            self._refuse_unknown(reader.schema, schema)
            for batch in gathered(reader, BATCH_ROWS):
                yield self._conformed(batch, schema, rows)
                rows += batch.num_rows
            if not feed.quotes_are_sound:
                refuse_quotes(self._file, self._dialect)

    def _open(self, raw: BinaryIO, types: Mapping[str, pa.DataType]) -> tuple[Feed, pa_csv.CSVStreamingReader]:
        refuse_other_formats(self._file, self._dialect)
        feed, reader = self._reader(raw, types, ignore_empty_lines=True)
        if len(reader.schema.names) == 1:
            # Of one column, an empty line is a row without a value.
            raw.seek(0)
            feed, reader = self._reader(raw, types, ignore_empty_lines=False)
        refuse_names(reader.schema.names, self._file)
        return feed, reader

    def _reader(
        self, raw: BinaryIO, types: Mapping[str, pa.DataType], *, ignore_empty_lines: bool
    ) -> tuple[Feed, pa_csv.CSVStreamingReader]:
        feed = Feed(raw, self._dialect)
        reader = pa_csv.open_csv(
            pa.PythonFile(feed, mode="r"),
            read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._dialect.delimiter, newlines_in_values=True, ignore_empty_lines=ignore_empty_lines
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict(types),
                null_values=list(self._dialect.null_values),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        return feed, reader

    def _first_texts(self, names: Sequence[str]) -> Mapping[str, pa.Array]:
        """Read some columns of the first block as they are written."""
        if not names:
            return {}
        with self._translated(), self._file.open() as raw:
            block = next(iter(self._open(raw, {**self._types, **dict.fromkeys(names, pa.string())})[1]), None)
        return {name: block.column(name) if block else pa.array([], pa.string()) for name in names}

    def _sampled_type(self, field: pa.Field, texts: Mapping[str, pa.Array]) -> pa.DataType:
        if pa.types.is_null(field.type):
            return field.type
        if field.name in texts and field.name not in self._types:
            return lossless_type(field.type, texts[field.name])
        return landed_type(field.type)

    def _conformed(self, batch: pa.RecordBatch, schema: pa.Schema, rows: int) -> pa.RecordBatch:
        columns = [
            self._column(batch.column(field.name), field, rows)
            if field.name in batch.schema.names
            else pa.nulls(batch.num_rows, field.type)
            for field in schema
        ]
        return pa.record_batch(columns, schema=schema)

    def _column(self, column: pa.Array, field: pa.Field, rows: int) -> pa.Array:
        if field.type not in INFERRED or field.name in self._types:
            return column.cast(field.type)
        try:
            return exact(column, field.type)
        except NotExactError as error:
            raise misfit(self._file, (rows + error.row + 1, field.name), error.text, field.type) from error

    def _refuse_unknown(self, found: pa.Schema, wanted: pa.Schema) -> None:
        if unknown := [name for name in found.names if name not in wanted.names]:
            raise JobError(
                f"{self._file.name} has columns that the sampled files do not have: {', '.join(unknown)}",
                "say their types in the object's `types`",
            )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what the parser and the file system raise into errors that name the file and the mend."""
        try:
            yield
        except UnicodeError as error:
            raise JobError(
                f"{self._file.name} is not {self._dialect.encoding}: {error}", "say its encoding in `source.with`"
            ) from error
        except pa.ArrowInvalid as error:
            raise explained(str(error), self._file, self._dialect) from error
        except pa.ArrowNotImplementedError as error:
            mend = "csv holds single values of plain types: say string, or land another source"
            raise JobError(f"{self._file.name}: {error}", mend) from error
        except (OSError, LookupError) as error:
            raise JobError(f"{self._file.name} cannot be read: {error}") from error
