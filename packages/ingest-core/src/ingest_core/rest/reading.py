"""Reads one stretch, from page to page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest_core.errors import JobError
from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Board, Stretch
from ingest_core.rest.client import Answer, Client, Closing, Request
from ingest_core.rest.edges import edges_of
from ingest_core.rest.latest import Latest
from ingest_core.rest.moments import EVER, tick_of
from ingest_core.rest.pagers import pager_of
from ingest_core.rest.pages import Page, Pager
from ingest_core.rest.records import Envelope, Raw, digest
from ingest_core.rest.seeking import Seeking
from ingest_core.rest.spans import Edges as KnownRows
from ingest_core.rest.spans import Gain
from ingest_core.rest.templates import Values


@dataclass(frozen=True)
class Piece:
    """The new rows of one page.

    Args:
        records: As they stood in the answer.
        gain: What they add to the position; ``None`` where what was read of the stretch is no position yet.
        stretch: The stretch that they are of.
        parent: What the stretch's references to a parent name.
        is_end: Whether the stretch is read with it.
    """

    records: Sequence[Raw]
    gain: Gain | None
    stretch: int
    parent: Values = field(default_factory=dict)
    is_end: bool = False


@dataclass
class _Row:
    """A record with what tells it apart."""

    record: Raw
    value: int | None
    mark: str


class Reader:
    """Reads stretches of one kind of request. Used by several threads at once, each with stretches of its own.

    Args:
        asking: The kind of request.
        client: Asks the API.
        known: Rows that are not to be read again, by the cursor's values.
        closing: Ends the reading.
    """

    def __init__(self, asking: Asking, client: Client, known: KnownRows, closing: Closing) -> None:
        self._asking = asking
        self._client = client
        self._known = known
        self._closing = closing

    def read(self, stretch: Stretch, board: Board | None = None) -> Iterator[Piece]:
        """Read a stretch.

        Args:
            stretch: The stretch; gets smaller where others take a part of it.
            board: Where a part is left to others, if they have nothing to read.

        Yields:
            The rows of each page, then what all of them gained.
        """
        edges = edges_of(self._asking, stretch, self._known)
        latest = Latest(self._asking)

        def met(row: _Row) -> bool:
            return row.value is not None and (seeking.is_read(row.value) or edges.knows(row.value, row.mark))

        pager = pager_of(self._asking.paging, self._asking.base)
        first = pager.first(self._asking.request(stretch.begin, stretch.end, stretch.parent))
        seeking = Seeking(self._asking, stretch, first)
        request: Request | None = first
        while request is not None:
            page = self._page(request, pager)
            turn = pager.turn(page)
            request = turn.next
            fresh = range(len(page.records)) if turn.fresh is None else turn.fresh
            rows = self._rows(page, fresh)
            if seeking.is_on:
                seeking.meet([(row.value, self._is_wanted(stretch, row) and not met(row)) for row in rows])
                rows = [row for row in rows if not seeking.is_put_off(row.value)]
            kept = [row for row in rows if self._is_wanted(stretch, row) and not (seeking.is_on and met(row))]
            gain = edges.add([(row.value, row.mark) for row in kept if row.value is not None])
            if self._asking.is_newest_first:  # from within, nobody could go on: whose latest state came is not kept
                kept, gain = [row for row in kept if latest.is_latest(row.record, row.value)], None
            values = [row.value for row in rows if row.value is not None]
            if request is not None and values and _is_behind(self._asking, stretch, values):
                request = None
            if seeking.is_on:
                pager, request = seeking.next(pager, request, values)
            if request is not None and board is not None and values:
                self._share(stretch, board, values)
            yield Piece([row.record for row in kept], gain, id(stretch), stretch.parent)
        yield Piece([], edges.end(), id(stretch), stretch.parent, is_end=True)

    def _page(self, request: Request, pager: Pager) -> Page:
        """Ask for a page."""
        path = self._asking.spec.records

        def read(answer: Answer) -> Page:
            envelope = Envelope(answer)
            return Page(request, envelope, envelope.records(path))

        page = self._client.ask(request, read, self._closing)
        return replace(page, digests=[self._mark(record) for record in page.records]) if pager.needs_digests else page

    def _mark(self, record: Raw) -> str:
        """Tell a record of a page apart: one that changed meanwhile, and moved on for that, is another."""
        fields = self._asking.fields_of(record)
        return digest([fields[0], self._asking.digest(record, fields)])

    def _rows(self, page: Page, fresh: Sequence[int]) -> list[_Row]:
        asking, cursor = self._asking, self._asking.cursor
        if cursor is None:
            return [_Row(page.records[place], None, "") for place in fresh]
        rows = []
        for place in fresh:
            record = page.records[place]
            fields = asking.fields_of(record)
            try:
                value = tick_of(fields[0], cursor.unit)
            except (ValueError, OverflowError) as error:
                raise JobError(f"a record's {cursor.field!r} is no cursor's value: {error}", "mend `unit`") from error
            if value is None:
                raise JobError(
                    f"a record has no {cursor.field!r}, by which it would be found again", "mend `cursor.field`"
                )
            rows.append(_Row(record, value, asking.digest(record, fields)))
        return rows

    def _is_wanted(self, stretch: Stretch, row: _Row) -> bool:
        """Tell whether a row is of this stretch, and was not read before."""
        if row.value is None:
            return True
        is_within = stretch.begin <= row.value and (stretch.end is None or row.value < stretch.end)
        return is_within and row.mark not in self._known.get(row.value, ())

    def _share(self, stretch: Stretch, board: Board, values: Sequence[int]) -> None:
        """Leave the far half of what is left of a stretch to others, if they have nothing to read."""
        asking = self._asking
        if not asking.is_divisible or stretch.parent or not board.is_hungry or asking.cursor is None:
            return
        if asking.cursor.order == "ascending":
            end = asking.latest if stretch.end is None else stretch.end
            middle = _middle(max(values), end or 0, asking.step)
            if middle is not None:
                board.give(Stretch(middle, stretch.end, is_open=stretch.is_open))
                # Whether the stream reaches so far is seen by who reads the rest.
                stretch.end, stretch.is_open = middle, stretch.is_open or stretch.end is None
        elif asking.cursor.order == "descending" and stretch.begin > EVER:
            middle = _middle(stretch.begin, min(*values, asking.latest or 0), asking.step)
            if middle is not None:
                board.give(Stretch(stretch.begin, middle))
                stretch.begin = middle


def _is_behind(asking: Asking, stretch: Stretch, values: Sequence[int]) -> bool:
    """Tell whether all that comes now lies outside of the stretch, of which others may have taken a part."""
    order = asking.cursor.order if asking.cursor else "none"
    if order == "ascending" and stretch.end is not None:
        return min(values) >= stretch.end + asking.settles
    if order == "descending":
        return max(values) < stretch.begin - asking.settles
    return False


def _middle(low: int, high: int, step: int) -> int | None:
    """Halve what lies between two values; ``None`` where it is too little."""
    middle = (low + high) // 2 // step * step
    return middle if low + step < middle < high - step else None
