"""Waits for conditions, never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ingest_core.plugin import Service

T = TypeVar("T")

SECONDS = 180
"""A bound, not a pace: everything takes seconds on a machine that has nothing else to do."""


def until(look: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
    """Wait for a condition, and give what it says."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return found


def healthy(service: Service) -> bool:
    """Ask a service as the command does: whatever is raised means "not yet"."""
    try:
        return service.is_healthy()
    except Exception:  # noqa: BLE001  # as the port says
        return False
