"""What the rows of one stretch gain, page by page: how far all of them are read, and which were read at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from ingest_core.errors import JobError
from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Stretch
from ingest_core.rest.spans import Edges as Known
from ingest_core.rest.spans import Gain, Span

MOST_AT_EDGE = 5_000
"""Rows at an edge that a position holds between the pages; with more of them it is told when the edge is passed."""

Seen = Sequence[tuple[int, str]]
"""The cursor's value of each row of a page, and its digest."""


class Edges(Protocol):
    """Follows the rows of a stretch."""

    def knows(self, value: int, mark: str) -> bool:
        """Tell whether a row was on an earlier page."""

    def add(self, seen: Seen) -> Gain | None:
        """Take the rows of a page with more to come; ``None`` where what was read is no position yet."""

    def end(self) -> Gain:
        """Say what the whole stretch gained."""


def edges_of(asking: Asking, stretch: Stretch, known: Known) -> Edges:
    """Make what follows the rows of a stretch.

    Args:
        asking: How they are asked for.
        stretch: The stretch.
        known: Rows of it that were read before, which stay known as long as their value is at an edge.
    """
    order = asking.cursor.order if asking.cursor else "none"
    if stretch.parent or order == "none":
        return Unordered(asking, stretch, known)
    kind = Ascending if order == "ascending" else Descending
    return kind(asking, stretch, known)


class _Marks:
    """The rows at an edge, by value.

    Args:
        stretch: The stretch; what lies outside of it, others follow.
        known: Rows that were read before.
    """

    def __init__(self, stretch: Stretch, known: Known | None = None) -> None:
        self._stretch = stretch
        self._marks = {value: set(marks) for value, marks in (known or {}).items() if self._is_within(value)}
        self._told: frozenset[int] = frozenset()

    def add(self, value: int, mark: str) -> None:
        self._marks.setdefault(value, set()).add(mark)

    def knows(self, value: int, mark: str) -> bool:
        return mark in self._marks.get(value, ())

    def keep(self, low: int | None, high: int | None = None) -> None:
        """Keep the rows from a value on, or those before one."""
        kept = [value for value in self._marks if (low is None or value >= low) and (high is None or value < high)]
        self._marks = {value: self._marks[value] for value in kept}

    @property
    def count(self) -> int:
        return sum(map(len, self._marks.values()))

    def gain(self, done: Span | None) -> Gain:
        """Say what was gained, and that what was said of these edges before is out of date."""
        told = {value: frozenset(marks) for value, marks in self._marks.items() if self._is_within(value)}
        former, self._told = self._told, frozenset(told)
        return Gain(done, told, frozenset(filter(self._is_within, former)))

    def from_value(self, value: int) -> Known:
        """Give the rows from a value on."""
        return {each: frozenset(marks) for each, marks in self._marks.items() if each >= value}

    def _is_within(self, value: int) -> bool:
        return self._stretch.begin <= value and (self._stretch.end is None or value < self._stretch.end)


class Ascending:
    """Rows come with ever later values."""

    def __init__(self, asking: Asking, stretch: Stretch, known: Known) -> None:
        self._settles = asking.settles
        self._latest = asking.latest
        self._stretch = stretch
        self._high: int | None = None
        self._marks = _Marks(stretch, known)

    def knows(self, value: int, mark: str) -> bool:
        """See :class:`Edges`."""
        return self._marks.knows(value, mark)

    def add(self, seen: Seen) -> Gain | None:
        """See :class:`Edges`."""
        for value, mark in seen:
            if self._high is not None and value < self._high - self._settles:
                raise _disorder("ascending")
            self._high = value if self._high is None else max(self._high, value)
            self._marks.add(value, mark)
        if self._high is None:
            return Gain()
        self._marks.keep(self._bound(self._high))
        return self._told() if self._marks.count <= MOST_AT_EDGE else None

    def end(self) -> Gain:
        """See :class:`Edges`."""
        if self._stretch.end is not None and not self._stretch.is_open:
            closed = earlier(self._stretch.end, self._latest)
            self._marks.keep(closed)
            return self._marks.gain((self._stretch.begin, closed))
        return self._told()

    def _told(self) -> Gain:
        bound = None if self._high is None else self._bound(self._high)
        gain = self._marks.gain(None if bound is None else (self._stretch.begin, bound))
        return replace(gain, high=self._high)

    def _bound(self, high: int) -> int:
        return max(earlier(high - self._settles, self._latest), self._stretch.begin)


