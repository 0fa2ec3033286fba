"""A source that tells every secret it is given, each in another way; the command around it must let none out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from ingest_core.plugin import Batch, Checkpoint, Cursor, SourceContext, Split, Stream
from leaky_ways import RAISES, WAYS
from pydantic import BaseModel

SCHEMA = pa.schema([("id", pa.int64())])


class Options(BaseModel):
    """What it is given.

    Args:
        canaries: For each way, the secret that is told in it.
        raises: The way of the error that it ends with, if any.
    """

    canaries: dict[str, str]
    raises: str = ""


class LeakySource:
    """Reads one row, and talks.

    Args:
        context: Its options are :class:`Options`.
    """

    Options = Options

    def __init__(self, context: SourceContext) -> None:
        self._options = Options.model_validate(context.options.model_dump())
        self._names = list(context.objects)

    def check(self) -> None:
        """Find everything there."""

    def streams(self) -> Sequence[Stream]:
        """Describe the objects."""
        return [Stream(name, SCHEMA) for name in self._names]

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Read everything at once, always."""
        del since
        return [Split(stream, {})]

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Tell each secret, between marks that say which way it was."""
        for name, value in self._options.canaries.items():
            if tell := WAYS.get(name):
                print(f"<{name}>")  # noqa: T201  # the mark
                tell(value)
                print(f"</{name}>")  # noqa: T201  # the mark
        if self._options.raises:
            RAISES[self._options.raises](self._options.canaries["raised"])
        yield Batch(split.stream.name, pa.RecordBatch.from_pydict({"id": [1]}, schema=SCHEMA), split.stream.name)
        yield Checkpoint(split.stream.name, {"at": 1})
