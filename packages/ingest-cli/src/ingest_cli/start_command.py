"""``ingest start``: keep an orchestrator running, which starts jobs when they are due."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest_cli.job_options import HOME, LOG_FORMAT
from ingest_cli.lean_import import import_structlog
from ingest_cli.masking import masked
from ingest_cli.port import PORT
from ingest_cli.session import FAILURE, log_format_of

if TYPE_CHECKING:
    from ingest_cli.masking import Masking


@dataclass(frozen=True)
class _Asked:
    """What the command line says."""

    runner_config: Path
    home: Path | None
    only: str | None
    host: str | None
    port: int | None
    log_format: str | None


@click.group("start")
def start_command() -> None:
    """Keep running what starts jobs when they are due."""


@start_command.command(
    "orchestrated", epilog="Example: ingest start orchestrated --runner-config examples/configs/runner.yaml"
)
@click.option("--runner-config", required=True, type=click.Path(path_type=Path), help="The runner file.")
@HOME
@click.option("--only", metavar="SERVICE", help="One service of the orchestrator alone; the others run elsewhere.")
@click.option(
    "--host",
    envvar="INGEST_HOST",
    help="The address at which the page answers. Default: 127.0.0.1; in the image 0.0.0.0.",
)
@click.option("--port", type=PORT, envvar="INGEST_PORT", help="The page's port. Default: the orchestrator's own.")
@LOG_FORMAT
def orchestrated_command(**said: object) -> int:
    """Start the orchestrator that a runner file names, and keep it running until a stop is asked for.

    Every fault of the runner file and of its jobs is told before anything starts. All that the services say goes to
    stderr, masked. Exit code: 0 when it was stopped by SIGTERM or Ctrl-C after all services had been healthy, 2 when
    it could not be started or a service died for good.
    """
    asked = _Asked(**said)  # type: ignore[arg-type]  # click gives what the options above declare
    import_structlog()
    masking = masked()
    from ingest_core import IngestError, configure_logging  # noqa: PLC0415  # heavy; --help does without

    configure_logging("info", log_format_of(asked.log_format), masking.redactor)
    try:
        return _start(asked, masking)
    except IngestError as error:
        click.echo(str(error), err=True)
        return FAILURE


def _start(asked: _Asked, masking: Masking) -> int:
    """Start what the runner file says.

    Raises:
        IngestError: Something must be mended first, or runs already.
    """
    from ingest_core import Redactor, service_locks  # noqa: PLC0415  # as above

    from ingest_cli.orchestrators import begun, find_orchestrator, services_of  # noqa: PLC0415  # as above
    from ingest_cli.supervision import Telling, supervise  # noqa: PLC0415  # as above

    redactor = masking.redactor or Redactor()
    ready = begun(asked.runner_config, asked.home, redactor)
    orchestrator = find_orchestrator(ready.orchestrator)
    services = services_of(orchestrator, ready.orchestrator, asked.only)
    with service_locks(ready.home, services, [ready.orchestrator]):
        deployment = orchestrator.deployment(ready.launch(_host(asked), asked.port, asked.only))
        telling = Telling(log_format_of(asked.log_format))
        code = supervise(deployment, redactor, telling, {"INGEST_TENANT_LIMIT": str(ready.concurrency_per_tenant)})
        if not telling.is_told():
            # Whoever reads stderr has stopped to, and whatever ends Python in good order would wait for that.
            os._exit(code)
    return code


def _host(asked: _Asked) -> str:
    """Give the address at which the page answers: in a container its own loopback would be of no use to anybody."""
    return asked.host or ("0.0.0.0" if os.environ.get("INGEST_IN_CONTAINER") else "127.0.0.1")  # noqa: S104  # as said
