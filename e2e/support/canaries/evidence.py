"""Keeps what a session leaves behind, before it is removed, in a folder that is searched after all tests.

Tests may run in several processes: each writes down what it made, for the one that searches after all of them.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.errors import NotFound

from e2e.support import canaries
from e2e.support.canaries.searching import INPUTS

if TYPE_CHECKING:
    from docker.models.containers import Container

    from e2e.support.containers import Stage

LONGEST_NAME = 120
WRITTEN_DOWN = f"{INPUTS[0]}/made.json"
"""Names secrets, so it lies where none is searched for."""
KEY = pytest.StashKey["Evidence"]()
"""Where the session's evidence is found in pytest's configuration; other suites that start servers have none."""


class Evidence:
    """What is left of things that are gone.

    Args:
        folder: Where to keep it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images: set[str] = set()
        """Whose layers are to be searched."""
        self.missing: list[str] = []
        """What could not be kept, and why."""
        self.live: list[Stage] = []
        """Whose containers are still there."""
        self._numbers = itertools.count(1)

    def keep(self, place: str, name: str, data: bytes) -> None:
        """Keep bytes, and the name under which they were found.

        Args:
            place: What kind of place they come from.
            name: Where exactly.
            data: What stood there.
        """
        folder = self.folder / place
        folder.mkdir(parents=True, exist_ok=True)
        short = re.sub(r"[^\w.-]+", "_", name)[-LONGEST_NAME:]
        (folder / f"{next(self._numbers)}-{short}").write_bytes(f"{name}\n".encode() + data)

    def keep_log(self, container: Container) -> None:
        """Keep both streams of a container, as they came, each by itself: a secret is not cut by the other's lines."""
        for stream in ("stdout", "stderr"):
            try:
                log = container.logs(stdout=stream == "stdout", stderr=stream == "stderr")
            except NotFound:
                self.missing.append(f"the log of {container.name}: the container was removed by others")
                return
            self.keep("logs", f"{container.name} {stream}", log)

    def keep_output(self, report: pytest.TestReport) -> None:
        """Keep what a test printed and logged in this process."""
        for title, text in report.sections:
            self.keep("output", f"{report.nodeid} {title}", text.encode("utf-8", "surrogateescape"))

    def write_down(self) -> None:
        """Write down what this process made that is no file, for :meth:`add`."""
        file = self.folder / WRITTEN_DOWN
        file.parent.mkdir(parents=True)
        made = {"images": sorted(self.images), "missing": self.missing, "canaries": canaries.ALL.written_down()}
        file.write_text(json.dumps(made), encoding="utf-8")

    def add(self, left: Path) -> None:
        """Take up what other processes have written down.

        Args:
            left: The folder of all that they left behind.
        """
        for file in left.rglob(WRITTEN_DOWN):
            made = json.loads(file.read_text(encoding="utf-8"))
            self.images.update(made["images"])
            self.missing.extend(made["missing"])
            canaries.ALL.learn(made["canaries"])
