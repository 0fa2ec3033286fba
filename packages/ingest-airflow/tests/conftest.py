"""What all tests of the Airflow integration use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running_airflow import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A home folder in which Airflow can be started; whatever was started ends with the module."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AIRFLOW_HOME", "INGEST_HOME", "INGEST_API_SERVER"):
            patched.delenv(name, raising=False)
        here = Running(tmp_path_factory.mktemp("home"))
        try:
            yield here
        finally:
            here.kill_everything()
