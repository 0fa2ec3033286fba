"""A container that runs an orchestrator, started by the command of docs/image.md as a reader types it."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from e2e.support.containers import LABEL, LOOPBACK, Stage, host_port, wait_ready
from e2e.support.page import Shell, Shown

if TYPE_CHECKING:
    from pathlib import Path

    from docker.models.containers import Container

TYPED_NAME = "--name ingestion "
"""What the page's command calls the container, which can be there but once."""
CLOSED = "--user 12345:0 --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges"
"""How docs/image.md starts a container that may change nothing but its mounts, and can gain no right."""
STOP_SECONDS = 10
"""Docker's own patience before it kills."""


@dataclass(frozen=True)
class Orchestrated:
    """An orchestrator in a container.

    Args:
        container: The container.
        stage: Where it runs.
        port: Where it answers in there.
    """

    container: Container = field(repr=False)
    stage: Stage = field(repr=False)
    port: int

    @property
    def address(self) -> str:
        """Where its page is now, without a path: each start gives it another port."""
        return f"http://{LOOPBACK}:{host_port(self.container, self.port)}"

    @property
    def log(self) -> str:
        """All that it told so far."""
        text: bytes = self.container.logs()
        return text.decode()

    def events(self, name: str, **of: str) -> list[dict[str, Any]]:
        """Give the events that it logged so far, the oldest first.

        Args:
            name: The events' name.
            of: What they say besides, such as their service.
        """
        told = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [each for each in told if each.get("event") == name and of.items() <= each.items()]

    def wait_ready(self, times: int = 1) -> None:
        """Wait until it says that it is ready.

        Args:
            times: How often it has said so by then: once for each start.
        """
        wait_ready(self.container, lambda: len(self.events("orchestrator_ready")) >= times)

    def run(self, *command: str) -> str:
        """Run a command in the container to its end; gives what it told.

        Raises:
            RuntimeError: It fails.
        """
        code, told = self.container.exec_run(list(command))
        if code:
            raise RuntimeError(f"{' '.join(command)} ends with {code}: {told.decode()}")
        return str(told.decode())

    def kill(self, command: str) -> None:
        """Kill the processes in the container whose command line begins in a way, without warning.

        Args:
            command: How, as a regular expression.
        """
        named = 'tr "\\0" " " < "$each/cmdline" 2>/dev/null | grep --quiet -E "^$0"'
        self.run(
            "bash", "-c", f'for each in /proc/[0-9]*; do if {named}; then kill -9 "${{each#/proc/}}"; fi; done', command
        )

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


def type_start(shown: Shown, folder: Path, image: str, stage: Stage, options: str = "") -> Orchestrated:
    """Type the page's command that starts an orchestrator, and give the container without waiting for anything.

    Args:
        shown: The orchestrator.
        folder: Where it is typed: a home folder.
        image: The image.
        stage: Its network, where servers are, and which removes the container in the end.
        options: More options of ``docker run``.

    Raises:
        RuntimeError: Docker refuses it.
    """
    command, port = shown.start_command(), f"-p {LOOPBACK}:{shown.port}:{shown.port}"
    assert TYPED_NAME in command
    assert port in command
    name = f"--name {stage.network.name}-{secrets.token_hex(4)} "
    command = command.replace(TYPED_NAME, name).replace(port, f"-p {LOOPBACK}::{shown.port}")
    labelled = f"--label {LABEL}={stage.run} {options}"
    done = Shell(folder, image, str(stage.network.name), labelled).type(command)
    if done.returncode:
        raise RuntimeError(f"docker refuses {command!r}: {done.stderr}")
    return Orchestrated(stage.client.containers.get(done.stdout.strip()), stage, shown.port)
