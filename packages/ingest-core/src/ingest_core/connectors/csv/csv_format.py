"""The format: which columns CSV files have, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Literal, Self

import pyarrow as pa
from pydantic import Field, model_validator

from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.division import divided
from ingest_core.connectors.csv.numbers import BEYOND_DOUBLE, WHOLE, wider
from ingest_core.connectors.csv.reading import CsvFile
from ingest_core.files import WHOLE_FILE, File, FileOptions, Section, Types
from ingest_core.iceberg_types import landed_type


class Options(FileOptions):
    """What a job's ``with`` may say."""

    delimiter: str = Field(default=",", min_length=1, max_length=1, description="Stands between values.")
    quote: str | None = Field(
        default='"', min_length=1, max_length=1, description="Stands around values; null: no character does."
    )
    escape: str | None = Field(
        default=None, min_length=1, max_length=1, description="Stands before a special character that is none."
    )
    encoding: str = Field(default="utf8", description="Of the text, as Python names it.")
    null_values: list[str] = Field(default=[""], description="Unquoted texts that stand for no value.")
    decimal: Literal[".", ","] = Field(default=".", description="Stands before the fraction of a number.")
    header: bool = Field(default=True, description="Whether the first row names the columns.")
    columns: list[str] = Field(default=[], description="The columns' names, where no row says them.")
    skip_rows: int = Field(default=0, ge=0, description="Lines before the header, or the first row.")

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        special = [sign for sign in (self.delimiter, self.quote, self.escape) if sign]
        if any(not sign.isascii() or sign in "\r\n\0" for sign in special):
            raise ValueError("delimiter, quote and escape are ASCII characters, and no line ends")
        if len({*special}) < len(special):
            raise ValueError("delimiter, quote and escape must differ")
        if self.columns and self.header:
            raise ValueError("columns are named where there is no header: say `header: false` beside them")
        if len({name.lower() for name in self.columns}) < len(self.columns) or "" in self.columns:
            raise ValueError("columns must have names that differ, not in case only")
        return self


class CsvFormat:
    """Reads CSV: see :class:`ingest_core.files.Format`.

    Args:
        options: How the rows are written.
        types: Types by column as the job gives them.
    """

    def __init__(self, options: Options, types: Types) -> None:
        said = options.model_dump(include={*Dialect.__dataclass_fields__})
        lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
        self._dialect = Dialect(**{**said, **lists})
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

    def sections(self, file: File) -> Sequence[Section]:
        """Divide a plain UTF-8 file on this machine at borders of rows; leave others whole."""
        if file.path is None or self._dialect.escape or not self._dialect.is_utf8:
            return (WHOLE_FILE,)
        bounds = divided(file, self._dialect)
        if len(bounds) == 1:
            return (WHOLE_FILE,)
        names = CsvFile(file, self._dialect, self._types).names()
        named = chain([{}], repeat({"names": [*names]}))
        return [{"start": start, "end": end, **more} for (start, end), more in zip(bounds, named, strict=False)]

    def batches(self, file: File, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read all rows of a section."""
        return CsvFile(file, self._dialect, self._types).batches(section, schema)
