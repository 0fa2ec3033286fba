"""A service that is kept running: started again when it ends, with pauses that grow, unless it ends too often."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest_cli.supervision.child import Child, ending
from ingest_cli.supervision.patience import Patience
from ingest_cli.supervision.telling import Telling

if TYPE_CHECKING:
    from ingest_core.plugin import Service


NOT_STARTED = 127
"""The code of what could not be started, as shells have it."""


class GaveUpError(Exception):
    """A service or a preparation cannot be brought to do its work; says which, and why."""


class Watched:
    """One service.

    Args:
        service: It.
        start: Starts its process.
        telling: Is told what becomes of it.
        patience: How long to wait for what.
    """

    def __init__(
        self, service: Service, start: Callable[[Service], Child], telling: Telling, patience: Patience
    ) -> None:
        self.service = service
        self.child: Child | None = None
        """Its process, while it runs."""
        self.is_healthy = False
        """Whether it does its work, as far as was last heard."""
        self.life = 0
        """How often it was started."""
        self._start_it, self._telling, self._patience = start, telling, patience
        self._heard = (0, False)
        self._since = self._start_at = 0.0
        self._is_settled = self._is_told = False
        self._deaths: deque[float] = deque()

    def note(self, life: int, *, healthy: bool) -> None:
        """Note, from the thread that asks, whether it is healthy in that life of it."""
        self._heard = (life, healthy)

    def look(self) -> None:
        """Take up what happened to it, and start it where that is due.

        Raises:
            GaveUpError: It has died for good.
        """
        now = time.monotonic()
        if self.child is None:
            if now >= self._start_at:
                self._start(now)
        elif (code := self.child.code()) is not None:
            self._ended(code, now, ending(code))
        else:
            self._look_at_health(now)

    def _start(self, now: float) -> None:
        self.life += 1
        self._telling.info("service_started", service=self.service.name)
        try:
            self.child = self._start_it(self.service)
        except OSError as error:  # no memory, no process left: a death like any other, and no reason for the others'
            self._ended(NOT_STARTED, now, f"it cannot be started: {error.strerror}")
            return
        self.is_healthy = self._is_settled = self._is_told = False
        self._since = now

    def _look_at_health(self, now: float) -> None:
        healthy = self._heard == (self.life, True)
        if healthy != self.is_healthy:
            if healthy:
                self._telling.info("service_healthy", service=self.service.name, seconds=round(now - self._since, 1))
            self.is_healthy, self._since, self._is_told = healthy, now, False
        if healthy and now - self._since >= self._patience.settled:
            self._is_settled = True
        if not healthy and not self._is_told and now - self._since >= self._patience.unhealthy:
            self._telling.warning("service_unhealthy", service=self.service.name, seconds=round(now - self._since, 1))
            self._is_told = True

    def _ended(self, code: int, now: float, reason: str) -> None:
        self.child, self.is_healthy = None, False
        if self._is_settled:
            self._deaths.clear()
        self._deaths.append(now)
        while now - self._deaths[0] > self._patience.deaths_within:
            self._deaths.popleft()
        name = self.service.name
        if len(self._deaths) >= self._patience.deaths:
            self._telling.error("service_ended", service=name, code=code, reason=reason)
            minutes = f"{self._patience.deaths_within / 60:g} minutes"
            raise GaveUpError(
                f"the service {name!r} ended {len(self._deaths)} times within {minutes}, at last with {reason}"
                ": what it said stands above"
            )
        pause = min(self._patience.again_at_most, self._patience.again * 2.0 ** (len(self._deaths) - 1))
        self._start_at = now + pause
        self._telling.warning("service_ended", service=name, code=code, reason=reason, again_in=pause)
