"""Dagster in a home folder of its own."""

from __future__ import annotations

from collections.abc import Iterator

import ingest_dagster.orchestrator
import pytest
from running_dagster import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A home folder in which Dagster can be started; whatever was started ends with the module."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ingest_dagster.orchestrator, "LOCATION", "held_location")
        patched.delenv("DAGSTER_HOME", raising=False)
        here = Running(tmp_path_factory.mktemp("home"))
        here.write("configs/dagster.yaml", "run_queue: {dequeue_interval_seconds: 1}\n")
        try:
            yield here
        finally:
            here.kill_everything()
