"""Keeps what a session leaves behind, before it is removed, in a folder that is searched after all tests."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.errors import NotFound

if TYPE_CHECKING:
    from docker.models.containers import Container

    from e2e.support.containers import Stage

LONGEST_NAME = 120
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
