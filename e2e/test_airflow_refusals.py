"""What is refused before Airflow starts: all that is wrong is told at once, with the mend, and the exit code is 2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from e2e.support.example_home import example_home, refused
from e2e.support.page import AIRFLOW, Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.orchestrated import Orchestrated

MANY_FAULTS = """\
runner:
  orchestrator:
    type: airflow
    concurency_per_tenant: 1
    schedules:
      - {name: twice, config: jobs/acme/flights.yaml, cron: "0 * * * *", interval_seconds: 60}
      - {name: no_hour, config: jobs/acme/flights.yaml, cron: "0 25 * * *"}
      - {name: no_job, config: jobs/acme/fligths.yaml, cron: "0 6 * * *"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The example's home, with Airflow's runner file of the example."""
    home = example_home(tmp_path / "home")
    (home / "configs" / "runner_airflow.yaml").rename(home / "configs" / "runner.yaml")
    return home


@pytest.fixture
def start(home: Path, airflow_image: str, servers: Servers) -> Callable[[], Orchestrated]:
    """Start what is refused."""
    return lambda: refused(AIRFLOW, home, airflow_image, servers.stage)


def test_the_example_s_runner_file_is_well(home: Path, airflow_image: str) -> None:
    checked = Shell(home, airflow_image).type(
        f'docker run --rm -v "{home}":/app:ro {airflow_image} validate /app/configs/runner.yaml'
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_all_faults_of_a_runner_file_are_told_at_once(home: Path, start: Callable[[], Orchestrated]) -> None:
    (home / "configs" / "runner.yaml").write_text(MANY_FAULTS, encoding="utf-8")
    told = start().log
    assert "did you mean 'concurrency_per_tenant'?" in told
    for line, what in {6: "exactly one of", 7: "cron", 8: "no job file"}.items():
        assert re.search(rf"runner\.yaml:{line}:.*{what}", told), told


def test_a_password_that_is_no_password_is_told_without_it(home: Path, start: Callable[[], Orchestrated]) -> None:
    file = home / "secrets" / "airflow" / "admin_password"
    file.parent.mkdir()
    file.write_text("qwzx\n", encoding="utf-8")
    told = start().log
    assert "/app/secrets/airflow/admin_password" in told
    assert "shorter than" in told
    assert "qwzx" not in told


def test_a_state_folder_that_cannot_be_written_is_told_with_the_line_that_mends_it(
    home: Path, start: Callable[[], Orchestrated]
) -> None:
    (home / "state").chmod(0o755)
    told = start().log
    assert "the state folder /app/state cannot be written: Permission denied" in told
    assert re.search(r"sudo chown -R 10001:0 state", told)
    assert list((home / "state").iterdir()) == []


def test_settings_of_one_s_own_that_would_break_a_promise_are_told_with_place_and_mend(
    home: Path, start: Callable[[], Orchestrated]
) -> None:
    said = "[core]\nexecutr = LocalExecutor\nsimple_auth_manager_all_admins = True\n[api]\nport = 9000\n"
    (home / "configs" / "airflow.cfg").write_text(said, encoding="utf-8")
    told = start().log
    assert "did you mean `executor`?" in told
    for line, option in {2: "executr", 3: "simple_auth_manager_all_admins", 5: "port"}.items():
        assert re.search(rf"/app/configs/airflow\.cfg:{line}: .*{option}", told), told
