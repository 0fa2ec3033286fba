"""The services of a deployment: their command lines, their variables, and how it is seen that they do their work."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest_core.plugin import Launch, Seldom, Service, port_answers, reachable

from ingest_dagster.services.health import (
    answers_http,
    daemon_beats,
    daemon_is_live,
    definitions_are_loaded,
)
from ingest_dagster.services.lines import code_server_line, daemon_line, webserver_line

WEB_PORT = 3000
"""Where the page is, unless something else is said."""

_HELD = (20.0, 0.5)
"""Seconds for which a yes and a no from Dagster's records hold; the daemon tells every 30 s that it lives."""
_HELD_OF_A_PROCESS = (300.0, 5.0)
"""Seconds for which they hold where a process finds the answer, which costs it seconds of a processor."""


@dataclass(frozen=True)
class Parts:
    """What the services of one deployment share, and they themselves.

    Args:
        launch: What is to be started.
        environment: Their variables.
        workspace: The file that says where definitions come from.
        code: Host and port at which the code server listens.
        since: When it all began, in seconds since 1970.
        module: What the code server loads.
    """

    launch: Launch
    environment: Mapping[str, str]
    workspace: Path
    code: tuple[str, int]
    since: float
    module: str

    @property
    def page(self) -> tuple[str, int]:
        """Host and port at which this machine reaches the page."""
        return reachable(self.launch.host), self.launch.port or WEB_PORT

    def code_server(self) -> Service:
        """Give the service that loads the definitions, and whose children the runs are."""
        host, port = self.code
        healthy = functools.partial(port_answers, reachable(host), port)
        return Service("code-server", code_server_line(host, port, self.module), self.environment, healthy)

    def webserver(self) -> Service:
        """Give the service of the page."""
        line = webserver_line(self.launch.host, self.page[1], self.workspace)
        # Alone, it shows a page also while the code server is away.
        loaded = Seldom(functools.partial(definitions_are_loaded, *self.page), *_HELD)
        healthy = functools.partial(self._page_is_well, None if self.launch.only else loaded)
        return Service("webserver", line, self.environment, healthy)

    def daemon(self) -> Service:
        """Give the service that starts runs when they are due."""
        if self.launch.only:
            healthy = Seldom(functools.partial(daemon_is_live, self.environment, self.since), *_HELD_OF_A_PROCESS)
        else:
            healthy = Seldom(functools.partial(daemon_beats, *self.page, self.since), *_HELD)
        return Service("daemon", daemon_line(self.workspace), self.environment, healthy)

    def _page_is_well(self, loaded: Seldom | None) -> bool:
        return answers_http(*self.page) and (loaded is None or loaded())
