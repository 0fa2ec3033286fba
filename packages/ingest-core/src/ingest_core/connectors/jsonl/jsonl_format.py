"""The format: one JSON object a line, nested values and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pyarrow as pa

from ingest_core.batching import gathered
from ingest_core.connectors.jsonl.faults import explained, refuse_other_formats, translated
from ingest_core.connectors.jsonl.lines import Block, blocks
from ingest_core.connectors.jsonl.sampling import samples
from ingest_core.files import WHOLE_FILE, File, FileOptions, Section, Types, selected
from ingest_core.json_rows.inference import Seen, settled, united
from ingest_core.json_rows.parsing import Parser, PlaceError, objects
from ingest_core.plugin import JobError

BATCH_ROWS = 131_072
"""Rows handed on at once: what a Parquet row group likes."""

SECTION_BYTES = 64 * 1024 * 1024
"""What is read by one worker at a time: each section becomes a data file or more."""

PARTS = 4
"""A divided file has a multiple of so many sections, so that two or four workers end at about the same time."""

_BOM = b"\xef\xbb\xbf"


class Options(FileOptions):
    """What a job's ``with`` may say: what all files have in common."""


class JsonlFormat:
    """See :class:`ingest_core.files.Format`.

    A column's type is inferred over a sample: whole numbers, doubles, booleans, dates and times where every text is one
    in a complete form of ISO 8601, structs and lists of them; text where values differ, and for numbers of which a
    double would lose something. No value is changed by its type; one that would be is told with its line.

    Args:
        options: What the job says of the files.
        types: Types by column as the job gives them.
        select: The columns that the job wants; where it does not say, a key that is no column is refused.
    """

    def __init__(self, options: Options, types: Types, select: Sequence[str] | None = None) -> None:
        self._options = options
        self._types = types
        self._select = select

    def sample(self, file: File) -> pa.Schema:
        """Give the keys of some lines, with the narrowest types that hold all of their values.

        Raises:
            JobError: A line is no JSON object.
        """
        seen = Seen()
        seen.add({})
        with translated(file), file.open() as opened:
            size = None if file.is_compressed or not opened.seekable() else file.size
            for block in samples(opened, size):
                for each in _objects(file, _plain(file, block)):
                    seen.add(each)
        return pa.schema([(field.name, self._types.get(field.name, field.type)) for field in seen.type()])

    def unified(self, schemas: Sequence[pa.Schema]) -> pa.Schema:
        """Give each key the narrowest type that holds what all samples say, and the job's types to theirs.

        Raises:
            JobError: No sample has any key.
        """
        found = {name: settled(kind) for name, kind in united(schemas).items()}
        columns = {**found, **self._types}
        if not columns:
            mend = "say them in the object's `types`, or leave the object out until there are rows"
            raise JobError("the files are empty: no line says which columns they have", mend)
        return selected(pa.schema(list(columns.items())), self._select, self._types)

    def sections(self, file: File) -> Sequence[Section]:
        """Divide a file into ranges of bytes; a line belongs to the one in which it begins."""
        size = file.size or 0
        parts = -(-size // (PARTS * SECTION_BYTES)) * PARTS
        if file.is_compressed or size <= SECTION_BYTES // PARTS:
            return (WHOLE_FILE,)
        with file.open() as opened:
            if not opened.seekable():
                return (WHOLE_FILE,)
        ends = [size * part // parts for part in range(parts + 1)]
        return [{"start": start, "end": end} for start, end in pairwise(ends)]

    def batches(self, file: File, section: Section, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Read the lines that begin in a section.

        Raises:
            JobError: A line is no JSON object, a value does not fit, or a key is no column.
        """
        parser = Parser(schema, [*self._types], strict=self._select is None)
        with translated(file), file.open() as opened:
            parts = blocks(opened, section.get("start", 0), section.get("end"))
            yield from gathered((_batch(parser, file, _plain(file, block)) for block in parts), BATCH_ROWS)


def _plain(file: File, block: Block) -> Block:
    """Look at the beginning of a file, and leave out the mark that may stand there."""
    if block.offset:
        return block
    data = block.data.removeprefix(_BOM)
    refuse_other_formats(file, data[:64])
    return Block(0, data)


def _batch(parser: Parser, file: File, block: Block) -> pa.RecordBatch:
    try:
        return parser.batch(block.data)
    except PlaceError as error:
        raise explained(error, file, block) from error


def _objects(file: File, block: Block) -> Iterator[Mapping[str, object]]:
    try:
        yield from objects(block.data)
    except PlaceError as error:
        raise explained(error, file, block) from error
