"""A copy of the example's home, whose orchestrator is told to start and refuses."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from e2e.support.orchestrated import Orchestrated, type_start

if TYPE_CHECKING:
    from e2e.support.containers import Stage
    from e2e.support.page import Shown

EXAMPLES = Path(__file__).parents[2] / "examples"
FAULTY = 2
"""The exit code of a command that could not begin."""


def example_home(path: Path) -> Path:
    """Copy the example's folders.

    Args:
        path: Where to.

    Returns:
        The same.
    """
    for name in ("assets", "jobs", "configs", "connectors", "secrets"):
        shutil.copytree(EXAMPLES / name, path / name)
    (path / "state").mkdir()
    (path / "state").chmod(0o777)
    return path


def refused(shown: Shown, home: Path, image: str, stage: Stage, options: str = "") -> Orchestrated:
    """Start an orchestrator that must refuse to, before any of its services begins.

    Args:
        shown: The orchestrator.
        home: The home folder.
        image: The image.
        stage: The network.
        options: More options of ``docker run``.
    """
    started = type_start(shown, home, image, stage, options)
    assert int(started.container.wait()["StatusCode"]) == FAULTY, started.log
    assert started.events("service_started") == []
    return started