class Descending:
    """Rows come with ever earlier values."""

    def __init__(self, asking: Asking, stretch: Stretch, known: Known) -> None:
        self._settles = asking.settles
        self._step = asking.step
        self._stretch = stretch
        self._latest = asking.latest
        self._low: int | None = None
        self._upper = _Marks(stretch)
        self._lower = _Marks(stretch, known)
        self._top = None if stretch.end is None else earlier(stretch.end, self._latest)
        if self._top is not None:
            self._keep_upper(self._top)

    def knows(self, value: int, mark: str) -> bool:
        """See :class:`Edges`."""
        return self._lower.knows(value, mark) or self._upper.knows(value, mark)

    def add(self, seen: Seen) -> Gain | None:
        """See :class:`Edges`."""
        for value, mark in seen:
            if self._low is not None and value > self._low + self._settles:
                raise _disorder("descending")
            if self._top is None:  # of a stretch without an end, the first row tells how far it reaches
                self._top = earlier(value - self._settles, self._latest)
                self._keep_upper(self._top)
            self._low = value if self._low is None else min(self._low, value)
            self._lower.add(value, mark)
            if value >= self._top:
                self._upper.add(value, mark)
        if self._low is None or self._top is None:
            return Gain()
        bound = self._low + self._settles + self._step
        self._lower.keep(None, min(bound, self._top))
        if self._lower.count + self._upper.count > MOST_AT_EDGE:
            return None
        return self._gain((bound, self._top) if bound < self._top else None)

    def end(self) -> Gain:
        """See :class:`Edges`."""
        self._lower.keep(None, self._stretch.begin)
        return self._gain(None if self._top is None else (self._stretch.begin, self._top))

    def _keep_upper(self, top: int) -> None:
        for value, marks in self._lower.from_value(top).items():
            for mark in marks:
                self._upper.add(value, mark)

    def _gain(self, done: Span | None) -> Gain:
        lower, upper = self._lower.gain(done), self._upper.gain(None)
        return Gain(done, {**lower.edges, **upper.edges}, lower.former | upper.former)


class Unordered:
    """Rows come as they like: only all of them together are a position."""

    def __init__(self, asking: Asking, stretch: Stretch, known: Known) -> None:
        self._settles = asking.settles
        self._stretch = stretch
        # A row that changes while it is read may have been passed by: what begins later is looked at again.
        self._latest = asking.latest
        self._high: int | None = None
        # Of the rows of all parents together the position knows; each parent needs not hold them, too.
        self._marks = _Marks(stretch, None if stretch.parent else known)

    def knows(self, value: int, mark: str) -> bool:
        """See :class:`Edges`."""
        del value, mark
        return False

    def add(self, seen: Seen) -> Gain | None:
        """See :class:`Edges`."""
        for value, mark in seen:
            self._high = value if self._high is None else max(self._high, value)
            self._marks.add(value, mark)
        if self._high is not None:
            self._marks.keep(self._bound(self._high))
        return Gain() if self._high is None else None

    def end(self) -> Gain:
        """See :class:`Edges`."""
        if self._stretch.end is not None:
            closed = earlier(self._stretch.end, self._latest)
            self._marks.keep(closed)
            return self._marks.gain((self._stretch.begin, closed))
        bound = None if self._high is None else self._bound(self._high)
        done = (self._stretch.begin, bound) if bound is not None and bound > self._stretch.begin else None
        return self._marks.gain(done)

    def _bound(self, high: int) -> int:
        return earlier(high - self._settles, self._latest)


def earlier(value: int, latest: int | None) -> int:
    """Give a value, or the moment from which on records may still show up, if that is earlier."""
    return value if latest is None else min(value, latest)


def _disorder(order: str) -> JobError:
    return JobError(
        f"records come in another order than {order}, as it is declared", "mend `cursor.order`, or `settles`"
    )
