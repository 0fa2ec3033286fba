"""The source of a REST API that is declared in a connector file."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence

from ingest_core.plugin import Batch, Checkpoint, Cursor, SourceContext, Split, Stream
from ingest_core.rest.api import Api
from ingest_core.rest.client import Closing
from ingest_core.rest.definition import Definition
from ingest_core.rest.load import Load
from ingest_core.rest.moments import tick_at
from ingest_core.rest.outflow import Outflow
from ingest_core.rest.parts import Part
from ingest_core.rest.position import Position
from ingest_core.rest.side_by_side import read_all
from ingest_core.rest.tally import Tally

SAMPLED_PARENTS = 20
"""Parents whose records are looked for, until one has some, to see which columns they have."""


class RestSource:
    """Reads an API by its definition.

    A stream is one split: within it, stretches of time, or the records of its parents, are asked for side by side, as
    many as the API allows, and divided further where somebody has nothing to do. A split for each would be bound to the
    workers of a run, of which each holds a data file open.

    Args:
        connector: The connector's name.
        definition: Its definition.
        context: The objects that are wanted, and the job's settings.
    """

    def __init__(self, connector: str, definition: Definition, context: SourceContext) -> None:
        self.context = context
        self._api = Api(connector, definition, context.options.model_dump(), context.hide)

    def check(self) -> None:
        """Ask for what costs little, and whether every object is there."""
        closing = Closing()
        is_let_in = self._api.check(closing)
        for name in self.context.objects:
            load = self._load(name, closing)
            if not is_let_in:
                load.first_rows(1)

    def streams(self) -> Sequence[Stream]:
        """Describe the wanted objects: by what is declared, and by a first page."""
        return [self._described(self._load(name, Closing())) for name in self.context.objects]

    def splits(self, stream: Stream, since: Cursor) -> Sequence[Split]:
        """Give one split, if there is anything new."""
        load = self._load(stream.name, Closing())
        position = Position.of(since)
        if since and not self._has_news(load, position):
            return []
        held = {"began": load.began, "position": position.as_json(), "window": self._window()}
        return [Split(stream, held)]

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read what is new, page by page, in bounded memory."""
        try:
            with contextlib.closing(self._read(split)) as messages:
                yield from messages
        finally:
            self._api.client.close()

    def _read(self, split: Split) -> Generator[Batch | Checkpoint]:
        name = split.stream.name
        load = self._load(name, Closing(), split.position["began"])
        position = Position.of(split.position["position"])
        outflow = Outflow(load.columns, split.stream, load.origin)
        every = self.context.objects[name].get("commit_every")
        for part in load.parts:
            yield from self._read_part(load, part, position, (outflow, split.position["window"], every))
        yield from outflow.rest()
        yield Checkpoint(name, position.as_json())

    def _read_part(
        self, load: Load, part: Part, position: Position, given: tuple[Outflow, Sequence[int | None] | None, int | None]
    ) -> Generator[Batch | Checkpoint]:
        outflow, window, every = given
        place = position.parts[part.name] = part.begun(position.part(part.name))
        asking, spans, _ = part.now(place)
        open_at = load.open_at(part, place, window)
        tally = Tally(asking, spans, open_at, load.spec.parent is not None, load.may_repeat)
        make = load.row_maker(asking)
        pieces = read_all(
            load.reader(asking, spans),
            load.stretches(part, place, window),
            load.side_by_side(asking),
            load.closing,
            self.context.is_stopped,
        )
        with contextlib.closing(pieces):
            for piece in pieces:
                yield from outflow.add([make(record, piece.parent) for record in piece.records])
                tally.add(piece)
                if every and outflow.since_checkpoint >= every and tally.is_settled:
                    yield from outflow.rest()
                    yield outflow.checkpoint(position.as_json())
        tally.finish()
        part.ended(place)

    def _has_news(self, load: Load, position: Position) -> bool:
        """Look whether there is a row that was not read, by the first pages, or a position to move on."""
        for part in load.parts:
            place = part.begun(position.part(part.name))
            asking, spans, _ = part.now(place)
            # What is followed only once all was listed is to be followed, though nothing more is listed; and a position
            # that grows too old is moved on, though nothing came.
            is_due = part.is_aging(place) or (part.following is not None and not place.whole)
            if asking.cursor is None or is_due:
                return True
            reader = load.reader(asking, spans)
            stretches = load.stretches(part, place, self._window())
            if any(piece.records for stretch in stretches for piece in reader.read(stretch)):
                return True
        return False

    def _window(self) -> Sequence[int | None] | None:
        window = self.context.window
        ends = (window.since, window.until) if window else ()
        return [None if end is None else tick_at(end) for end in ends] or None

    def _load(self, name: str, closing: Closing, began: int | None = None) -> Load:
        return Load.of(self._api, name, self.context.objects[name], closing, began)

    def _described(self, load: Load) -> Stream:
        schema = load.columns.described(load.first_rows(SAMPLED_PARENTS))
        spec, parts = load.spec, load.parts
        cursor = spec.order_by or (spec.cursor.field if spec.cursor else None)
        cursors = [part.listing.cursor for part in parts]
        return Stream(
            load.name,
            schema,
            key=tuple(spec.key),
            cursor=cursor if cursor in schema.names else None,
            deleted=spec.deleted,
            resumable=spec.parent is None and all(cursors),
            windowed=spec.parent is None
            and all(each and each.unit != "number" for each in cursors)
            and not any(part.following for part in parts),
            # A row that moves from one of several lists to another comes by both.
            whole=any(part.is_whole for part in parts) or len(parts) > 1,
            secret=tuple(spec.secret),
        )
