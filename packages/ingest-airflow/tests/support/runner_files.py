"""A home folder with a runner file, as tests of what is typed in a shell want it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def runner_file(
    home: Path,
    tenants: tuple[str, ...] = ("acme", "umbra"),
    at_once: int = 3,
    **said: Any,  # noqa: ANN401  # whatever a runner file may say
) -> Path:
    """Write a runner file with two schedules for each tenant, and their jobs.

    Args:
        home: The home folder.
        tenants: Their names.
        at_once: Runs of one tenant at once.
        said: What the file says of the orchestrator beside that.
    """
    (home / "data").mkdir(exist_ok=True)
    for tenant in tenants:
        source = {"connector": "csv", "objects": {"orders": {"path": "data/orders.csv"}}}
        job = {"tenant": tenant, "source": source, "target": {"connector": "iceberg"}}
        _write(home / "jobs" / tenant / "shop.yaml", job)
    schedules = [
        {"name": f"{tenant}_{name}", "config": f"jobs/{tenant}/shop.yaml", "cron": "0 * * * *"}
        for tenant in tenants
        for name in ("early", "late")
    ]
    orchestrator = {"type": "airflow", "schedules": schedules, "concurrency_per_tenant": at_once, **said}
    return _write(home / "configs" / "runner.yaml", {"runner": {"mode": "orchestrated", "orchestrator": orchestrator}})


def _write(path: Path, said: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path
