"""What is refused before Dagster starts: all that is wrong is told at once, with the mend, and the exit code is 2."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from e2e.support.dagster_records import FIRST_FILE
from e2e.support.example_home import example_home, refused
from e2e.support.page import DAGSTER, Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.orchestrated import Orchestrated

MANY_FAULTS = """\
runner:
  orchestrator:
    type: dagster
    concurency_per_tenant: 1
    schedules:
      - {name: twice, config: jobs/acme/flights.yaml, cron: "0 * * * *", interval_seconds: 60}
      - {name: never, config: jobs/acme/flights.yaml}
      - {name: no_hour, config: jobs/acme/flights.yaml, cron: "0 25 * * *"}
      - {name: no_zone, config: jobs/acme/flights.yaml, cron: "0 6 * * *", timezone: Europe/Berlni}
      - {name: no_job, config: jobs/acme/fligths.yaml, cron: "0 6 * * *"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return example_home(tmp_path / "home")


@pytest.fixture
def start(home: Path, dagster_image: str, servers: Servers) -> Callable[[str], Orchestrated]:
    """Start with a runner file, which is refused."""

    def begin(runner: str) -> Orchestrated:
        (home / "configs" / "runner.yaml").write_text(runner, encoding="utf-8")
        return refused(DAGSTER, home, dagster_image, servers.stage)

    return begin


@pytest.mark.parametrize("runner", [None, FIRST_FILE], ids=["shipped", "with the image's paths"])
def test_the_example_s_runner_file_is_well(home: Path, dagster_image: str, runner: str | None) -> None:
    if runner:
        (home / "configs" / "runner.yaml").write_text(runner, encoding="utf-8")
    checked = Shell(home, dagster_image).type(
        f'docker run --rm -v "{home}":/app:ro {dagster_image} validate /app/configs/runner.yaml'
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_all_faults_of_a_runner_file_are_told_at_once(start: Callable[[str], Orchestrated]) -> None:
    told = start(MANY_FAULTS).log
    assert "runner.yaml:4:" in told
    assert "did you mean 'concurrency_per_tenant'?" in told
    for line, what in {6: "exactly one of", 7: "exactly one of", 8: "cron", 9: "timezone", 10: "no job file"}.items():
        assert re.search(rf"runner\.yaml:{line}:.*{what}", told), told
    assert "did you mean 'flights.yaml'?" in told


def test_faults_of_the_jobs_are_told_with_those_of_the_file(home: Path, start: Callable[[str], Orchestrated]) -> None:
    job = home / "jobs" / "acme" / "hubspot_contacts_to_iceberg.yaml"
    job.write_text(job.read_text(encoding="utf-8").replace("write: merge", "wirte: merge"), encoding="utf-8")
    told = start(FIRST_FILE.replace("stripe_customers_to", "stripe_customer_to")).log
    assert "did you mean 'stripe_customers_to_iceberg.yaml'?" in told
    assert "/app/jobs/acme/hubspot_contacts_to_iceberg.yaml:" in told
    assert "wirte" in told


def test_a_runner_file_that_is_not_there_is_told_with_a_word_on_the_mount(
    home: Path, dagster_image: str, servers: Servers
) -> None:
    shutil.rmtree(home / "configs")
    (home / "configs").mkdir()
    told = refused(DAGSTER, home, dagster_image, servers.stage).log
    assert "/app/configs/runner.yaml: no such file" in told
    assert "/app/configs is empty: if it is a mount" in told


def test_a_state_folder_that_cannot_be_written_is_told_with_the_line_that_mends_it(
    home: Path, start: Callable[[str], Orchestrated]
) -> None:
    (home / "state").chmod(0o755)
    told = start(FIRST_FILE).log
    assert "the state folder /app/state cannot be written: Permission denied" in told
    assert re.search(r"sudo chown -R 10001:0 state", told)
    assert list((home / "state").iterdir()) == []
