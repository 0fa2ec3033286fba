"""Which of a stream's requests a load makes: all that there is at first, and then what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ingest_core.errors import JobError
from ingest_core.rest.asking import Asking
from ingest_core.rest.board import Stretch
from ingest_core.rest.definition import StreamSpec
from ingest_core.rest.definition.merged import MAIN, requests_of, strategy_of
from ingest_core.rest.moments import start_of
from ingest_core.rest.position import PartPosition
from ingest_core.rest.records import digest
from ingest_core.rest.spans import Gain, Spans


@dataclass(frozen=True)
class Part:
    """One of a stream's requests, and the strategy that goes on from it.

    Args:
        name: ``main``, or the name of the request beside it.
        listing: Asks for all that there is; where there is no strategy of another request, for what is new, too.
        following: Asks for what is new.
        keeps: How long, in microseconds, the API keeps what the strategy reads; ``None`` for ever.
    """

    name: str
    listing: Asking
    following: Asking | None = None
    keeps: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether each load reads all of it again."""
        return self.listing.cursor is None and self.following is None

    def begun(self, position: PartPosition) -> PartPosition:
        """Give where a load begins: what is out of date in a position is forgotten."""
        if self.is_whole:
            return PartPosition()
        self._check(position)
        if self.following is None:
            return replace(position, asked=self._asked)
        reached = position.followed.reached or position.since
        # Of what was landed before the strategy was followed nobody knows what changed since: all of it comes again.
        if reached is None or (position.whole and self._is_too_late(reached)):
            return PartPosition(since=self.following.began - self.following.settles, asked=self._asked)
        return replace(position, asked=self._asked)

    @property
    def _asked(self) -> str:
        """Digest what the values of a position mean."""
        cursor = self.listing.cursor
        return digest([self.listing.spec.path, cursor.field if cursor else None, cursor.unit if cursor else None])

    def _check(self, position: PartPosition) -> None:
        """Refuse a position whose values mean something else by now.

        Raises:
            JobError: It is so.
        """
        mend = "change it back; or run with --full-refresh to load everything anew"
        if position.asked not in (None, self._asked):
            raise JobError("the connector's file says another request, or another cursor, than before", mend)
        if self.following is None and position.since is not None:
            raise JobError("the job followed a strategy before, and goes on by another way now", mend)

    def now(self, position: PartPosition) -> tuple[Asking, Spans, int]:
        """Give what is asked for now: by which request, what of it was read, and where it begins."""
        if self.following is not None and position.whole:
            return self.following, position.followed, position.since or 0
        cursor = self.listing.cursor
        return self.listing, position.listed, start_of(cursor) if cursor else 0

    def ended(self, position: PartPosition) -> None:
        """Note that what :meth:`now` gave was read to its end."""
        if self.following is not None and not position.whole:
            position.whole, position.listed = True, Spans()
        elif self.is_aging(position):
            # Of a quarter of that age nothing shows up any more; nor is this position aging by the next load.
            position.followed.add(Gain((position.since or 0, self._ago(4))))

    def is_aging(self, position: PartPosition) -> bool:
        """Tell whether a position that nothing new moves on is on its way to be too old for what the API keeps."""
        reached = position.followed.reached or position.since
        return self.keeps is not None and position.whole and reached is not None and reached < self._ago(2)

    def _ago(self, share: int) -> int:
        """Give the moment that lies a share of the time back for which the API keeps what the strategy reads."""
        return self.following.began - (self.keeps or 0) // share if self.following else 0

    def _is_too_late(self, reached: int) -> bool:
        return self.keeps is not None and reached < self._ago(1)


def stretches(asking: Asking, spans: Spans, begin: int, end: int | None) -> list[Stretch]:
    """Divide what is left to read: into the gaps, and these as `span` says where the order tells nothing.

    Args:
        asking: The request.
        spans: What was read.
        begin: The first value.
        end: The first behind the last; ``None`` for none.
    """
    gaps = [Stretch(*gap) for gap in spans.missing(begin, end)]
    cursor = asking.cursor
    if cursor is None or cursor.span is None or cursor.order != "none" or not asking.is_divisible:
        return gaps
    length = int(cursor.span.total_seconds() * 1_000_000)
    return [piece for gap in gaps for piece in _divided(gap, length, asking.latest or 0)]


def _divided(gap: Stretch, length: int, latest: int) -> list[Stretch]:
    last = latest if gap.end is None else gap.end
    bounds = [*range(gap.begin, last, length), last] if gap.begin < last else [gap.begin]
    pieces = [Stretch(begin, end) for begin, end in pairwise(bounds)]
    return [*pieces, Stretch(bounds[-1], None)] if gap.end is None else pieces


@dataclass(frozen=True)
class Chosen:
    """What a job chose of a stream.

    Args:
        strategy: By which it goes on; ``None`` by its own cursor.
        may_repeat: Whether a row may come again, since rows are merged.
    """

    strategy: str | None
    may_repeat: bool


def chosen(stream: StreamSpec, settings: Mapping[str, Any], name: str) -> Chosen:
    """Choose the strategy: the one that the job names, or the first that fits how rows are written.

    Raises:
        JobError: The job names one that is not there, or does not fit.
    """
    may_repeat = bool(settings.get("rows_may_repeat"))
    wanted = settings.get("strategy")
    key = ("source", "objects", name, "incremental", "strategy")
    if wanted is not None and wanted not in stream.incremental:
        known = ", ".join(stream.incremental) or "none"
        raise JobError(f"{name} has no strategy {wanted!r}", f"it has {known}", key)
    if wanted is not None and stream.incremental[wanted].needs == "merge" and not may_repeat:
        raise JobError(f"by {wanted!r} rows of {name} come again when they change", "say `write: merge`", key)
    fitting = [each for each, spec in stream.incremental.items() if may_repeat or spec.needs is None]
    return Chosen(wanted or next(iter(fitting), None), may_repeat)


def parts_of(stream: StreamSpec, choice: Chosen, make: Any) -> Sequence[Part]:  # noqa: ANN401  # see `make`
    """Make the parts of a stream.

    Args:
        stream: The stream.
        choice: What the job chose.
        make: Makes an :class:`Asking` of a name, a request and the fields of its identity.
    """
    parts = [Part(name, make(name, spec, stream.key)) for name, spec in requests_of(stream).items()]
    if choice.strategy is None or not stream.incremental[choice.strategy].model_fields_set - {"needs"}:
        return parts
    spec = strategy_of(stream, choice.strategy)
    following = make(choice.strategy, spec, spec.identity or stream.key)
    keeps = None if spec.keeps is None else int(spec.keeps.total_seconds() * 1_000_000)
    return [replace(part, following=following, keeps=keeps) if part.name == MAIN else part for part in parts]
