"""Finds the orchestrator that a runner file names, and what of the file it needs. Knows none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest_core import (
    IngestError,
    JobError,
    Plan,
    Redactor,
    RunnerPlan,
    Secret,
    job_secrets,
    load_job,
    plan,
    plan_runner,
)
from ingest_core.plugin import Launch, Orchestrator

GROUP = "ingest.orchestrators"


@dataclass(frozen=True)
class Begun:
    """What of a runner file is needed once its jobs were checked; the plans of many jobs need not stay in memory.

    Args:
        runner_file: The file, whole.
        home: The home folder.
        orchestrator: Which orchestrator starts the jobs.
        concurrency_per_tenant: Runs of one tenant at once.
        database: Where the orchestrator keeps its records; ``None`` for files.
    """

    runner_file: Path
    home: Path
    orchestrator: str
    concurrency_per_tenant: int
    database: str | None

    def launch(self, host: str, port: int | None, only: str | None) -> Launch:
        """Say what is to be started.

        Args:
            host: The address at which the page answers.
            port: Its port, unless it is the orchestrator's own.
            only: The one service, unless it is all.
        """
        return Launch(self.runner_file, self.home, self.concurrency_per_tenant, self.database, host, port, only)


def begun(runner_file: Path, home: Path | None, redactor: Redactor) -> Begun:
    """Read a runner file with all its jobs, and learn every secret that they name.

    Args:
        runner_file: The file.
        home: The home folder, if it is said.
        redactor: Learns the secrets.

    Raises:
        JobError: Something is wrong with the file or a job; carries every fault.
    """
    planned = plan_runner(runner_file, home)
    database = planned.database_url()
    for secret in _secrets(planned, database):
        redactor.add(secret)
    orchestrator = planned.spec.orchestrator
    return Begun(planned.file, planned.home, orchestrator.type, orchestrator.concurrency_per_tenant, database)


def _secrets(planned: RunnerPlan, database: str | None) -> Iterator[Secret]:
    """Give every secret, each once: what cannot be masked is to be told of once."""
    found = [secret for each in (*planned.plans, *_maintained(planned)) for secret in job_secrets(each)]
    yield from {secret.reveal(): secret for secret in found}.values()
    if database:
        yield Secret(database, "runner.orchestrator.database")
        with suppress(ValueError):  # no URL: whoever opens it says so
            if password := urlsplit(database).password:
                yield from (Secret(form, "the database's password") for form in {password, unquote(password)})


def _maintained(planned: RunnerPlan) -> Iterator[Plan]:
    """Plan the jobs of tenants whose tables are maintained; what is wrong with one is told when its turn comes."""
    for tenant in {each.tenant for each in planned.schedules if each.plan is None}:
        for file in (planned.home / "jobs" / tenant).rglob("*.y*ml"):
            with suppress(IngestError):  # said above
                yield plan(load_job(file, planned.home))


def find_orchestrator(name: str) -> Orchestrator:
    """Find an orchestrator by its entry point.

    Args:
        name: As runner files say it: ``dagster``.

    Raises:
        JobError: It is not installed, or something that it needs is not.
    """
    found = entry_points(group=GROUP)
    install = f"pip install ingest-{name}"
    if name not in found.names:
        raise JobError(f"the orchestrator {name!r} is not installed", install)
    try:
        orchestrator: Orchestrator = found[name].load()
    except ModuleNotFoundError as error:
        raise JobError(f"the orchestrator {name!r} needs {error.name!r}, which is not installed", install) from error
    return orchestrator


def services_of(orchestrator: Orchestrator, name: str, only: str | None) -> Sequence[str]:
    """Name the services that are to run.

    Args:
        orchestrator: Whose they are.
        name: Its name.
        only: The one that is asked for, if it is one alone.

    Raises:
        JobError: It has no such service.
    """
    if only is None:
        return orchestrator.services
    if only not in orchestrator.services:
        close = get_close_matches(only, orchestrator.services, n=1)
        mend = f"did you mean {close[0]!r}?" if close else f"say one of {', '.join(orchestrator.services)}"
        raise JobError(f"--only: {name} has no service {only!r}", mend)
    return [only]
