"""Brings services up in order, keeps them up, and takes them down again. Knows no orchestrator."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ingest_cli.outcome import FAILURE, SUCCESS
from ingest_cli.supervision.asking import Asking
from ingest_cli.supervision.child import Child, ending
from ingest_cli.supervision.patience import Patience
from ingest_cli.supervision.stop_signals import StopSignals
from ingest_cli.supervision.telling import Telling
from ingest_cli.supervision.tree_memory import tree_memory
from ingest_cli.supervision.watched import GaveUpError, Watched

if TYPE_CHECKING:
    from ingest_core import Redactor
    from ingest_core.plugin import Deployment, Preparation, Service


class _StopAskedError(Exception):
    """Somebody asked for a stop."""


def supervise(
    deployment: Deployment,
    redactor: Redactor,
    telling: Telling,
    environment: Mapping[str, str],
    patience: Patience | None = None,
) -> int:
    """Keep the services of a deployment running until a stop is asked for (SIGTERM, SIGINT, SIGHUP).

    To be called in the main thread, which signals reach.

    Args:
        deployment: What is started.
        redactor: Masks what processes say.
        telling: Is told of everything.
        environment: Variables that all processes have beside those of the command, and before their own.
        patience: How long to wait for what.

    Returns:
        The exit code: 0 when it was asked to stop after all services had been healthy; 2 when a preparation failed,
        a service did not become healthy or died for good, or the stop came before.
    """
    common = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}

    def start(what: Service | Preparation) -> Child:
        return Child(what.argv, {**common, **what.environment}, redactor, partial(telling.line, what.name))

    with StopSignals() as stops:
        return _Supervisor(deployment, start, telling, (patience or Patience(), stops)).run()


class _Supervisor:
    """A deployment on its way.

    Args:
        deployment: It.
        start: Starts a process of it.
        telling: Is told of everything.
        pace: How long to wait for what, and what ends every wait.
    """

    def __init__(
        self,
        deployment: Deployment,
        start: Callable[[Service | Preparation], Child],
        telling: Telling,
        pace: tuple[Patience, StopSignals],
    ) -> None:
        self._deployment, self._start, self._telling = deployment, start, telling
        self._patience, self._stops = pace
        self._watched = [Watched(each, start, telling, self._patience) for each in deployment.services]
        self._begun: list[Watched] = []
        self._preparing: Child | None = None

    def run(self) -> int:
        code = FAILURE
        try:
            self._prepare()
            with Asking(self._watched, self._patience.ask):
                self._begin()
                self._tell_ready()
                code = SUCCESS
                while True:
                    self._look()
        except _StopAskedError:
            self._telling.info("orchestrator_stopping")
        except GaveUpError as error:
            code = FAILURE
            self._telling.error("orchestrator_failed", error=str(error))
        finally:
            self._end()
        return code

    def _prepare(self) -> None:
        for each in self._deployment.preparations:
            self._telling.info("preparation_started", preparation=each.name)
            self._preparing = self._prepared(each)
            while (code := self._preparing.code()) is None:
                self._look()
            self._preparing = None
            if code:
                raise GaveUpError(f"the preparation {each.name!r} ended with {ending(code)}: what it said stands above")

    def _prepared(self, what: Preparation) -> Child:
        try:
            return self._start(what)
        except OSError as error:
            raise GaveUpError(f"the preparation {what.name!r} cannot be started: {error.strerror}") from error

    def _begin(self) -> None:
        """Start each service once those before it are healthy."""
        for each in self._watched:
            self._begun.append(each)
            until = time.monotonic() + self._patience.healthy
            while not each.is_healthy:
                if time.monotonic() >= until:
                    within = f"within {self._patience.healthy:g} s"
                    raise GaveUpError(f"the service {each.service.name!r} did not become healthy {within}")
                self._look()

    def _look(self) -> None:
        """Wait a moment, then take up what happened."""
        for each in self._begun:
            each.look()
        self._stops.wait(self._patience.look)
        if self._stops.count:
            raise _StopAskedError

    def _tell_ready(self) -> None:
        memory = {each.service.name: tree_memory(each.child.pid) for each in self._watched if each.child}
        address = {"address": self._deployment.address} if self._deployment.address else {}
        self._telling.info("orchestrator_ready", **address, memory_mb=memory)

    def _end(self) -> None:
        """End all that runs, last started first: asked, then killed; at once where a stop is asked for again."""
        left, heard, asked = self._running(), self._stops.count, time.monotonic()

        def is_over(seconds: float) -> bool:
            return time.monotonic() - asked >= seconds or self._stops.count > heard

        lasting = {each.service.name: left.pop(each.service.name) for each in self._begun if self._outlives(each, left)}
        self._ask_to_end(left)
        self._await(left, lambda: not lasting or is_over(self._patience.outlived))
        self._ask_to_end(lasting)
        left |= lasting
        self._await(left, lambda: is_over(self._patience.ended))
        for name, child in reversed(left.items()):
            self._telling.warning("service_killed", service=name)
            child.kill()
        killed = time.monotonic()
        self._await(left, lambda: time.monotonic() - killed >= self._patience.killed)
        for name in left:
            self._telling.error("service_left", service=name)
        self._telling.info("orchestrator_stopped")

    @staticmethod
    def _outlives(watched: Watched, left: Mapping[str, Child]) -> bool:
        return watched.service.outlives and watched.service.name in left

    @staticmethod
    def _ask_to_end(children: Mapping[str, Child]) -> None:
        for child in reversed(list(children.values())):
            child.end()

    def _running(self) -> dict[str, Child]:
        found = {each.service.name: each.child for each in self._begun if each.child}
        return {**found, "preparation": self._preparing} if self._preparing else found

    def _await(self, left: dict[str, Child], is_over: Callable[[], bool]) -> None:
        """Wait until all that is left has ended, which is taken out, or until it is over."""
        while left and not is_over():
            self._stops.wait(self._patience.look / 2)
            for name in [name for name, child in left.items() if child.code() is not None]:
                del left[name]
