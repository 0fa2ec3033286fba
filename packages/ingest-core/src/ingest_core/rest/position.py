"""The position of a stream: where each of its requests stands.

As JSON: ``{"v": 1, "parts": {"main": {"list": {...}, "whole": true, "follow": {...}, "since": ..., "asked": ...}}}``.
``list`` and ``follow`` are stretches (:mod:`ingest_core.rest.spans`): of the stream's own request, and of the strategy
that goes on from it. ``whole`` says that all was listed once, ``since`` from when on the strategy follows, ``asked``
what the values mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest_core.errors import JobError
from ingest_core.rest.spans import Spans

VERSION = 1


@dataclass
class PartPosition:
    """Where one of a stream's requests stands.

    Args:
        listed: What was read of the stream's own request.
        followed: What was read of the strategy that goes on from it.
        whole: Whether all was listed once.
        since: The moment from which on the strategy follows, in microseconds since 1970.
        asked: A digest of what its values mean: of which field, by which request.
    """

    listed: Spans = field(default_factory=Spans)
    followed: Spans = field(default_factory=Spans)
    whole: bool = False
    since: int | None = None
    asked: str | None = None

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> PartPosition:
        """Read a position."""
        _refuse(held, {"list", "follow", "whole", "since", "asked"})
        return cls(
            Spans.of(held.get("list", {})),
            Spans.of(held.get("follow", {})),
            bool(held.get("whole", False)),
            held.get("since"),
            held.get("asked"),
        )

    def as_json(self) -> dict[str, Any]:
        """Write it, always with every key: what a position gains takes the place of what it was."""
        return {
            "list": self.listed.as_json(),
            "follow": self.followed.as_json(),
            "whole": self.whole,
            "since": self.since,
            "asked": self.asked,
        }


@dataclass
class Position:
    """Where a stream stands.

    Args:
        parts: Each of its requests, by name.
    """

    parts: dict[str, PartPosition] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Position:
        """Read a position.

        Raises:
            JobError: It is none that this release wrote.
        """
        if not held:
            return cls()
        _refuse(held, {"v", "parts"})
        if held.get("v") != VERSION:
            raise JobError(f"the position is of version {held.get('v')}", "use the release that wrote it")
        try:
            return cls({name: PartPosition.of(part) for name, part in held["parts"].items()})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise JobError("the position is not as this connector writes it", "run `ingest state reset`") from error

    def as_json(self) -> dict[str, Any]:
        """Write it."""
        return {"v": VERSION, "parts": {name: part.as_json() for name, part in self.parts.items()}}

    def part(self, name: str) -> PartPosition:
        """Give where a request stands; at its beginning, if it is new."""
        return self.parts.setdefault(name, PartPosition())


def _refuse(held: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(held.keys() - known):
        raise JobError(f"the position holds {', '.join(unknown)}", "use the release that wrote it")
