"""Asks for the records of a parent, each of which is asked for its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest_core.rest.board import Stretch
from ingest_core.rest.definition import StreamSpec
from ingest_core.rest.moments import EVER
from ingest_core.rest.reading import Reader
from ingest_core.rest.records import Fields

ReaderOf = Callable[[StreamSpec], Reader]
"""Makes the reader of a stream's own request."""


def fanned(spec: StreamSpec, streams: Mapping[str, StreamSpec], reader_of: ReaderOf, begin: int) -> Iterator[Stretch]:
    """Give a stretch for each record of a stream's parent, and so on upwards; asked for as they are wanted.

    Args:
        spec: The stream.
        streams: All streams, by name.
        reader_of: Makes readers.
        begin: The first value of the cursor in each stretch.
    """
    if spec.parent is None:
        yield Stretch(begin, None)
        return
    above = streams[spec.parent.stream]
    names = [f"parent:{name}" for name in spec.parent.fields]
    fields = Fields(spec.parent.fields)
    reader = reader_of(above)
    for stretch in fanned(above, streams, reader_of, EVER):
        for piece in reader.read(stretch):
            for record in piece.records:
                yield Stretch(begin, None, dict(zip(names, fields.of(record), strict=True)))
