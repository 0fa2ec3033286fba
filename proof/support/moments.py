"""Moments at which a process is ended: the run's own failpoints, and others that are laid around its libraries."""

from __future__ import annotations

import http.client
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import ingest_core
from ingest_core import failpoints

JOB_PARSED = "job parsed"
SENT = "sent, no answer yet"
MERGE_SENT = "merge sent, no answer yet"
METADATA_WRITTEN = "metadata written, row not moved"
ROW_MOVED = "row moved, not committed"
MEETING_SECONDS = 60
LAID = (JOB_PARSED, MERGE_SENT, METADATA_WRITTEN, ROW_MOVED, SENT)

_ARMED_BY = {SENT: "before the commit is sent", MERGE_SENT: "table made on its branch"}


@dataclass(frozen=True)
class Moment:
    """A moment of a run, and what happens then.

    Args:
        name: A failpoint, or one of :data:`LAID`.
        nth: The how manieth time it is reached.
        signals: What the process sends itself, one after the other.
        barrier: Where it meets others, before the signals: it waits until all have come, and until they may go on.
    """

    name: str
    nth: int = 1
    signals: tuple[int, ...] = (signal.SIGKILL,)
    barrier: Barrier | None = None

    def __call__(self) -> None:
        """Lay the trap in this process; it is never taken away."""
        lay(self)


class _Trigger:
    """Counts how often the moment came and ends the process at the right one."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._count = 0
        self.armed = False

    def __call__(self) -> None:
        self._count += 1
        if self._count == self._moment.nth:
            if self._moment.barrier:
                self._moment.barrier.wait(MEETING_SECONDS)  # they have all come
                self._moment.barrier.wait(MEETING_SECONDS)  # and may go on
            for number in self._moment.signals:
                os.kill(os.getpid(), number)


def lay(moment: Moment) -> None:
    """Lay a trap in this process."""
    trigger = _Trigger(moment)
    armed_by = _ARMED_BY.get(moment.name, "before the commit is sent")

    def observe(point: failpoints.Point) -> None:
        trigger.armed = trigger.armed or point == armed_by
        if point == moment.name:
            trigger()

    failpoints.observe(observe)
    if moment.name == JOB_PARSED:
        _before(ingest_core, "plan", trigger)
    elif moment.name in _ARMED_BY:
        _before(http.client.HTTPConnection, "getresponse", _when_armed(trigger))
    elif moment.name in (METADATA_WRITTEN, ROW_MOVED):
        _lay_in_database(moment.name, trigger)


def _lay_in_database(name: str, trigger: _Trigger) -> None:
    from sqlalchemy import Engine, event  # noqa: PLC0415  # the embedded catalog alone has it

    if name == ROW_MOVED:
        event.listen(Engine, "commit", lambda _: _when_armed(trigger)())
        return

    def execute(*arguments: Any) -> None:  # noqa: ANN401  # as the library gives them
        if arguments[2].startswith("UPDATE iceberg_tables"):
            _when_armed(trigger)()

    event.listen(Engine, "before_cursor_execute", execute)


def _when_armed(trigger: _Trigger) -> Callable[[], None]:
    def go() -> None:
        if trigger.armed:
            trigger()

    return go


def _before(owner: Any, name: str, act: Callable[[], None]) -> None:  # noqa: ANN401  # a module or a class
    real = getattr(owner, name)

    def first(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # passes on what it is given
        act()
        return real(*arguments, **named)

    setattr(owner, name, first)
