"""The columns of a stream: declared, given by the job, or inferred over a first page; and batches of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ingest_core.errors import JobError
from ingest_core.fitting import fit
from ingest_core.json_rows.apart import column_of, divided, singles
from ingest_core.json_rows.blanks import texts_of, without_blanks
from ingest_core.json_rows.epochs import MOMENT, EpochUnit, moments
from ingest_core.json_rows.inference import Seen, settled, wider
from ingest_core.json_rows.maps import with_maps
from ingest_core.json_rows.parsing import CastError, Parser, PlaceError, objects
from ingest_core.json_rows.valueless import known, shaped
from ingest_core.ports.growing import StreamGrewError

SAMPLED = 200
"""Rows of a block in which keys are looked for that never hold a value: one that comes later is only slower."""


@dataclass
class Columns:
    """What is known of a stream's columns before a row is seen, and of its keys that hold nothing.

    Args:
        name: The stream, for messages.
        given: Types that the definition, the contract or the job gives.
        epochs: Columns that hold moments as numbers, with what these count.
        blanks: Columns in which an empty text means that there is no value.
        secret: Columns whose values are not told.
        maps: Keys that hold free-form maps, at any depth.
        is_selected: Whether the job names the columns that it wants, so that others are left unread.
    """

    name: str
    given: Mapping[str, pa.DataType]
    epochs: Mapping[str, EpochUnit]
    blanks: frozenset[str]
    secret: frozenset[str]
    maps: frozenset[str]
    is_selected: bool
    _empty: pa.DataType | None = None

    def described(self, rows: Sequence[bytes]) -> pa.Schema:
        """Give the columns that some rows show, and those whose types are given.

        Args:
            rows: Each its JSON text.

        Raises:
            JobError: There are neither rows nor given types.
        """
        found = self._united(pa.schema([]), rows)
        if not found.names:
            mend = f"give the object types: `types: {{id: string}}`, or leave {self.name} out until there are rows"
            raise JobError(f"{self.name} is empty: no record says which columns it has", mend)
        return found

    def batch(self, rows: Sequence[bytes], schema: pa.Schema) -> pa.RecordBatch:
        """Make a batch of rows.

        Args:
            rows: Each its JSON text.
            schema: The stream's columns.

        Raises:
            StreamGrewError: They have more columns, or values that need other types.
            JobError: A value does not fit the type that is given for it.
        """
        shape = self._shape(rows, schema)
        try:
            read = self._read(rows, shape)
            columns = [self._landed(read[field.name], field) for field in schema]
        except PlaceError as error:
            raise self._misfit(rows, schema, error.line, error.cause) from error
        except pa.ArrowInvalid as error:
            raise self._misfit(rows, schema, None, error) from error
        return pa.record_batch(columns, schema=schema)

    def _shape(self, rows: Sequence[bytes], schema: pa.Schema) -> pa.Schema:
        """Give the columns as they are read, and a place to keys that hold nothing: others cost time."""
        if self._empty is None:
            self._empty = self._seen(rows[:SAMPLED])
        return shaped(pa.schema([(field.name, self._read_type(field)) for field in schema]), self._empty)

    def _read(self, rows: Sequence[bytes], shape: pa.Schema) -> Mapping[str, pa.Array]:
        """Read columns: all that Arrow can at once, the others one by one."""
        apart = singles(shape)
        rest, texts = divided(rows, apart) if apart else (rows, {})
        at_once = pa.schema([field for field in shape if field.name not in texts])
        parser = Parser(at_once, [*self.given], strict=not self.is_selected)
        found = parser.batch(_block(rest))
        if parser.was_single:
            self._empty = None
        others = {name: column_of(texts[name], shape.field(name), given=name in self.given) for name in apart}
        return {**dict(zip(found.schema.names, found.columns, strict=True)), **others}

    def _read_type(self, field: pa.Field) -> pa.DataType:
        if field.name in self.epochs and field.type == MOMENT:
            return pa.int64()
        return texts_of(field.type) if field.name in self.blanks else field.type

    def _landed(self, column: pa.Array, field: pa.Field) -> pa.Array:
        if field.name in self.epochs and field.type == MOMENT:
            return moments(column, self.epochs[field.name])
        return fit(without_blanks(column) if field.name in self.blanks else column, field)

    def _misfit(self, rows: Sequence[bytes], schema: pa.Schema, line: int | None, cause: Exception) -> Exception:
        """Say what is wrong: the columns of the stream, if other ones would do."""
        path = getattr(cause, "path", ())
        where = f"{self.name}: the field {'.'.join(path)!r}" if path else f"a record of {self.name}"
        words = "does not fit its type" if self.secret and (not path or path[0] in self.secret) else _words(cause)
        error = JobError(f"{where} {words}", "give its column a type: `types`")
        # Only what is not given may become something else.
        given = path[0] in self.given if path else False
        if line is None or given:
            return error
        wanted = self._united(schema, rows)
        return error if wanted.equals(schema) else StreamGrewError(wanted, error)

    def _united(self, schema: pa.Schema, rows: Sequence[bytes]) -> pa.Schema:
        """Give columns with those that rows show; what shows no value is left out until it does."""
        shown = {field.name: known(field.type) for field in self._seen(rows)}
        names = [*schema.names, *shown, *self.given, *self.epochs]
        types = {name: self._type(name, schema, shown.get(name)) for name in dict.fromkeys(names)}
        return pa.schema([(name, kind) for name, kind in types.items() if kind is not None])

    def _seen(self, rows: Sequence[bytes]) -> pa.StructType:
        seen = Seen()
        seen.add({})
        for row in objects(_block(rows)):
            seen.add(row)
        return with_maps(seen.type(), self.maps)

    def _type(self, name: str, schema: pa.Schema, shown: pa.DataType | None) -> pa.DataType | None:
        if name in self.given:
            return self.given[name]
        if name in self.epochs:
            return MOMENT
        before = schema.field(name).type if name in schema.names else None
        if before is None or shown is None:
            return before if shown is None else settled(shown)
        return settled(wider(before, shown))


def _block(rows: Sequence[bytes]) -> bytes:
    """Put rows on a line each: between the tokens of JSON a line's end is a space, and within a text there is none."""
    return b"\n".join([row.replace(b"\n", b" ") if b"\n" in row else row for row in rows])


def _words(cause: Exception) -> str:
    if isinstance(cause, CastError):
        return f"holds a text that is no {cause.wanted}"
    return f"does not fit: {cause}"
