"""Takes what the containers of a stage hold, before they are removed: logs, an S3 server's files, Nessie's contents."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from e2e.support import nessie, objectstore
from e2e.support.canaries import left_by_servers
from e2e.support.containers import LOOPBACK, Stage, host_port

if TYPE_CHECKING:
    from docker.models.containers import Container

    from e2e.support.canaries.evidence import Evidence


@contextlib.contextmanager
def keeping(stage: Stage) -> Iterator[None]:
    """Keep what a stage's containers hold, at the end, unless that was searched already."""
    evidence = stage.evidence
    if evidence is None:
        yield
        return
    evidence.live.append(stage)
    yield
    if stage in evidence.live:
        evidence.live.remove(stage)
        take(stage, evidence)


def take(stage: Stage, evidence: Evidence) -> None:
    """Keep what a stage's containers hold. A server is known by the port that it publishes.

    Args:
        stage: With all its containers, running or not.
        evidence: Where it is kept.
    """
    for container in stage.containers():
        evidence.keep_log(container)
        if _publishes(container, objectstore.PORT):
            for path, data in left_by_servers.files_of(container, objectstore.FOLDER):
                evidence.keep("s3", path, data)
        if _publishes(container, nessie.PORT):
            _take_contents(container, evidence)


def _take_contents(container: Container, evidence: Evidence) -> None:
    if container.status == "running":
        for name, data in left_by_servers.contents_of(f"http://{LOOPBACK}:{host_port(container, nessie.PORT)}"):
            evidence.keep("nessie", name, data)
    elif not _forgets(container):
        evidence.missing.append(f"the contents of {container.name}: it is {container.status}; mend: start it again")


def _publishes(container: Container, port: int) -> bool:
    return f"{port}/tcp" in (container.attrs["HostConfig"]["PortBindings"] or {})


def _forgets(container: Container) -> bool:
    """Tell whether nothing is left of a Nessie server's contents once it stands still."""
    return any(setting.endswith("=IN_MEMORY") for setting in container.attrs["Config"]["Env"])
