"""The commands of docs/image.md, run as a reader types them: in the page's order, in one folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "image.md"
NAME = "our-registry/ingestion:1.0"
"""What the page calls the image."""
WITH_DAGSTER = "our-registry/ingestion-dagster:1.0"
"""What it calls the one with Dagster."""
_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
_OPTIONS = re.compile(r"^```text\n(--health.*)\n```", re.MULTILINE)
_PART = re.compile(r"^## (.*)\n", re.MULTILINE)
SHIM = '#!/bin/sh\nexec "$@"\n'


def commands(*parts: str) -> list[str]:
    """List the commands of parts of the page, without those that build an image.

    Args:
        parts: Their headings.
    """
    _, *split = _PART.split(PAGE.read_text(encoding="utf-8"))
    by_heading = dict(zip(split[::2], split[1::2], strict=True))
    shown = [block for part in parts for block in _BLOCK.findall(by_heading[part])]
    return [block for block in shown if not block.startswith("nox -s image")]


def health_options() -> str:
    """Give the options by which docker asks a container with Dagster whether it is well."""
    (found,) = _OPTIONS.findall(PAGE.read_text(encoding="utf-8"))
    return str(found)


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
        text = command.replace(NAME, self._image).replace(WITH_DAGSTER, self._image).replace("docker run ", self._run)
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
