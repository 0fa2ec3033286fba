"""Asks for the records of a parent, each of which is asked for its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ingest_core.rest.board import Stretch
from ingest_core.rest.definition import RequestSpec, StreamSpec
from ingest_core.rest.definition.merged import requests_of
from ingest_core.rest.moments import EVER
from ingest_core.rest.reading import Reader
from ingest_core.rest.records import Fields

ReaderOf = Callable[[StreamSpec, RequestSpec], Reader]
"""Makes the reader of one of a stream's requests."""


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
    readers = [reader_of(above, request) for request in requests_of(above).values()]
    names = [f"parent:{name}" for name in spec.parent.fields]
    fields = Fields(spec.parent.fields)
    for stretch in fanned(above, streams, reader_of, EVER):
        for piece in (piece for reader in readers for piece in reader.read(replace(stretch))):
            for record in piece.records:
                yield Stretch(begin, None, dict(zip(names, fields.of(record), strict=True)))
