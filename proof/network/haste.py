"""Short time limits and little patience for the process of a run: what waits on purpose must not wait for long."""

from __future__ import annotations

from ingest_core.catalogs import http
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.executor import together
from pynessie.client import _endpoints

from proof.support.tampering import impatient, swap

ANSWER_SECONDS = 2


def with_little_patience() -> None:
    """Look for what is unknown for a moment only, and let no server ask for a longer pause."""
    impatient()
    swap(http, "LONGEST_PAUSE_SECONDS", 0.2)
    swap(http.BoundedRetry, "get_backoff_time", lambda _: 0.05)
    object.__setattr__(OpenedCatalog.patience, "sends", 2)
    object.__setattr__(together.PATIENCE, "sends", 2)
    object.__setattr__(together.PATIENCE, "look_seconds", 0.3)
    object.__setattr__(together.PATIENCE, "pause_seconds", 0.05)


def hurried() -> None:
    """Wait for an answer of the catalog for a moment only."""
    swap(http, "ANSWER_SECONDS", ANSWER_SECONDS)
    swap(_endpoints, "DEFAULT_TIMEOUT_SEC", ANSWER_SECONDS)
