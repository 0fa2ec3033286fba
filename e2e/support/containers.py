"""Starts servers in containers on a network of their own, and removes all of it at the end."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import docker
from docker.errors import NotFound

from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from docker.models.containers import Container
    from docker.models.networks import Network

    from e2e.support.canaries.evidence import Evidence

LABEL = "ingest-e2e"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """What to start.

    Args:
        alias: Its host name on the network.
        image: The image.
        ports: Ports of the container that get a free port on the host's loopback address.
        command: The arguments.
        environment: The variables.
    """

    alias: str
    image: str
    ports: Sequence[int]
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class Stage:
    """A network with the containers on it; its names are unique to the run.

    Args:
        network: The network.
        run: The run's token; labels everything it starts.
        evidence: Keeps the logs of containers that are removed.
    """

    def __init__(self, network: Network, run: str, evidence: Evidence | None = None) -> None:
        self.network = network
        self.run = run
        self.evidence = evidence
        self.client = docker.from_env()

    @property
    def gateway(self) -> str:
        """The host's address on the network, by which containers reach what listens there."""
        self.network.reload()
        return str(self.network.attrs["IPAM"]["Config"][0]["Gateway"])

    def start(self, server: Server) -> Container:
        """Start a server and leave it running until the stage is removed."""
        name = str(self.network.name)
        return self.client.containers.run(
            server.image,
            list(server.command),
            name=f"{name}-{server.alias}",
            environment=dict(server.environment),
            ports={f"{port}/tcp": (LOOPBACK, None) for port in server.ports},
            network=name,
            networking_config={name: self.client.api.create_endpoint_config(aliases=[server.alias])},
            labels={LABEL: self.run},
            detach=True,
        )

    def containers(self) -> list[Container]:
        """Give every container of this run, also those that ended."""
        found: list[Container] = self.client.containers.list(all=True, filters={"label": f"{LABEL}={self.run}"})
        return found

    def remove(self) -> None:
        """Remove every container of this run, then the network."""
        for container in self.containers():
            with contextlib.suppress(NotFound):
                container.remove(force=True, v=True)
        self.network.remove()


@contextlib.contextmanager
def stage(*, keep: bool, evidence: Evidence | None = None) -> Iterator[Stage]:
    """Make a network for a run's containers.

    Args:
        keep: Leave network and containers behind, for a look at them.
        evidence: Keeps the logs of containers that are removed.
    """
    run = secrets.token_hex(4)
    client = docker.from_env()
    built = Stage(client.networks.create(f"ingest-e2e-{run}", labels={LABEL: run}), run, evidence)
    try:
        yield built
    finally:
        if not keep:
            built.remove()


def host_port(container: Container, port: int) -> int:
    """Give the host's port that leads to a container's port, once the engine has bound it."""

    def bound() -> bool:
        container.reload()
        return bool(container.ports.get(f"{port}/tcp"))

    wait_until(bound, f"port {port} of {container.name} is bound", 30)
    return int(container.ports[f"{port}/tcp"][0]["HostPort"])


def wait_ready(container: Container, ready: Callable[[], bool]) -> None:
    """Wait until a server is ready, and show its log if it ends or takes too long.

    Args:
        container: Where it runs.
        ready: Asks it.

    Raises:
        RuntimeError: It ended or did not become ready; the message ends with its log.
    """

    def ready_or_ended() -> bool:
        container.reload()
        return container.status == "exited" or ready()

    with contextlib.suppress(TimeoutError):
        wait_until(ready_or_ended, f"{container.name} is ready")
        if container.status != "exited":
            return
    raise RuntimeError(f"{container.name} is {container.status} and not ready:\n{container.logs(tail=60).decode()}")
