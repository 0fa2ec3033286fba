"""A container that runs Dagster, started by the command of docs/image.md as a reader types it."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from e2e.support import page
from e2e.support.containers import LABEL, LOOPBACK, Stage, host_port, wait_ready
from e2e.support.dagster_records import Dagster
from e2e.support.page import Shell

if TYPE_CHECKING:
    from pathlib import Path

    from docker.models.containers import Container

PORT = 3000
TYPED_NAME, TYPED_PORT = "--name ingestion ", f"-p {LOOPBACK}:{PORT}:{PORT}"
"""What the page's command says of what can be there but once."""
STOP_SECONDS = 10
"""Docker's own patience before it kills."""

FIRST_FILE = """\
runner:
  mode: orchestrated
  orchestrator:
    type: dagster  # Default orchestrator
    schedules:
      - name: stripe_customers_hourly
        config: /app/jobs/acme/stripe_customers_to_iceberg.yaml
        cron: "0 * * * *"
      - name: hubspot_contacts_daily
        config: /app/jobs/acme/hubspot_contacts_to_iceberg.yaml
        cron: "15 2 * * *"
    concurrency_per_tenant: 1
"""
"""A runner file as a team writes its first one."""


@dataclass(frozen=True)
class Orchestrated:
    """Dagster in a container.

    Args:
        container: The container.
        stage: Where it runs.
    """

    container: Container = field(repr=False)
    stage: Stage = field(repr=False)

    @property
    def dagster(self) -> Dagster:
        """Its web server, where it is now: each start gives it another port."""
        return Dagster(f"http://{LOOPBACK}:{host_port(self.container, PORT)}")

    @property
    def log(self) -> str:
        """All that it told so far."""
        text: bytes = self.container.logs()
        return text.decode()

    def events(self, name: str) -> list[dict[str, Any]]:
        """Give the events of a name that it logged so far, the oldest first."""
        told = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [each for each in told if each.get("event") == name]

    def wait_ready(self, times: int = 1) -> None:
        """Wait until it says that it is ready.

        Args:
            times: How often it has said so by then: once for each start.
        """
        wait_ready(self.container, lambda: len(self.events("orchestrator_ready")) >= times)

    def stop(self) -> tuple[int, float]:
        """Stop it as an operator does; gives its exit code, and the seconds it took."""
        began = time.monotonic()
        self.container.stop(timeout=STOP_SECONDS)
        seconds = time.monotonic() - began
        return int(self.container.wait()["StatusCode"]), seconds

    def back(self) -> None:
        """Start it again, and wait until it is ready."""
        ready = len(self.events("orchestrator_ready"))
        self.container.start()
        self.wait_ready(ready + 1)


def type_start(command: str, folder: Path, image: str, stage: Stage, options: str = "") -> Orchestrated:
    """Type the page's command, and give the container without waiting for anything.

    Args:
        command: The command.
        folder: Where it is typed: a home folder.
        image: The image.
        stage: Its network, where servers are, and which removes the container in the end.
        options: More options of ``docker run``.

    Raises:
        RuntimeError: Docker refuses it.
    """
    assert TYPED_NAME in command
    assert TYPED_PORT in command
    name = f"--name {stage.network.name}-{secrets.token_hex(4)} "
    command = command.replace(TYPED_NAME, name).replace(TYPED_PORT, f"-p {LOOPBACK}::{PORT}")
    labelled = f"--label {LABEL}={stage.run} {options}"
    done = Shell(folder, image, str(stage.network.name), labelled).type(command)
    if done.returncode:
        raise RuntimeError(f"docker refuses {command!r}: {done.stderr}")
    return Orchestrated(stage.client.containers.get(done.stdout.strip()), stage)


def start_command() -> str:
    """Give the page's command that starts it."""
    return page.commands("A schedule")[-1]
