"""Counts what was read of one request: the position that the rows which were handed on make up."""

from __future__ import annotations

from ingest_core.rest.reading import Piece
from ingest_core.rest.spans import Gain, Spans


class Tally:
    """What was read of one request.

    Args:
        spans: What was read before; moved on here.
        has_cursor: Whether its rows follow one another at all.
        is_fanned: Whether it is asked for each record of a parent: then only all of these together are a position.
    """

    def __init__(self, spans: Spans, *, has_cursor: bool, is_fanned: bool) -> None:
        self._spans = spans
        self._has_cursor = has_cursor
        self._is_fanned = is_fanned
        self._owed: set[int] = set()
        self._ends: list[Gain] = []

    @property
    def is_settled(self) -> bool:
        """Whether the rows so far make up a position."""
        return self._has_cursor and not self._is_fanned and not self._owed

    def add(self, piece: Piece) -> None:
        """Take rows that were handed on."""
        if self._is_fanned:
            self._ends += [piece.gain] if piece.is_end and piece.gain else []
            return
        if piece.gain is None:
            self._owed.add(piece.stretch)
            return
        self._owed.discard(piece.stretch)
        self._spans.add(piece.gain)

    def finish(self) -> None:
        """Take it that all was handed on."""
        reached = [gain.done for gain in self._ends if gain.done]
        if not reached:
            return
        end = max(until for _, until in reached)
        self._spans.add(Gain((min(begin for begin, _ in reached), end)))
        for gain in self._ends:
            self._spans.add(Gain(None, {value: marks for value, marks in gain.edges.items() if value >= end}))
