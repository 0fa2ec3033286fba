"""Opens Arrow's parser on a CSV file or a section of it.

Source: https://arrow.apache.org/docs/python/csv.html.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.feed import Feed
from ingest_core.files import File, Section


@dataclass(frozen=True)
class Opened:
    """A file that is being parsed.

    Args:
        reader: Gives its rows.
        feed: What it reads; ``None`` for a section, whose quotes were looked at before.
    """

    reader: pa_csv.CSVStreamingReader
    feed: Feed | None

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self.reader.schema.names)

    def close(self) -> None:
        """Have it read no further, and come back when nothing of it reads any more.

        A thread of Arrow's that still called for the feed while Python ends would never end itself.
        """
        if self.feed:
            self.feed.close()
            # What was read ahead is parsed to its end, which the feed gives at once; nobody wants it, nor its faults.
            with contextlib.suppress(pa.ArrowException, ValueError, OSError):
                for _ in self.reader:
                    pass
        self.reader.close()


def opened(file: File, dialect: Dialect, section: Section, types: Mapping[str, pa.DataType]) -> Opened:
    """Open a file, or a section of it.

    Args:
        file: The file.
        dialect: How its rows are written.
        section: ``start`` and ``end`` in bytes, and ``names`` of the columns where the header is not in it; or nothing.
        types: Types by column; those of others are inferred over the first block.

    Raises:
        pyarrow.ArrowInvalid: The first block is no CSV.
    """
    first = _opened(file, dialect, section, types, ignore_empty_lines=True)
    if len(first.names) > 1:
        return first
    # Of one column, an empty line is a row without a value.
    first.close()
    return _opened(file, dialect, section, types, ignore_empty_lines=False)


def _opened(
    file: File, dialect: Dialect, section: Section, types: Mapping[str, pa.DataType], *, ignore_empty_lines: bool
) -> Opened:
    names = section.get("names") or (dialect.columns if not dialect.header else ())
    feed = None if section else Feed(file.stream(), dialect)
    source = pa.PythonFile(feed, mode="r") if feed else _bytes_of(file, section)
    try:
        reader = pa_csv.open_csv(
            source,
            read_options=pa_csv.ReadOptions(
                use_threads=not section,  # sections are read side by side as it is
                block_size=BLOCK_BYTES,
                column_names=list(names) or None,
                autogenerate_column_names=not dialect.header and not names,
            ),
            parse_options=_parse_options(dialect, ignore_empty_lines=ignore_empty_lines),
            convert_options=_convert_options(dialect, types),
        )
    except BaseException:
        if feed:
            feed.close()
        raise
    return Opened(reader, feed)


def _bytes_of(file: File, section: Section) -> pa.NativeFile:
    return file.stream().get_stream(section["start"], section["end"] - section["start"])


def _parse_options(dialect: Dialect, *, ignore_empty_lines: bool) -> pa_csv.ParseOptions:
    return pa_csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote or False,
        escape_char=dialect.escape or False,
        newlines_in_values=bool(dialect.quote or dialect.escape),
        ignore_empty_lines=ignore_empty_lines,
    )


def _convert_options(dialect: Dialect, types: Mapping[str, pa.DataType]) -> pa_csv.ConvertOptions:
    return pa_csv.ConvertOptions(
        column_types=dict(types),
        null_values=list(dialect.null_values),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        decimal_point=dialect.decimal,
    )
