"""The services of a deployment: their command lines, their variables, and how it is seen that they do their work."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest_core.plugin import Launch, Seldom, Service

from ingest_airflow.instance import PORT, SERVER_VARIABLE
from ingest_airflow.services.health import page_answers, service_beats, service_is_live
from ingest_airflow.services.lines import api_server_line, dag_processor_line, scheduler_line, triggerer_line

_HELD = (15.0, 0.5)
"""Seconds for which a yes and a no from the page's server hold; services tell every five seconds that they live."""
_HELD_OF_A_PROCESS = (300.0, 5.0)
"""Seconds for which they hold where a process finds the answer, which costs it seconds of a processor."""


@dataclass(frozen=True)
class Parts:
    """What the services of one deployment share, and they themselves.

    Args:
        launch: What is to be started.
        environment: Their variables.
        page: Host and port at which the page's server is reached.
        since: When it all began, in seconds since 1970.
    """

    launch: Launch
    environment: Mapping[str, str]
    page: tuple[str, int]
    since: float

    def api_server(self) -> Service:
        """Give the service of the page."""
        line = api_server_line(self.launch.host, self.launch.port or PORT)
        healthy = Seldom(functools.partial(page_answers, self.page), *_HELD)
        # Runs tell it how they ended.
        return Service("api-server", line, self.environment, healthy, outlives=True)

    def scheduler(self) -> Service:
        """Give the service that starts runs when they are due."""
        return self._service("scheduler", scheduler_line(alone=self._is_alone))

    def dag_processor(self) -> Service:
        """Give the service that makes DAGs of the runner file."""
        return self._service("dag-processor", dag_processor_line())

    def triggerer(self) -> Service:
        """Give the service that waits in the place of tasks."""
        return self._service("triggerer", triggerer_line(alone=self._is_alone))

    @property
    def _is_alone(self) -> bool:
        return self.launch.only is not None

    def _service(self, name: str, line: Sequence[str]) -> Service:
        if self._is_alone and not os.environ.get(SERVER_VARIABLE):
            healthy = Seldom(functools.partial(service_is_live, name, self.environment), *_HELD_OF_A_PROCESS)
        else:
            healthy = Seldom(functools.partial(service_beats, self.page, name, self.since), *_HELD)
        return Service(name, line, self.environment, healthy)
