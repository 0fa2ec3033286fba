"""What all tests of the Dagster integration use."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import ingest_dagster.orchestrator
import pytest
from dagster_home import Home
from ingest_dagster.loading import RECORDED
from running_dagster import Running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Make an empty home."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    monkeypatch.setenv(RECORDED, "")  # restored behind the test, which records facts of its own
    (tmp_path / "jobs").mkdir()
    return Home(tmp_path)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A step sends every log of its process to one place; the tests' own goes where it did."""
    root, own = logging.getLogger(), logging.getLogger("ingest")
    before = list(root.handlers), root.level, own.level
    yield
    root.handlers[:], _, _ = before
    root.setLevel(before[1])
    own.setLevel(before[2])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Give an instance of Dagster that forgets everything."""
    with dg.instance_for_test() as found:
        yield found


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
