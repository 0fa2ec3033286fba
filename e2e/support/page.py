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
_BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHIM = '#!/bin/sh\nexec "$@"\n'


def commands() -> list[str]:
    """List the page's commands after the one that builds the image."""
    build, *others = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert build.startswith("nox -s image"), build
    return others


class Shell:
    """A shell in a folder, for which the page's image is the one that is tested.

    Args:
        folder: Where commands are typed.
        image: The image's id.
        network: A network to run containers on; by default docker's own.
    """

    def __init__(self, folder: Path, image: str, network: str | None = None) -> None:
        self.folder, self._image = folder, image
        self._run = f"docker run --network {network} " if network else "docker run "

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        text = command.replace(NAME, self._image).replace("docker run ", self._run)
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
