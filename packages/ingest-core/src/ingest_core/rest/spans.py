"""The position in a stream that is read by stretches: which are done, and which rows at their edges were read already.

As JSON: ``{"done": [[from, until], ...], "edges": [[value, [digest, ...]], ...]}``. A value lies in a stretch where
``from <= value < until``. Of a value at an edge some rows were read, by their digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest_core.errors import JobError

Span = tuple[int, int]
Edges = Mapping[int, frozenset[str]]

_KEYS = {"done", "edges"}


@dataclass(frozen=True)
class Gain:
    """What some rows add to a position.

    Args:
        done: A stretch of which all is read with them; ``None`` where there is none.
        edges: For each value at its edge that is not whole, the digests of all of its rows that were read.
        former: The values at the edge of the same reading before: they are whole now, or in ``edges`` again.
        high: The greatest value that came, where that tells how far the stream reaches.
    """

    done: Span | None = None
    edges: Mapping[int, frozenset[str]] = field(default_factory=dict)
    former: frozenset[int] = frozenset()
    high: int | None = None


@dataclass
class Spans:
    """A position.

    Args:
        done: Stretches that are read, in order, with gaps between them.
        edges: Digests of rows that were read, by values outside of the stretches.
    """

    done: list[Span] = field(default_factory=list)
    edges: dict[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Spans:
        """Read a position.

        Raises:
            JobError: It is none that this release wrote.
        """
        if unknown := sorted(held.keys() - _KEYS):
            raise JobError(f"the position holds {', '.join(unknown)}", "use the release that wrote it")
        done = [(int(begin), int(end)) for begin, end in held.get("done", ())]
        edges = {int(value): frozenset(digests) for value, digests in held.get("edges", ())}
        return cls(done, edges)

    def as_json(self) -> dict[str, Any]:
        """Write it."""
        edges = [[value, sorted(digests)] for value, digests in sorted(self.edges.items())]
        return {"done": [list(span) for span in self.done], "edges": edges}

    def add(self, gain: Gain) -> None:
        """Move on by what rows gained."""
        for value in gain.former:
            self.edges.pop(value, None)
        if gain.done and gain.done[0] < gain.done[1]:
            self.done = _joined([*self.done, gain.done])
        for value, digests in gain.edges.items():
            self.edges[value] = self.edges.get(value, frozenset()) | digests
        self.edges = {value: digests for value, digests in self.edges.items() if not self.holds(value)}

    def holds(self, value: int) -> bool:
        """Tell whether all rows of a value were read."""
        return any(begin <= value < end for begin, end in self.done)

    def missing(self, begin: int, end: int | None) -> list[tuple[int, int | None]]:
        """Give the stretches of another that are not done, the last of them without an end where it has none."""
        gaps: list[tuple[int, int | None]] = []
        for done_begin, done_end in self.done:
            if end is not None and done_begin >= end:
                break
            if begin < done_begin:
                gaps.append((begin, done_begin))
            begin = max(begin, done_end)
        if end is None or begin < end:
            gaps.append((begin, end))
        return gaps

    @property
    def reached(self) -> int | None:
        """Where the last stretch ends; ``None`` where there is none."""
        return self.done[-1][1] if self.done else None


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
