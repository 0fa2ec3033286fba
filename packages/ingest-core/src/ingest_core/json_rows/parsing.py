"""Makes record batches of blocks of JSON lines: by Arrow's parser where it keeps all, else value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.json as pa_json

from ingest_core.fitting import fit
from ingest_core.json_rows.converting import MisfitError, UnknownKeyError, converter, fields_of
from ingest_core.json_rows.doubts import are_finite, look
from ingest_core.json_rows.exact_numbers import are_exact
from ingest_core.json_rows.json_text import LineError, parsed
from ingest_core.json_rows.read_types import is_read_singly, read_type


class PlaceError(ValueError):
    """Something in a block is not as it should be.

    Args:
        line: On which of its lines, from 0.
        cause: What is wrong.
    """

    def __init__(self, line: int, cause: Exception) -> None:
        super().__init__(line, cause)
        self.line = line
        self.cause = cause


class CastError(ValueError):
    """A text does not say a date, a time or the like.

    Args:
        name: The column.
        value: The value, as Python has it.
        wanted: The column's type.
    """

    def __init__(self, name: str, value: Any, wanted: pa.DataType) -> None:  # noqa: ANN401  # any value
        super().__init__(f"{value!r} is no {wanted}")
        self.path = (name,)
        self.value = value
        self.wanted = wanted


class Parser:
    """Makes record batches of some columns.

    Args:
        schema: The columns, in types that Iceberg has.
        given: Those whose types the job gives.
        strict: Whether a key that is none of them is refused.
    """

    def __init__(self, schema: pa.Schema, given: Sequence[str], *, strict: bool) -> None:
        self._schema = schema
        self._parsed = pa.schema([(field.name, read_type(field.type)) for field in schema])
        self._unsure = {*schema.names} - {*given}
        self._singly = any(is_read_singly(field.type) for field in schema)
        self._strict = strict
        self.was_single = False
        self._options = pa_json.ParseOptions(
            explicit_schema=self._parsed, unexpected_field_behavior=_behavior(schema, strict=strict)
        )
        self._fields = {field.name: converter(field.type, given=field.name in given) for field in schema}

    def batch(self, data: bytes) -> pa.RecordBatch:
        """Parse a block.

        Args:
            data: Whole lines, without a mark at the beginning of the file.

        Raises:
            PlaceError: A line is not JSON, or a value does not fit.
        """
        found = None if self._singly else self._at_once(data)
        if found is None:
            self.was_single = True
            found = self._one_by_one(data)
        return self._fitted(found, data)

    def _at_once(self, data: bytes) -> pa.RecordBatch | None:
        """Parse a block by Arrow; ``None`` where it refuses, or might not keep all."""
        seen = look(data)
        if not seen.is_safe:
            return None
        options = pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1)
        try:
            table = pa_json.read_json(pa.BufferReader(data), options, self._options)
        except pa.ArrowInvalid:
            return None
        found = table.select(self._parsed.names).combine_chunks().to_batches()
        if len(found) != 1 or found[0].schema != self._parsed or not are_finite(found[0]):
            return None
        kept = not seen.has_long_numbers or are_exact(data, found[0], self._unsure)
        return found[0] if kept else None

    def _one_by_one(self, data: bytes) -> pa.RecordBatch:
        """Parse a block value by value."""
        rows = [self._row(line, text) for line, text in _lines(data)]
        columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in self._parsed]
        return pa.record_batch(columns, schema=self._parsed)

    def _row(self, line: int, text: bytes) -> dict[str, Any]:
        try:
            return fields_of(parsed(text), self._fields, strict=self._strict)
        except (LineError, MisfitError, UnknownKeyError) as error:
            raise PlaceError(line, error) from error

    def _fitted(self, found: pa.RecordBatch, data: bytes) -> pa.RecordBatch:
        columns = []
        for field in self._schema:
            column = found.column(field.name)
            try:
                columns.append(fit(column, field))
            except pa.ArrowInvalid as error:
                row = _first_misfit(column, field)
                line, _ = next(islice(_lines(data), row, None))
                raise PlaceError(line, CastError(field.name, column[row].as_py(), field.type)) from error
        return pa.record_batch(columns, schema=self._schema)


def _behavior(schema: pa.Schema, *, strict: bool) -> str:
    """Say what Arrow is to do with a key that is no column: also among those not wanted, one of a struct's is told."""
    if strict:
        return "error"
    return "infer" if any(pa.types.is_nested(field.type) for field in schema) else "ignore"


def objects(data: bytes) -> Iterator[dict[str, Any]]:
    """Read a block's lines one by one.

    Raises:
        PlaceError: A line is no JSON object.
    """
    for line, text in _lines(data):
        try:
            yield parsed(text)
        except LineError as error:
            raise PlaceError(line, error) from error


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not empty, with their numbers from 0."""
    for number, line in enumerate(data.split(b"\n")):
        if stripped := line.strip(b" \t\r"):
            yield number, stripped


def _first_misfit(column: pa.Array, field: pa.Field) -> int:
    """Find the first row that does not fit, of which there is one."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            fit(column.slice(low, middle - low), field)
        except pa.ArrowInvalid:
            high = middle
        else:
            low = middle
    return low
