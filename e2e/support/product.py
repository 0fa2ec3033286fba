"""Runs the product's image on a home folder, as a user would with ``docker run --rm``."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docker.errors import NotFound

from e2e.support.containers import LABEL, Stage
from e2e.support.home import Home

if TYPE_CHECKING:
    from docker.models.containers import Container

RUN = ("run", "--config", "/app/jobs/acme/flights.yaml", "--mode", "self_hosted")
MOUNTS = {
    "connectors": "ro",
    "assets": "ro",
    "jobs": "rw",
    "configs": "rw",
    "secrets": "rw",
    "state": "rw",
    "data": "ro",
}
RUN_SECONDS = 300
NONE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Result:
    """What a run left on its two streams, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The report: the one JSON object on standard output."""
        report: dict[str, Any] = json.loads(self.stdout)
        return report

    @property
    def events(self) -> list[dict[str, Any]]:
        """The log: one JSON object a line on standard error."""
        return [json.loads(line) for line in self.stderr.splitlines()]

    def rows(self) -> Mapping[str, int]:
        """Give the rows committed by object."""
        return {entry["name"]: entry["rows"] for entry in self.report["objects"]}


class Product:
    """The image, on the stage.

    Args:
        stage: The network with the servers.
        image: The image's name.
    """

    def __init__(self, stage: Stage, image: str) -> None:
        self._stage = stage
        self.image = image
        if stage.evidence:
            stage.evidence.images.add(image)

    def run(self, home: Home, arguments: Sequence[str] = RUN, options: Mapping[str, Any] = NONE) -> Result:
        """Run a command on a home folder to its end.

        Args:
            home: Mounted under ``/app``, folder by folder.
            arguments: The command's.
            options: Further options of ``docker run``, as the docker package names them.
        """
        with self.started(home, arguments, options) as container:
            exit_code = int(container.wait(timeout=RUN_SECONDS)["StatusCode"])
            stdout = container.logs(stdout=True, stderr=False).decode()
            stderr = container.logs(stdout=False, stderr=True).decode()
        return Result(exit_code, stdout, stderr)

    @contextlib.contextmanager
    def started(
        self, home: Home, arguments: Sequence[str] = RUN, options: Mapping[str, Any] = NONE
    ) -> Iterator[Container]:
        """Start a command on a home folder, and remove its container in the end."""
        volumes = {str(home.path / name): {"bind": f"/app/{name}", "mode": mode} for name, mode in MOUNTS.items()}
        container = self._stage.client.containers.run(
            self.image,
            list(arguments),
            network=self._stage.network.name,
            volumes=volumes,
            labels={LABEL: self._stage.run},
            detach=True,
            **options,
        )
        try:
            yield container
        finally:
            if self._stage.evidence:
                self._stage.evidence.keep_log(container)
            with contextlib.suppress(NotFound):
                container.remove(force=True, v=True)

    def inspect(self) -> dict[str, Any]:
        """Give what the engine knows of the image."""
        attributes: dict[str, Any] = self._stage.client.images.get(self.image).attrs
        return attributes

    def output_of(self, program: str, *arguments: str) -> str:
        """Run another program than the entry point inside the image."""
        output: bytes = self._stage.client.containers.run(
            self.image,
            list(arguments),
            entrypoint=program,
            network_mode="none",
            remove=True,
            labels={LABEL: self._stage.run},
        )
        return output.decode()
