"""Keeps to how often an API may be asked: as declared, and as it says itself."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime

from ingest_core.rest.client.clock import moment_of
from ingest_core.rest.client.stopping import Closing
from ingest_core.rest.definition.answers import RateLimit

LONGEST_PAUSE = 600.0
"""Seconds; who is told to wait longer gives up instead."""


class Pace:
    """Lets requests begin.

    Args:
        limit: As the definition declares.
    """

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._begun: deque[float] = deque(maxlen=limit.requests or 1)
        self._held_until = 0.0

    def wait(self, closing: Closing) -> None:
        """Wait for a turn. All who ask together come one after the other, each in time."""
        while True:
            with self._lock:
                pause = self._pause(time.monotonic())
                if pause <= 0:
                    self._begun.append(time.monotonic())
                    return
            closing.pause(pause)

    def hold(self, seconds: float) -> None:
        """Let nobody begin for so long: one who was refused speaks for all."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Hold everybody where an answer says that nothing is left."""
        names = self._limit.headers
        left = _number(headers.get(names.remaining)) if names else None
        if names is None or left is None or left > 0:
            return
        told = _number(headers.get(names.reset)) if names.reset else None
        seconds = self._limit.per.total_seconds() if told is None else told
        if told is not None and names.reset_is == "epoch":
            seconds = told - time.time()
        if told is not None and names.reset_is == "milliseconds":
            seconds = told / 1000
        self.hold(min(max(seconds, 0.0), LONGEST_PAUSE))

    def _pause(self, now: float) -> float:
        pause = self._held_until - now
        if self._limit.requests and len(self._begun) == self._limit.requests:
            pause = max(pause, self._begun[0] + self._limit.per.total_seconds() - now)
        return pause


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Give the seconds that a refusal asks to wait; ``None`` where it does not say.

    A date is one of the API's own clock, which the same answer tells: ours may go otherwise.

    Source: RFC 9110, section 10.2.3: a number of seconds, or a date.
    """
    said = headers.get("Retry-After")
    if said is None:
        return None
    if (seconds := _number(said)) is not None:
        return max(seconds, 0.0)
    moment = moment_of(said)
    if moment is None:
        return None
    now = moment_of(headers.get("Date")) or datetime.now(UTC)
    return max((moment - now).total_seconds(), 0.0)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
