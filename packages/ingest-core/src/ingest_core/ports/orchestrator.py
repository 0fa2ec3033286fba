"""What an orchestrator gives the command that starts it: what runs first, what is kept running, where it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Service:
    """A process that goes on until somebody stops it.

    Args:
        name: What it is called: in the log, and by who starts it alone.
        argv: Its command line.
        environment: Variables that it has beside those of the command.
        is_healthy: Tells whether it does its work. Asked again and again, from one thread; takes a few seconds at most.
            Whatever it raises means "not yet".
        outlives: Whether the others tell it how they ended: it is asked to end when they have, or some seconds later.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    is_healthy: Callable[[], bool]
    outlives: bool = False


@dataclass(frozen=True)
class Preparation:
    """A process that ends by itself, and must end well, before any service starts: a database is migrated, for one.

    Args:
        name: What it is called in the log.
        argv: Its command line.
        environment: Variables that it has beside those of the command.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Launch:
    """What is to be started.

    Args:
        runner_file: The runner file, without a fault; an absolute path.
        home: The home folder, whose ``state/`` holds what the orchestrator keeps.
        concurrency_per_tenant: Runs of one tenant at once.
        database: A PostgreSQL server's URL in which the orchestrator keeps its records; ``None`` for files below
            ``state/``. It may hold a password: hand it to processes by their environment only.
        host: The address at which the page answers, such as ``0.0.0.0``.
        port: The port at which it does; ``None`` for the orchestrator's own.
        only: The one service that is started, where it is not all of them.
    """

    runner_file: Path
    home: Path
    concurrency_per_tenant: int = 1
    database: str | None = None
    host: str = "127.0.0.1"
    port: int | None = None
    only: str | None = None


@dataclass(frozen=True)
class Deployment:
    """What the command starts, in this order, and watches.

    Args:
        services: What is kept running. Each is started when those before it are healthy.
        address: Where a person finds its page, as seen from the machine it runs on; ``None`` where none of the
            services has one.
        preparations: What is done before, one after the other.
    """

    services: Sequence[Service]
    address: str | None
    preparations: Sequence[Preparation] = field(default_factory=tuple)


class Orchestrator(Protocol):
    """An orchestrator, found by entry point (``ingest.orchestrators``); the entry point names such an object."""

    @property
    def services(self) -> Sequence[str]:
        """The names of its services, in the order in which they start."""

    def deployment(self, launch: Launch) -> Deployment:
        """Write what its processes read (below ``state/``, without a secret), and tell how they are started.

        Called once, in the process of the command, which holds no more in memory than it must: heavy libraries are
        imported by the processes, not here.

        Raises:
            JobError: A person must mend something, such as a file of settings.
        """
