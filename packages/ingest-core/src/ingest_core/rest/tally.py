"""Counts what was read of one request: the position that the rows which were handed on make up."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest_core.errors import JobError
from ingest_core.rest.asking import Asking
from ingest_core.rest.edges import earlier
from ingest_core.rest.reading import Piece
from ingest_core.rest.spans import Gain, Spans

MOST_HELD = 100_000
"""Rows at the end of a position, which are known again by the next load."""

MOST_NEEDED = 10_000
"""As many where a row may come again: of more, all come again, once."""


@dataclass
class Tally:
    """What was read of one request.

    Args:
        asking: The request.
        spans: What was read before; moved on here.
        begin: Where what is read has no end begins; ``None`` where it has one.
        is_fanned: Whether it is asked for each record of a parent: then only all of these together are a position.
        may_repeat: Whether a row may come again, since rows are merged.
    """

    asking: Asking
    spans: Spans
    begin: int | None
    is_fanned: bool
    may_repeat: bool
    _owed: set[int] = field(default_factory=set)
    _first: int | None = None
    _last: int | None = None
    _marks: dict[int, frozenset[str]] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether the rows so far make up a position."""
        return self.asking.cursor is not None and not self.is_fanned and not self._owed

    def add(self, piece: Piece) -> None:
        """Take rows that were handed on."""
        gain = piece.gain
        if self.is_fanned:
            if piece.is_end and gain is not None:
                self._add_parent(gain)
            return
        if gain is None:
            self._owed.add(piece.stretch)
            return
        self._owed.discard(piece.stretch)
        self.spans.add(gain)
        if gain.high is not None:
            self._last = gain.high if self._last is None else max(self._last, gain.high)

    def finish(self) -> None:
        """Take it that all was handed on.

        Raises:
            JobError: So many rows have the last value that no position holds them.
        """
        if self.is_fanned and self._first is not None and self._last is not None:
            self.spans.add(Gain((self._first, self._last), self._marks))
        if not self.is_fanned and self.begin is not None and self._last is not None:
            self._close(self.begin, self._last)
        self._bound()

    def _add_parent(self, gain: Gain) -> None:
        """Take what was read of one parent: of all of them the latest tells how far the stream reaches."""
        if gain.done is None:
            return
        begin, end = gain.done
        self._first = begin if self._first is None else min(self._first, begin)
        self._last = end if self._last is None else max(self._last, end)
        for value, marks in gain.edges.items():
            self._marks[value] = self._marks.get(value, frozenset()) | marks
        self._marks = {value: marks for value, marks in self._marks.items() if value >= self._last}

    def _close(self, begin: int, last: int) -> None:
        """Close what lies between stretches that were cut, now that one behind them told that the stream reaches it."""
        bound = earlier(last - self.asking.settles, self.asking.latest)
        for gap_begin, gap_end in self.spans.missing(begin, bound):
            self.spans.add(Gain((gap_begin, bound if gap_end is None else gap_end)))

    def _bound(self) -> None:
        """Keep the rows at the end of a position few enough to be held."""
        held = sum(map(len, self.spans.edges.values()))
        if self.may_repeat and held > MOST_NEEDED:
            self.spans.edges.clear()
        elif held > MOST_HELD:
            raise JobError(
                f"{held} records have the cursor's last value, or come within `settles` of it: no position holds them",
                "land them by `write: merge`, or name a finer cursor",
            )
