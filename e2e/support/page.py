"""The commands of docs/image.md, run as a reader types them: in the page's order, in one folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "image.md"
NAME = "our-registry/ingestion:1.0"
"""What the page calls the image."""
_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
_OPTIONS = re.compile(r"^```text\n(--health.*)\n```", re.MULTILINE)
_PART = re.compile(r"^## (.*)\n", re.MULTILINE)
SHIM = '#!/bin/sh\nexec "$@"\n'


@dataclass(frozen=True)
class Shown:
    """An orchestrator, as the page shows it.

    Args:
        heading: The part of the page that tells how it is started.
        image: What that part calls the image with it.
        port: Where it answers.
    """

    heading: str
    image: str
    port: int

    def commands(self) -> list[str]:
        """List the part's commands, without those that build an image."""
        return commands(self.heading)

    def start_command(self) -> str:
        """Give the command that starts it."""
        (found,) = (each for each in self.commands() if "docker run -d" in each)
        return found

    def before_start(self) -> list[str]:
        """List what the part shows before that command."""
        shown = self.commands()
        return shown[: shown.index(self.start_command())]

    def after_start(self) -> list[str]:
        """List what it shows behind that command."""
        shown = self.commands()
        return shown[shown.index(self.start_command()) + 1 :]

    def health_options(self) -> str:
        """Give the options by which docker asks a container with it whether it is well."""
        (found,) = _OPTIONS.findall(_parts()[self.heading])
        return str(found)


DAGSTER = Shown("A schedule", "our-registry/ingestion-dagster:1.0", 3000)
AIRFLOW = Shown("A schedule under Airflow", "our-registry/ingestion-airflow:1.0", 8080)
_IMAGES = (NAME, DAGSTER.image, AIRFLOW.image)


def commands(*parts: str) -> list[str]:
    """List the commands of parts of the page, without those that build an image.

    Args:
        parts: Their headings.
    """
    by_heading = _parts()
    shown = [block for part in parts for block in _BLOCK.findall(by_heading[part])]
    return [block for block in shown if not block.startswith("nox -s image")]


def _parts() -> dict[str, str]:
    _, *split = _PART.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(split[::2], split[1::2], strict=True))


class Shell:
    """A shell in a folder, for which the page's image is the one that is tested.

    Args:
        folder: Where commands are typed.
        image: The image's id.
        network: A network to run containers on; by default docker's own.
        options: More options of ``docker run``.
    """

    def __init__(self, folder: Path, image: str, network: str | None = None, options: str = "") -> None:
        self.folder, self._image = folder, image
        self._run = " ".join(["docker run", *([f"--network {network}"] if network else []), options, ""])

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        text = command.replace("docker run ", self._run)
        for name in _IMAGES:
            text = text.replace(name, self._image)
        line = ["bash", "-euo", "pipefail", "-c", text]
        environment = {**os.environ, "PATH": f"{_with_sudo(self.folder)}{os.environ['PATH']}"}
        return subprocess.run(line, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # the page's own lines


def _with_sudo(folder: Path) -> str:
    """Give root a `sudo` where there is none: a folder for the front of the PATH."""
    if shutil.which("sudo") or os.geteuid() != 0:
        return ""
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "sudo").write_text(SHIM, encoding="ascii")
    (tools / "sudo").chmod(0o755)
    return f"{tools}{os.pathsep}"
