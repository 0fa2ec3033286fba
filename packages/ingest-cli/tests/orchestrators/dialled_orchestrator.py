"""An orchestrator for tests, found by its entry point as anyone's: what its services do stands in a file of the home.

``configs/dialled.json`` says for each of ``services`` and ``preparations`` what it does, in order: names of functions
of ``dialled_service.py``, each with what is behind its colon.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ingest_core.plugin import Deployment, Launch, Preparation, Service

SERVICE = str(Path(__file__).with_name("dialled_service.py"))


def is_healthy(folder: Path, name: str) -> bool:
    """Tell whether the process lives that said it was healthy."""
    pid = (folder / f"{name}.healthy").read_text(encoding="ascii")
    return Path("/proc", pid).exists()


class DialledOrchestrator:
    """Has three services."""

    services: Sequence[str] = ("code", "web", "daemon")

    def deployment(self, launch: Launch) -> Deployment:
        """Read what its services do."""
        dialled = json.loads((launch.home / "configs" / "dialled.json").read_text(encoding="utf-8"))
        folder = launch.home / "state" / "dagster"
        folder.mkdir(parents=True, exist_ok=True)
        environment = {"DIALLED_PORT": str(launch.port), "DIALLED_DATABASE": launch.database or ""}

        def line(name: str, does: list[str]) -> tuple[str, list[str], dict[str, str]]:
            return name, [sys.executable, SERVICE, str(folder), name, *does], environment

        return Deployment(
            services=[
                Service(*line(name, does), partial(is_healthy, folder, name))
                for name, does in dialled["services"].items()
                if launch.only in (None, name)
            ],
            address=f"http://{launch.host}:{launch.port}",
            preparations=[Preparation(*line(name, does)) for name, does in dialled.get("preparations", {}).items()],
        )


orchestrator = DialledOrchestrator()
