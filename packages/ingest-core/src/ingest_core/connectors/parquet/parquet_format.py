"""The format: Parquet, by row groups and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

import pyarrow as pa

from ingest_core.connectors.parquet.faults import no_type, refuse_unknown, unlike
from ingest_core.connectors.parquet.losses import dropped
from ingest_core.connectors.parquet.reading import opened, rows
from ingest_core.connectors.parquet.types import Difference, NoIcebergTypeError, differences, landing, wider
from ingest_core.files import WHOLE_FILE, File, FileOptions, Section, Types, selected

SECTION_BYTES = 64 * 1024 * 1024
"""Stored bytes that one worker reads at a time: row groups are put together up to so many."""

PARTS = 4
"""A divided file has a multiple of so many sections, so that two or four workers end at about the same time."""

_FILE = b"file"
"""Under which key a sample names its file."""


class Options(FileOptions):
    """What a job's ``with`` may say: what all files have in common."""


class ParquetFormat:
    """Reads Parquet: see :class:`ingest_core.files.Format`.

    Args:
        options: What the job says of the files.
        types: Types by column as the job gives them.
        select: The columns that the job wants; all of them where it does not say.
    """

    def __init__(self, options: Options, types: Types, select: Sequence[str] | None = None) -> None:
        self._options = options
        self._types = types
        self._select = select

    def sample(self, file: File) -> pa.Schema:
        """Give the columns as the footer tells them, in the types in which they land.

        Raises:
            JobError: It is not Parquet, or Iceberg has no type for a column.
        """
        with opened(file) as parquet:
            fields = [pa.field(each.name, self._sampled(file, each)) for each in parquet.schema_arrow]
        return pa.schema(fields, metadata={_FILE: file.name.encode()})

    def unified(self, schemas: Sequence[pa.Schema]) -> pa.Schema:
        """Give each column the type that holds those of all samples, by Iceberg's rules of evolution.

        Raises:
            JobError: There is none.
        """
        columns: dict[str, pa.DataType] = {}
        first: dict[str, str] = {}
        for schema in schemas:
            name = (schema.metadata or {}).get(_FILE, b"a file").decode()
            for field in schema:
                before = columns.get(field.name, field.type)
                both = wider(before, field.type)
                if both is None:
                    raise unlike(name, Difference(field.name, field.type, before), first[field.name])
                columns[field.name] = both
                first.setdefault(field.name, name)
        given = {name: kind for name, kind in self._types.items() if name not in columns}
        whole = pa.schema([(name, _settled(kind)) for name, kind in {**columns, **given}.items()])
        return selected(whole, self._select, self._types)

    def sections(self, file: File) -> Sequence[Section]:
        """Divide a file into ranges of row groups."""
        with opened(file) as parquet:
            groups = map(parquet.metadata.row_group, range(parquet.metadata.num_row_groups))
            # Unpacked. What columns take in the file Arrow does not tell where they are encrypted: it ends the process.
            sizes = [group.total_byte_size for group in groups]
        sections = [{"start": start, "end": end} for start, end in _ranges(sizes, _parts(file.size or 0))]
        return sections if len(sections) > 1 else (WHOLE_FILE,)

    def batches(self, file: File, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read the row groups of a section, and of them the columns that are wanted.

        Raises:
            JobError: The file has other columns, or of other types; or a value does not fit.
        """
        with opened(file) as parquet:
            if self._select is None:
                refuse_unknown(file, [name for name in parquet.schema_arrow.names if name not in schema.names])
            self._check_types(file, parquet.schema_arrow, schema)
            groups = range(section.get("start", 0), section.get("end", parquet.metadata.num_row_groups))
            yield from rows(file, parquet, groups, schema)

    def _sampled(self, file: File, field: pa.Field) -> pa.DataType:
        """Give a column's type; of one that is not wanted, only that it is there."""
        if self._select is None or field.name in self._select:
            return self._landing(file, field)
        return self._types.get(field.name, pa.null())

    def _landing(self, file: File, field: pa.Field) -> pa.DataType:
        if field.name in self._types:
            return self._types[field.name]
        try:
            return landing(field.type, field.name)
        except NoIcebergTypeError as error:
            raise no_type(file, error) from error

    def _check_types(self, file: File, found: pa.Schema, wanted: pa.Schema) -> None:
        """Refuse types that Arrow would cast with loss and without a word, and given ones that lack a field."""
        for field in found:
            if field.name not in wanted.names:
                continue
            kind, given = wanted.field(field.name).type, field.name in self._types
            unfit = dropped(field.type, kind, field.name)
            for difference in unfit if given else differences(self._landing(file, field), kind, field.name):
                whose = "the type that the job gives" if given else "the table, or the sampled files"
                raise unlike(file.name, difference, whose)


def _parts(size: int) -> int:
    """Give into how many parts to divide so many bytes."""
    return -(-size // (PARTS * SECTION_BYTES)) * PARTS


def _ranges(sizes: Sequence[int], parts: int) -> Iterator[tuple[int, int]]:
    """Divide neighbours into parts of about one size; a large one is a part of its own."""
    whole, before = max(sum(sizes), 1), list(accumulate(sizes, initial=0))
    of = [(before[place] + size / 2) * parts // whole for place, size in enumerate(sizes)]
    for _, places in groupby(range(len(sizes)), key=of.__getitem__):
        inside = [*places]
        yield inside[0], inside[-1] + 1


def _settled(kind: pa.DataType) -> pa.DataType:
    """Give text the columns of which no file has a value, since it holds any."""
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _settled(field.type)) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(_settled(kind.key_type), _settled(kind.item_type))
    if pa.types.is_list(kind):
        return pa.list_(_settled(kind.value_type))
    return pa.string() if pa.types.is_null(kind) else kind
