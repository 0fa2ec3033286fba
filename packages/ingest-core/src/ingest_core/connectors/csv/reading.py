"""Parses one CSV file into typed record batches, in bounded memory."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.files import HashingFile, Identity
from ingest_core.iceberg_types import landed_type
from ingest_core.plugin import JobError

BATCH_ROWS = 131_072
"""Rows handed on at once: what a Parquet row group likes."""


class CsvFile:
    """One CSV file.

    Args:
        path: The file.
        dialect: How its rows are written.
        types: Types by column; the others are inferred.
    """

    def __init__(self, path: Path, dialect: Dialect, types: Mapping[str, pa.DataType]) -> None:
        self._path = path
        self._dialect = dialect
        self._types = types
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        """What was in the file; known once all batches were taken."""
        if self._identity is None:
            raise RuntimeError("the file was not read to its end")
        return self._identity

    def sample(self) -> pa.Schema:
        """Give the columns, with the types inferred of the file's first block where none are given.

        A column without any value there has the type null.
        """
        with self._translated(), self._path.open("rb") as raw:
            found = self._open(HashingFile(raw)).schema
        self._refuse_bytes(found)
        return pa.schema([(field.name, _sampled_type(field.type)) for field in found])

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read all rows.

        Args:
            schema: The columns of every batch; one that the file lacks is filled with nulls.

        Raises:
            JobError: A row or a value does not fit.
            TransientError: The file changed meanwhile.
        """
        with self._translated(), self._path.open("rb") as raw:
            hashing = HashingFile(raw)
            reader = self._open(hashing)
            self._refuse_unknown(reader.schema, schema)
            for batch in _gathered(reader):
                yield _conformed(batch, schema)
            self._identity = hashing.identity()

    def _open(self, file: HashingFile) -> pa_csv.CSVStreamingReader:
        _refuse_compressed(self._path)
        reader = pa_csv.open_csv(
            pa.PythonFile(file, mode="r"),
            read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES, encoding=self._dialect.encoding),
            parse_options=pa_csv.ParseOptions(delimiter=self._dialect.delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict(self._types),
                null_values=list(self._dialect.null_values),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        _refuse_duplicates(reader.schema.names, self._path)
        return reader

    def _refuse_bytes(self, found: pa.Schema) -> None:
        """Refuse what the parser takes for bytes unasked: text in another encoding than it was told."""
        odd = [field.name for field in found if pa.types.is_binary(field.type) and field.name not in self._types]
        if odd:
            raise JobError(
                f"{self._path.name} is not {self._dialect.encoding} in the columns {', '.join(odd)}",
                "say its encoding, `source.with: {encoding: latin-1}`, or the type binary in `types`",
            )

    def _refuse_unknown(self, found: pa.Schema, wanted: pa.Schema) -> None:
        if unknown := [name for name in found.names if name not in wanted.names]:
            raise JobError(
                f"{self._path.name} has columns that the sampled files do not have: {', '.join(unknown)}",
                "say their types in the object's `types`",
            )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what the parser and the file system raise into errors that name the file and the mend."""
        try:
            yield
        except pa.ArrowInvalid as error:
            raise _explained(str(error), self._path) from error
        except pa.ArrowNotImplementedError as error:
            mend = "csv holds single values of plain types: say string, or land another source"
            raise JobError(f"{self._path.name}: {error}", mend) from error
        except (OSError, LookupError) as error:
            raise JobError(f"{self._path.name} cannot be read: {error}") from error


def _sampled_type(found: pa.DataType) -> pa.DataType:
    return found if pa.types.is_null(found) else landed_type(found)


def _gathered(reader: pa_csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    """Put blocks together until they are worth a row group."""
    pending: list[pa.RecordBatch] = []
    rows = 0
    for block in reader:
        pending.append(block)
        rows += block.num_rows
        if rows >= BATCH_ROWS:
            yield pa.concat_batches(pending)
            pending, rows = [], 0
    if rows:
        yield pa.concat_batches(pending)


def _conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        batch.column(field.name).cast(field.type) if field.name in batch.schema.names else _nulls(batch, field)
        for field in schema
    ]
    return pa.record_batch(columns, schema=schema)


def _nulls(batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    return pa.nulls(batch.num_rows, field.type)


def _refuse_compressed(path: Path) -> None:
    """Say what a compressed file is, by its first bytes, since the parser would call it empty or odd."""
    with path.open("rb") as raw:
        first = raw.read(len(_ZSTD))
    if first.startswith((_GZIP, _ZSTD)):
        raise JobError(f"{path.name} is compressed; this release reads plain CSV", "unpack it")


_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, section 3.1.1


def _refuse_duplicates(names: list[str], path: Path) -> None:
    lower = [name.lower() for name in names]
    if twice := sorted({name for name in names if lower.count(name.lower()) > 1}):
        raise JobError(
            f"{path.name} has columns whose names differ in case only, or not at all: {', '.join(twice)}",
            "give each column of the file a name of its own",
        )


_BAD_VALUE = re.compile(
    r"In CSV column #(\d+): (?:Row #\d+: )?(?:CSV conversion error to (?P<type>[^:]+): )?(?P<why>.*)", re.DOTALL
)


def _explained(text: str, path: Path) -> JobError:
    """Say what the parser found in the words of a job."""
    if match := _BAD_VALUE.search(text):
        what = f"taken for {match['type']}: {match['why']}" if match["type"] else match["why"]
        return JobError(
            f"{path.name}: column number {int(match[1]) + 1}: {what}",
            "give the column a type that fits in the object's `types`, for example string",
        )
    if "Empty CSV file" in text:
        return JobError(f"{path.name} is empty: it has no header line", "remove it, or write its header")
    return JobError(f"{path.name} is not CSV as the job describes it: {text}", "mend the file, or `source.with`")
