"""Parses one CSV file into typed record batches, in bounded memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from ingest_core.batching import gathered
from ingest_core.connectors.csv.converting import TRIED, converted, inferred, is_read_as_text
from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.faults import (
    Reading,
    explained,
    misfit,
    refuse_bytes,
    refuse_names,
    refuse_other_formats,
    refuse_quotes,
)
from ingest_core.connectors.csv.locating import line_of_row
from ingest_core.connectors.csv.numbers import NotExactError
from ingest_core.connectors.csv.parsing import Opened, opened
from ingest_core.files import WHOLE_FILE, File, Section
from ingest_core.iceberg_types import landed_type
from ingest_core.plugin import JobError

_FIRST_BYTES = 64


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

    def names(self) -> Sequence[str]:
        """Give the columns."""
        with self._opened(WHOLE_FILE, {}) as (found, _):
            return found.names

    def sample(self) -> pa.Schema:
        """Give the columns, with the types inferred of the file's first block where none are given.

        A column without any value there has the type null; see :mod:`ingest_core.connectors.csv.converting` for others.
        """
        with self._opened(WHOLE_FILE, self._types) as (parsed, _):
            found = parsed.schema
        refuse_bytes(found, [*self._types], self._file, self._dialect)
        texts = self._first_texts([field.name for field in found if field.type in TRIED])
        return pa.schema([(field.name, self._sampled_type(field, texts)) for field in found])

    def batches(self, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read all rows of a section.

        Args:
            section: As :func:`ingest_core.connectors.csv.parsing.opened` takes it.
            schema: The columns of every batch; one that the file lacks is filled with nulls.

        Raises:
            JobError: A row or a value does not fit.
        """
        read_as = {field.name: pa.string() if self._is_text(field) else field.type for field in schema}
        rows = 0
        with self._opened(section, read_as) as (found, reading):
            self._refuse_unknown(found.names, schema)
            for batch in gathered(found.batches()):
                yield self._conformed(batch, schema, reading, rows)
                rows += batch.num_rows
                del batch  # before the next is read
            if found.feed and not found.feed.quotes_are_sound:
                refuse_quotes(self._file, self._dialect)

    @contextlib.contextmanager
    def _opened(self, section: Section, types: Mapping[str, pa.DataType]) -> Iterator[tuple[Opened, Reading]]:
        reading = Reading(self._file, self._dialect, section, types)
        with self._translated(reading):
            self._refuse_other_formats()
            found = opened(self._file, self._dialect, section, types)
            with contextlib.closing(found):
                refuse_names(found.names, self._file)
                yield found, reading

    def _refuse_other_formats(self) -> None:
        with self._file.stream() as raw:
            refuse_other_formats(raw.read(_FIRST_BYTES), self._file, self._dialect)

    def _first_texts(self, names: Sequence[str]) -> Mapping[str, pa.Array]:
        """Read some columns of the first block as they are written."""
        if not names:
            return {}
        with self._opened(WHOLE_FILE, {**self._types, **dict.fromkeys(names, pa.string())}) as (found, _):
            block = next(found.batches(), None)
        return {name: block.column(name) if block else pa.array([], pa.string()) for name in names}

    def _sampled_type(self, field: pa.Field, texts: Mapping[str, pa.Array]) -> pa.DataType:
        if pa.types.is_null(field.type):
            return field.type
        if field.name in texts and field.name not in self._types:
            return inferred(field.type, texts[field.name], self._dialect.decimal)
        return landed_type(field.type)

    def _conformed(self, batch: pa.RecordBatch, schema: pa.Schema, reading: Reading, rows: int) -> pa.RecordBatch:
        columns = [
            self._column(batch, field, reading, rows)
            if field.name in batch.schema.names
            else pa.nulls(batch.num_rows, field.type)
            for field in schema
        ]
        return pa.record_batch(columns, schema=schema)

    def _column(self, batch: pa.RecordBatch, field: pa.Field, reading: Reading, rows: int) -> pa.Array:
        column = batch.column(field.name)
        if not self._is_text(field):
            return column.cast(field.type)
        try:
            return converted(column, field.type, given=field.name in self._types, decimal=self._dialect.decimal)
        except NotExactError as error:
            row, has_empty = rows + error.row, batch.num_columns == 1
            line = line_of_row(self._file, self._dialect, reading.section, row, has_empty=has_empty)
            raise misfit(reading, line, field.name, error.text, field.type) from error

    def _is_text(self, field: pa.Field) -> bool:
        return is_read_as_text(field.type, given=field.name in self._types)

    def _refuse_unknown(self, found: Sequence[str], wanted: pa.Schema) -> None:
        if unknown := [name for name in found if name not in wanted.names]:
            raise JobError(
                f"{self._file.name} has columns that the sampled files do not have: {', '.join(unknown)}",
                "say their types in the object's `types`",
            )

    @contextlib.contextmanager
    def _translated(self, reading: Reading) -> Iterator[None]:
        """Turn what the parser and the file system raise into errors that name the file and the mend."""
        name, encoding = self._file.name, self._dialect.encoding
        try:
            yield
        except UnicodeError as error:
            raise JobError(f"{name} is not {encoding}: {error}", "say its encoding in `source.with`") from error
        except pa.ArrowInvalid as error:
            raise explained(str(error), reading) from error
        except pa.ArrowNotImplementedError as error:
            mend = "csv holds single values of plain types: say string, or land another source"
            raise JobError(f"{name}: {error}", mend) from error
        except LookupError as error:
            raise JobError(f"{name} cannot be read: {error}", "say its encoding in `source.with`") from error
        except OSError as error:
            raise JobError(f"{name} cannot be read: {error}", "mend the file; it was cut off, perhaps") from error
