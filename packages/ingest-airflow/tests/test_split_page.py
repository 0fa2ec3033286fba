"""What docs/airflow-split.md shows of settings is taken as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ingest_airflow.instance import airflow_home, own_settings_file, write_instance
from ingest_core.plugin import Launch
from runner_files import runner_file

PAGE = (Path(__file__).parents[3] / "docs" / "airflow-split.md").read_text(encoding="utf-8")
SETTINGS = re.findall(r"^```ini\n(# configs/airflow\.cfg\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_shows_celery_and_kubernetes() -> None:
    assert [re.findall("executor = ([A-Z][a-z]+)Executor", each) for each in SETTINGS] == [["Celery"], ["Kubernetes"]]


@pytest.mark.parametrize("said", SETTINGS)
def test_settings_of_the_page_are_taken(tmp_path: Path, said: str) -> None:
    file = runner_file(tmp_path)
    own_settings_file(tmp_path).write_text(said, encoding="utf-8")
    write_instance(Launch(file, tmp_path))
    written = (airflow_home(tmp_path) / "airflow.cfg").read_text(encoding="utf-8").splitlines()
    assert {line for line in said.splitlines() if line and not line.startswith(("#", "["))} <= set(written)
