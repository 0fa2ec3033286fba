"""How far a run is, as its events tell: what a view of it is made of. Knows nothing of terminals."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_core import Report, RunEvent


@dataclass
class ObjectProgress:
    """How far one object is.

    Args:
        name: The object.
        status: ``waiting``, ``opening``, ``reading``, ``committing``, then what became of it.
        rows: Rows read, later those committed.
        files: Data files committed.
        size: Bytes of the rows in memory, later those of the data files.
        splits: Parts of the source that are read.
        splits_done: Those that are read to their end.
        source_size: Bytes of the source that they cover; 0 where nobody knows.
        source_done: Those of the parts that are read to their end.
        began: When reading began, on a clock of the view's.
        seconds: How long it took, once that is settled.
    """

    name: str
    status: str = "waiting"
    rows: int = 0
    files: int = 0
    size: int = 0
    splits: int = 0
    splits_done: int = 0
    source_size: int = 0
    source_done: int = 0
    began: float = 0.0
    seconds: float | None = None
    rows_of: Counter[int] = field(default_factory=Counter)
    rows_done: int = 0

    @property
    def is_running(self) -> bool:
        """Whether it goes on now."""
        return self.status in ("opening", "reading", "committing")

    @property
    def source_read(self) -> int:
        """Bytes of the source that are read: of a part that is being read as many as its rows would take elsewhere."""
        if not self.rows_done:
            return self.source_done
        under_way = self.rows - self.rows_done
        return min(self.source_size, self.source_done + under_way * self.source_done // self.rows_done)

    @property
    def fraction(self) -> float | None:
        """How much of it is read, from 0 to 1; ``None`` where nobody knows."""
        if self.splits and self.splits_done == self.splits:
            return 1.0
        return self.source_read / self.source_size if self.source_size and self.rows_done else None

    def rows_per_second(self, now: float) -> float | None:
        """Give the rate since reading began; ``None`` before there is one."""
        return self.rows / (now - self.began) if self.rows and now > self.began else None

    def seconds_left(self, now: float) -> float | None:
        """Guess how long reading goes on, from how long it took so far; ``None`` where nobody knows."""
        if not self.fraction or self.status != "reading":
            return None
        return (now - self.began) * (1 - self.fraction) / self.fraction


class RunProgress:
    """Follows the events of a run, from whichever threads they come.

    Args:
        names: Its objects, in their order.
        clock: Seconds, from anywhere.
    """

    def __init__(self, names: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._objects = {name: ObjectProgress(name) for name in names}
        self._clock = clock
        self._lock = threading.Lock()

    @property
    def objects(self) -> list[ObjectProgress]:
        """All objects, in their order."""
        return list(self._objects.values())

    def now(self) -> float:
        """Give the time on the clock by which objects began."""
        return self._clock()

    def observe(self, event: RunEvent) -> None:
        """Take one event."""
        with self._lock:
            found = self._objects.setdefault(event.name, ObjectProgress(event.name))
            _FOLLOWED[event.kind](found, event, self._clock())

    def settle(self, report: Report) -> None:
        """Take what became of every object, also of those that events say nothing of."""
        for told in report.objects:
            _settle(self._objects.setdefault(told.name, ObjectProgress(told.name)), told)


def _begin(found: ObjectProgress, event: RunEvent, now: float) -> None:
    del event
    found.status, found.began = "opening", now


def _begin_reading(found: ObjectProgress, event: RunEvent, now: float) -> None:
    """Begin, perhaps once more: then nothing of what was read before counts."""
    fresh = ObjectProgress(
        found.name, "reading", splits=event.splits, source_size=event.size, began=now, files=found.files
    )
    found.__dict__.update(fresh.__dict__)


def _read(found: ObjectProgress, event: RunEvent, now: float) -> None:
    del now
    found.rows += event.rows
    found.size += event.size
    found.rows_of[event.split] += event.rows


def _end_split(found: ObjectProgress, event: RunEvent, now: float) -> None:
    del now
    found.splits_done += 1
    found.source_done += event.size
    found.rows_done += found.rows_of.pop(event.split, 0)
    if found.splits_done == found.splits:
        found.status = "committing"


def _commit(found: ObjectProgress, event: RunEvent, now: float) -> None:
    del now
    found.files += event.files


def _finish(found: ObjectProgress, event: RunEvent, now: float) -> None:
    del now
    if event.report:
        _settle(found, event.report)


def _settle(found: ObjectProgress, told: object) -> None:
    for name in ("status", "rows", "files", "size", "seconds"):
        setattr(found, name, getattr(told, name))


_FOLLOWED: dict[str, Callable[[ObjectProgress, RunEvent, float], None]] = {
    "object_started": _begin,
    "reading_started": _begin_reading,
    "rows_read": _read,
    "split_finished": _end_split,
    "committed": _commit,
    "object_finished": _finish,
}
