"""Opens Arrow's parser on a CSV file or a section of it.

Source: https://arrow.apache.org/docs/python/csv.html.
"""

from __future__ import annotations

import contextlib
import functools
import traceback
import weakref
from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.feed import Feed
from ingest_core.files import File, Section

_QUIET_SECONDS = 60
"""How long to wait for Arrow's threads, which have nothing left to do but to find the end."""


class _Tap:
    """What Arrow holds of a feed, so that it can be told when Arrow holds it no more."""

    closed = False

    def __init__(self, feed: Feed) -> None:
        self.read = feed.read
        # Does nothing: the feed is closed by whoever opened it. Arrow calls this as it lets go, where a stop that came
        # amid Python's code would be lost.
        self.close = [].clear


class Opened:
    """A file that is being parsed. Nobody else holds the reader, not even the traceback of an error.

    Args:
        make: Makes the reader of what it is given to read.
        feed: What it reads.
    """

    def __init__(self, make: Callable[[pa.NativeFile], pa_csv.CSVStreamingReader], feed: Feed | pa.NativeFile) -> None:
        self.feed = feed if isinstance(feed, Feed) else None
        self._gone: SimpleQueue[object] = SimpleQueue()
        self._tap: weakref.ref[_Tap] | None = None
        try:
            self._reader: pa_csv.CSVStreamingReader | None = make(self._tapped(feed))
        except BaseException as error:
            self._reader = None
            # A stop may come at any line of what is called here: its traceback would hold what Arrow was to be given,
            # and to be closed is to wait until nobody does.
            traceback.clear_frames(error.__traceback__)
            self.close()
            raise
        self.schema: pa.Schema = self._reader.schema

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self.schema.names)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the rows that are left."""
        while self._reader is not None:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                return
            yield batch
            del batch  # before the next is read

    def close(self) -> None:
        """Have it read no further, and come back when nothing of it reads any more.

        A thread of Arrow's that still called for the feed while Python ends would never end itself, and who waits for
        it would not, either.
        """
        if self.feed:
            self.feed.close()
        self._reader = None
        if self._tap and self._tap() is not None:
            with contextlib.suppress(Empty):
                self._gone.get(timeout=_QUIET_SECONDS)

    def _tapped(self, feed: Feed | pa.NativeFile) -> pa.NativeFile:
        if not isinstance(feed, Feed):
            return feed
        tap = _Tap(feed)
        # No line of Python runs as the last thread lets go, so that it is through with Python when this is known.
        self._tap = weakref.ref(tap, self._gone.put)
        # By a buffer of Arrow's own: to let go of bytes of Python's, its threads would call for Python once more.
        return pa.BufferedInputStream(pa.PythonFile(tap, mode="r"), BLOCK_BYTES)


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
    source = _bytes_of(file, section) if section else Feed(file.stream(), dialect)
    make = functools.partial(
        pa_csv.open_csv,
        read_options=pa_csv.ReadOptions(
            use_threads=not section,  # sections are read side by side as it is
            block_size=BLOCK_BYTES,
            column_names=list(names) or None,
            autogenerate_column_names=not dialect.header and not names,
        ),
        parse_options=_parse_options(dialect, ignore_empty_lines=ignore_empty_lines),
        convert_options=_convert_options(dialect, types),
    )
    return Opened(make, source)


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
