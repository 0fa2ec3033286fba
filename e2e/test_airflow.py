"""Airflow's page as a person sees it: started by the commands of docs/image.md, opened in a real browser.

One container for all of it. The tests come in the order in which they stand here; the last ones change its runner file,
stop it, and start it again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from e2e.support import browser, page
from e2e.support.airflow_page import log_in, unfold
from e2e.support.airflow_records import USER, Airflow
from e2e.support.orchestrated import STOP_SECONDS, Orchestrated, type_start
from e2e.support.page import AIRFLOW, Shell
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.conftest import Servers
    from e2e.support.pictures import Pictures

HOURLY, DAILY = "stripe_customers_hourly", "hubspot_contacts_daily"
TABLES = {HOURLY: "acme/acme/stripe_customers", DAILY: "acme/acme/hubspot_contacts"}
TAKEN_UP_SECONDS = 60
"""What the page says of a runner file that changed."""


@pytest.fixture(scope="module")
def home(airflow_image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the reader has come to the command that starts Airflow."""
    folder = tmp_path_factory.mktemp("typed") / "home"
    folder.mkdir()
    shell = Shell(folder, airflow_image)
    before = [*page.commands("From an empty folder to a table"), *AIRFLOW.before_start()]
    for command in (each for each in before if " run --config" not in each):
        done = shell.type(command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def running(home: Path, airflow_image: str, servers: Servers) -> Iterator[Orchestrated]:
    started = type_start(AIRFLOW, home, airflow_image, servers.stage, f"-v {home}/data:/app/data:ro")
    started.wait_ready()
    yield started
    started.container.stop(timeout=STOP_SECONDS)


@pytest.fixture(scope="module")
def password(running: Orchestrated) -> str:
    """What the page's command shows."""
    (command,) = (each for each in AIRFLOW.after_start() if "passwords.json" in each)
    told: dict[str, str] = json.loads(type_after(running, command))
    assert list(told) == [USER]
    return told[USER]


def type_after(running: Orchestrated, command: str) -> str:
    """Type one of the page's commands for a container that runs."""
    assert command.startswith("docker exec ingestion ")
    return running.run(*command.split()[3:])


@pytest.fixture
def airflow(running: Orchestrated, password: str) -> Airflow:
    return Airflow(running.address, password)


@pytest.fixture(scope="module")
def logged_in(running: Orchestrated, password: str, chromium: Browser) -> Iterator[Page]:
    """A page of somebody who has logged in."""
    with browser.page(chromium) as opened:
        log_in(opened, running.address, password)
        opened.get_by_text("Dags").first.wait_for()
        yield opened


def over(airflow: Airflow, schedule: str, run: str) -> str:
    """Wait until a run is over; gives its state."""
    wait_until(lambda: airflow.task(schedule, run).is_over, f"run {run} of {schedule} is over")
    return airflow.task(schedule, run).state


def test_it_says_where_its_page_is_and_not_the_password(running: Orchestrated, password: str) -> None:
    (told,) = running.events("orchestrator_ready")
    assert told["address"].endswith(":8080")
    assert "passwords.json" in running.log
    assert password not in running.log


def test_the_page_lets_nobody_in_without_the_password(running: Orchestrated, screen: Page) -> None:
    log_in(screen, running.address, "guessed")
    screen.get_by_text("Invalid credentials").wait_for()
    with pytest.raises(RuntimeError, match="401"):
        _ = Airflow(running.address, "guessed").token


def test_a_person_logs_in_and_sees_what_starts_and_when(logged_in: Page, airflow: Airflow, pictures: Pictures) -> None:
    browser.visit(logged_in, f"{airflow.address}/dags", HOURLY, DAILY, "every 6:00:00", "priority:high")
    pictures.keep(logged_in, "airflow-dags")
    told = {each["dag_id"]: each for each in airflow.all("dags", "dags")}
    assert {name: each["timetable_summary"] for name, each in told.items()} == {
        HOURLY: "0 * * * *",
        DAILY: "every 6:00:00",
    }
    assert not any(each["is_paused"] for each in told.values())
    assert "environment:production" in {tag["name"] for tag in told[HOURLY]["tags"]}


def test_a_person_starts_a_run_on_the_page_and_sees_it_succeed(
    logged_in: Page, airflow: Airflow, pictures: Pictures
) -> None:
    before = {task.run for task in airflow.tasks() if task.schedule == HOURLY}
    browser.visit(logged_in, f"{airflow.address}/dags/{HOURLY}", HOURLY)
    logged_in.get_by_role("button", name="Trigger").first.click()
    logged_in.get_by_role("dialog").get_by_role("button", name="Trigger").click()

    def begun() -> set[str]:
        return {task.run for task in airflow.tasks() if task.schedule == HOURLY} - before

    wait_until(lambda: len(begun()) == 1, "the click has started a run")
    (run,) = begun()
    assert over(airflow, HOURLY, run) == "success"
    browser.visit(logged_in, f"{airflow.address}/dags/{HOURLY}/runs/{run}", "Success")
    pictures.keep(logged_in, "airflow-run")


def test_the_page_of_a_run_shows_its_log_and_what_it_left(
    logged_in: Page, airflow: Airflow, pictures: Pictures
) -> None:
    (task, *_) = (each for each in airflow.tasks() if each.schedule == HOURLY)
    left = airflow.left_by(task)
    assert left["rows_written"] == 2
    of_task = f"{airflow.address}/dags/{HOURLY}/runs/{task.run}/tasks/load"
    browser.visit(logged_in, of_task, "committed", left["snapshot_id"], whole=False)
    pictures.keep(logged_in, "airflow-log")
    browser.visit(logged_in, f"{of_task}/xcom", "return_value")
    unfold(logged_in, left["snapshot_id"])


def test_the_page_of_a_table_shows_what_the_last_run_landed(
    logged_in: Page, airflow: Airflow, pictures: Pictures
) -> None:
    assets = {each["name"]: each["id"] for each in airflow.all("assets", "assets")}
    assert set(assets) == set(TABLES.values())
    landed = [each["extra"] for each in airflow.landed(TABLES[HOURLY])]
    assert sum(each["rows_written"] for each in landed) == 2
    browser.visit(logged_in, f"{airflow.address}/assets/{assets[TABLES[HOURLY]]}", TABLES[HOURLY])
    unfold(logged_in, landed[0]["snapshot_id"])
    pictures.keep(logged_in, "airflow-table")


def test_its_own_command_works_in_the_container_as_the_page_shows(running: Orchestrated) -> None:
    (command,) = (each for each in AIRFLOW.after_start() if "exec ingestion airflow" in each)
    told = type_after(running, command)
    assert HOURLY in told
    assert DAILY in told


@pytest.mark.parametrize(
    ("line", "told"),
    [("db init", ""), ("webserver --port 8080", "nothing was started"), ("scheduler", "nothing was started")],
)
def test_what_older_runbooks_say_works_beside_what_runs(
    running: Orchestrated, airflow: Airflow, line: str, told: str
) -> None:
    before = {task.run for task in airflow.tasks()}
    assert told in running.run("airflow", *line.split())
    assert airflow.get("monitor/health")["scheduler"]["status"] == "healthy"
    assert {task.run for task in airflow.tasks()} >= before


def test_its_own_command_works_in_a_container_of_its_own(running: Orchestrated, home: Path, airflow_image: str) -> None:
    (command,) = (each for each in AIRFLOW.after_start() if "--entrypoint airflow" in each)
    done = Shell(home, airflow_image).type(command)
    assert done.returncode == 0, done.stderr
    assert "tenant_acme" in done.stdout
    assert running.container.status == "running"


@pytest.mark.parametrize(
    ("options", "told"),
    [("", "runs already"), ("--home /tmp/other", "8080")],
    ids=["on the same state", "on the same port"],
)
def test_a_second_one_is_refused(running: Orchestrated, options: str, told: str) -> None:
    line = f"mkdir -p /tmp/other/jobs && ingest start orchestrated --runner-config /app/configs/runner.yaml {options}"
    code, said = running.container.exec_run(["bash", "-c", line])
    assert code == 2, said
    assert told in said.decode()


def add_schedule(home: Path, **said: str) -> None:
    runner = home / "configs" / "runner.yaml"
    told = yaml.safe_load(runner.read_text(encoding="utf-8"))
    told["runner"]["orchestrator"]["schedules"].append(said)
    runner.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")


def test_a_changed_runner_file_is_taken_up_within_a_minute(home: Path, airflow: Airflow) -> None:
    add_schedule(home, name="shop_weekly", config="jobs/acme/shop.yaml", cron="30 6 * * 1", timezone="Europe/Berlin")
    names = {HOURLY, DAILY, "shop_weekly"}
    there = lambda: {each["dag_id"] for each in airflow.all("dags", "dags")} == names  # noqa: E731  # asked again and again
    wait_until(there, "the new schedule is there", TAKEN_UP_SECONDS)
    run = airflow.launch("shop_weekly")
    assert over(airflow, "shop_weekly", run) == "success"


def test_nothing_is_forgotten_over_a_restart(running: Orchestrated, airflow: Airflow, password: str) -> None:
    before = {task.run for task in airflow.tasks()}
    code, seconds = running.stop()
    assert (code, seconds < STOP_SECONDS) == (0, True), running.log[-3000:]
    running.back()
    again = Airflow(running.address, password)
    assert {task.run for task in again.tasks()} >= before
