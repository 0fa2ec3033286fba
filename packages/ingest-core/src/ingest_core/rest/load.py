"""One load of one stream: its requests, made ready, and what reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from ingest_core.rest.api import Api
from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Stretch
from ingest_core.rest.client import Closing
from ingest_core.rest.columns import Columns
from ingest_core.rest.definition import RequestSpec, StreamSpec
from ingest_core.rest.definition.strict import types_of
from ingest_core.rest.moments import EVER, start_of
from ingest_core.rest.parents import fanned
from ingest_core.rest.parts import Part, chosen, parts_of, stretches
from ingest_core.rest.position import PartPosition
from ingest_core.rest.reading import Reader
from ingest_core.rest.rows import MakeRow, row_maker
from ingest_core.rest.spans import Spans

_MICROSECONDS = 1_000_000

Bounds = Sequence[int | None] | None
"""The beginning and the end of what alone is read."""


@dataclass(frozen=True)
class Load:
    """A load.

    Args:
        api: The API.
        name: The stream's name.
        spec: The stream.
        settings: What the job says of it.
        closing: Ends what is under way.
        began: The moment before which nothing that is read is missing, in microseconds since 1970.
    """

    api: Api
    name: str
    spec: StreamSpec
    settings: Mapping[str, Any]
    closing: Closing
    began: int

    @classmethod
    def of(cls, api: Api, name: str, settings: Mapping[str, Any], closing: Closing, began: int | None) -> Load:
        """Begin a load, now or when it began."""
        now = int(api.client.clock.passed()) * _MICROSECONDS
        return cls(api, name, api.stream(name), settings, closing, now if began is None else began)

    @property
    def origin(self) -> str:
        """What the rows say of where they come from."""
        return f"{self.api.connector}/{self.name}"

    @cached_property
    def parts(self) -> Sequence[Part]:
        """The requests."""
        return parts_of(self.spec, chosen(self.spec, self.settings, self.name), self._asking)

    @cached_property
    def columns(self) -> Columns:
        """What is known of the columns."""
        spec = self.spec
        found = self.api.found(spec, self.closing).types
        given = {**found, **types_of(spec.types), **(self.settings.get("types") or {})}
        blanks = {*spec.blank_is_null, *found}
        maps = frozenset(self.api.definition.maps)
        is_selected = self.settings.get("select") is not None
        return Columns(self.name, given, spec.epochs, frozenset(blanks), frozenset(spec.secret), maps, is_selected)

    def reader(self, asking: Asking, spans: Spans) -> Reader:
        """Make the reader of a request.

        Args:
            asking: The request.
            spans: What was read of it.
        """
        return Reader(asking, self.api.client, dict(spans.edges), self.closing)

    def stretches(self, part: Part, place: PartPosition, window: Bounds) -> Iterator[Stretch]:
        """Give what is left to read of a part."""
        asking, spans, begin = part.now(place)
        since, until = window or (None, None)
        if self.spec.parent is None:
            return iter(stretches(asking, spans, begin if since is None else max(begin, since), until))
        begin = begin if spans.reached is None else spans.reached
        return fanned(self.spec, self.api.definition.streams, self._parents_reader, begin)

    def open_at(self, part: Part, place: PartPosition, window: Bounds) -> int | None:
        """Give where what is left to read has no end any more; ``None`` where it has one."""
        asking, spans, begin = part.now(place)
        since, until = window or (None, None)
        if until is not None or asking.cursor is None or asking.cursor.order != "ascending":
            return None
        return spans.missing(begin if since is None else max(begin, since), None)[-1][0]

    @property
    def may_repeat(self) -> bool:
        """Whether a row may come again, since rows are merged."""
        return bool(self.settings.get("rows_may_repeat"))

    def side_by_side(self, asking: Asking) -> int:
        """Give how many stretches may be read at once."""
        is_single = self.spec.parent is None and not asking.is_divisible
        limit = asking.spec.rate_limit or self.api.definition.rate_limit
        return 1 if is_single else limit.concurrent

    def row_maker(self, asking: Asking) -> MakeRow:
        """Make what makes rows of a request's records."""
        began = asking.began // _MICROSECONDS
        return row_maker(asking.spec, {**asking.values, "load:began": began})

    def first_rows(self, parents: int) -> Sequence[bytes]:
        """Give the rows of a first page.

        Args:
            parents: How many parents are asked, until one has some.
        """
        asking = self.parts[0].listing
        reader, make = self.reader(asking, Spans()), self.row_maker(asking)
        begin = start_of(asking.cursor) if asking.cursor else EVER
        for stretch in islice(fanned(self.spec, self.api.definition.streams, self._parents_reader, begin), parents):
            piece = next(iter(reader.read(stretch)))
            if piece.records:
                return [make(record, piece.parent) for record in piece.records]
        return []

    def _parents_reader(self, spec: StreamSpec, request: RequestSpec) -> Reader:
        return self.reader(self._asking_of(spec, "parents", request, spec.key), Spans())

    def _asking(self, name: str, spec: RequestSpec, identity: Sequence[str]) -> Asking:
        return self._asking_of(self.spec, name, spec, identity)

    def _asking_of(self, stream: StreamSpec, name: str, spec: RequestSpec, identity: Sequence[str]) -> Asking:
        definition = self.api.definition
        values = self.api.found(stream, self.closing).values
        paging = spec.paging or definition.paging
        spec = spec.model_copy(update={"params": {**definition.params, **spec.params}})
        return Asking(name, spec, paging, values, identity, stream.key, self.api.base, self.began)
