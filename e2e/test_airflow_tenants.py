"""Two tenants with three jobs each under Airflow on a real Nessie, started every few seconds, and what is done to them.

One container for all of it: as closed as docs/image.md shows it, and asked by docker whether it is well. The tests come
in the order in which they stand here, the last one stops it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from e2e.support import browser, canaries
from e2e.support.airflow_page import log_in
from e2e.support.airflow_records import Airflow, Task
from e2e.support.busy_home import CONFLICT, JOBS, TENANTS, BusyHome, busy_home
from e2e.support.canaries.searching import folder, search
from e2e.support.failing_jobs import FAILING, add_failing
from e2e.support.orchestrated import CLOSED, STOP_SECONDS, Orchestrated, type_start
from e2e.support.overlaps import at_once
from e2e.support.page import AIRFLOW
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.conftest import Servers
    from e2e.support.busy_home import Tenant
    from e2e.support.canaries.evidence import Evidence
    from e2e.support.reading import Reader

INTERVAL_SECONDS = 15
TIMES = 2
"""How often each schedule's run is to succeed."""
PATIENCE_SECONDS = 300
STATE = "/app/state/airflow"


@pytest.fixture(scope="module")
def password() -> str:
    """The one that the team keeps among its secrets."""
    return canaries.fresh("password of Airflow's page")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, servers: Servers, password: str) -> Iterator[BusyHome]:
    with busy_home(tmp_path_factory.mktemp("busy") / "home", servers) as laid_out:
        add_failing(laid_out, servers)
        laid_out.write_runner("airflow", INTERVAL_SECONDS)
        own = laid_out.path / "secrets" / "airflow" / "admin_password"
        own.parent.mkdir(parents=True)
        own.write_text(password, encoding="utf-8")
        yield laid_out


@pytest.fixture(scope="module")
def running(home: BusyHome, airflow_image: str, servers: Servers, evidence: Evidence) -> Iterator[Orchestrated]:
    evidence.images.add(airflow_image)
    options = f"{CLOSED} {AIRFLOW.health_options()} -v {home.path}/data:/app/data:ro"
    started = type_start(AIRFLOW, home.path, airflow_image, servers.stage, options)
    started.wait_ready()
    yield started
    started.container.stop(timeout=STOP_SECONDS)


@pytest.fixture(scope="module")
def airflow(running: Orchestrated, password: str) -> Airflow:
    return Airflow(running.address, password)


def of_tenant(tasks: list[Task], tenant: str) -> list[Task]:
    return [task for task in tasks if task.pool == f"tenant_{tenant}"]


def succeeded(airflow: Airflow, schedule: str, since: float) -> int:
    """Count the runs of a schedule that began since a time and succeeded."""
    tasks = [task for task in airflow.tasks() if task.schedule == schedule and task.state == "success"]
    return len([task for task in tasks if (task.began or 0) > since])


def wait_for_each(airflow: Airflow, schedules: list[str], times: int) -> None:
    """Wait until a run of each schedule that began from now on has succeeded so often."""
    since = max((task.began or 0 for task in airflow.tasks()), default=0)

    def all_there() -> bool:
        return all(succeeded(airflow, schedule, since) >= times for schedule in schedules)

    wait_until(all_there, f"runs of {', '.join(schedules)} have succeeded", PATIENCE_SECONDS)


def wait_until_over(airflow: Airflow, schedule: str, run: str) -> Task:
    wait_until(lambda: airflow.task(schedule, run).is_over, f"run {run} of {schedule} is over", PATIENCE_SECONDS)
    return airflow.task(schedule, run)


def kept_waiting(tenant: Tenant, airflow: Airflow) -> Task:
    """Let a run of a tenant's Stripe job wait for an answer in the middle of its work."""
    tenant.keep_waiting(PATIENCE_SECONDS)
    (found,) = (task for task in of_tenant(airflow.tasks(), tenant.name) if task.state == "running")
    assert found.schedule == f"{tenant.name}_customers"
    return found


def nothing_stands_beside_another(airflow: Airflow) -> bool:
    """Tell whether no tenant ever had two runs at one moment."""
    attempts = airflow.attempts()
    return all(at_once(of_tenant(attempts, tenant)) == [] for tenant in TENANTS)


def test_docker_finds_it_healthy_though_it_may_do_next_to_nothing(running: Orchestrated) -> None:
    def healthy() -> bool:
        running.container.reload()
        return bool(running.container.attrs["State"]["Health"]["Status"] == "healthy")

    wait_until(healthy, "docker finds the container healthy")
    assert running.container.attrs["HostConfig"]["ReadonlyRootfs"]


def test_each_job_runs_again_and_again_and_what_a_person_starts_waits_in_the_same_line(
    home: BusyHome, airflow: Airflow
) -> None:
    wait_for_each(airflow, home.schedules, 1)
    by_hand = [airflow.launch("acme_returns"), airflow.launch("acme_shop")]
    for each in home.tenants.values():
        each.grow()
    wait_for_each(airflow, home.schedules, TIMES - 1)
    over = [wait_until_over(airflow, *each) for each in zip(("acme_returns", "acme_shop"), by_hand, strict=True)]
    assert [(task.state, task.pool) for task in over] == [("success", "tenant_acme")] * 2


def test_no_tenant_ever_had_two_runs_at_one_moment(airflow: Airflow) -> None:
    attempts = airflow.attempts()
    for tenant in TENANTS:
        assert len([task for task in of_tenant(attempts, tenant) if task.began]) >= TIMES * len(JOBS)
        assert at_once(of_tenant(attempts, tenant)) == []
    # Of different tenants there were: one does not wait for another.
    assert at_once([task for task in attempts if task.began]) != []


def test_the_commits_of_a_tenant_s_runs_stand_one_after_the_other_in_nessie_s_log(
    home: BusyHome, servers: Servers
) -> None:
    for tenant in home.tenants:
        in_a_row = home.runs_in_a_row(tenant, servers.nessie)
        assert len(in_a_row) >= TIMES
        assert len(in_a_row) == len(set(in_a_row)), in_a_row


def test_no_run_met_a_conflict(airflow: Airflow, running: Orchestrated) -> None:
    told = [line for line in running.log.splitlines() if CONFLICT.search(line)]
    assert told == []
    for tenant in TENANTS:
        over = [task for task in of_tenant(airflow.tasks(), tenant) if task.is_over]
        assert {task.state for task in over} == {"success"}
        assert not [task.run for task in over if CONFLICT.search(airflow.log_of(task))]


def test_every_table_is_equal_to_its_source(home: BusyHome, reader: Reader, tmp_path: Path) -> None:
    assert home.differences(reader, tmp_path) == {}


def test_a_scheduler_that_is_killed_midway_is_started_again_and_nothing_is_doubled_or_stuck(
    home: BusyHome, airflow: Airflow, running: Orchestrated, reader: Reader, tmp_path: Path
) -> None:
    tenant = home.tenants["globex"]
    midway = kept_waiting(tenant, airflow)
    running.kill("/opt/ingest/bin/python -m airflow scheduler")
    wait_until(lambda: len(running.events("service_healthy", service="scheduler")) > 1, "the scheduler is back")
    tenant.open.set()
    wait_until_over(airflow, midway.schedule, midway.run)
    wait_for_each(airflow, tenant.schedules, 1)
    assert tenant.differences(reader, tmp_path) == []
    assert nothing_stands_beside_another(airflow)


def test_a_container_that_is_killed_midway_goes_on_when_it_is_started_again(
    home: BusyHome, running: Orchestrated, password: str, reader: Reader, tmp_path: Path
) -> None:
    tenant = home.tenants["acme"]
    left_over = kept_waiting(tenant, Airflow(running.address, password))
    running.container.kill()
    tenant.open.set()
    running.back()
    airflow = Airflow(running.address, password)
    wait_until_over(airflow, left_over.schedule, left_over.run)
    wait_for_each(airflow, home.schedules, 1)
    assert home.differences(reader, tmp_path) == {}
    assert nothing_stands_beside_another(airflow)


def test_runs_that_fail_with_a_secret_at_hand_fail_and_are_told(running: Orchestrated, password: str) -> None:
    airflow = Airflow(running.address, password)
    names = {f"{FAILING}_refused", f"{FAILING}_nowhere"}

    def ended() -> dict[str, Task]:
        return {task.schedule: task for task in of_tenant(airflow.tasks(), FAILING) if task.state in states}

    states = {"failed", "up_for_retry"}
    wait_until(lambda: set(ended()) == names, "both runs have failed", PATIENCE_SECONDS)
    refused, nowhere = (ended()[f"{FAILING}_{job}"] for job in ("refused", "nowhere"))
    assert (refused.state, refused.tried) == ("failed", 1)  # what a person must mend; the other one may pass
    assert "401" in airflow.log_of(refused)
    assert "the catalog does not answer" in airflow.log_of(nowhere)


@pytest.fixture
def answers(running: Orchestrated, password: str) -> list[tuple[str, bytes]]:
    """What Airflow answers by its API."""
    airflow = Airflow(running.address, password)
    tasks = [task for task in airflow.tasks() if task.began]
    failed, well = (
        of_tenant(tasks, FAILING),
        [task for tenant in TENANTS for task in of_tenant(tasks, tenant)[-len(JOBS) :]],
    )
    return [*airflow.answers(), *airflow.answers_of([*failed, *well])]


@pytest.fixture
def pages(running: Orchestrated, password: str, chromium: Browser) -> list[tuple[str, bytes]]:
    """What a browser holds of the pages that tell of failed runs, once they are there."""

    def content(opened: Page, path: str, text: str) -> bytes:
        browser.visit(opened, f"{running.address}{path}", text, whole=False)
        return opened.content().encode()

    failed = of_tenant(Airflow(running.address, password).tasks(), FAILING)
    ready = {f"/dags/{task.schedule}/runs/{task.run}/tasks/load": "Task failed with exception" for task in failed}
    with browser.page(chromium) as opened:
        log_in(opened, running.address, password)
        opened.get_by_text("Dags").first.wait_for()
        return [(path, content(opened, path, text)) for path, text in ready.items()]


@pytest.fixture
def commands(running: Orchestrated) -> list[tuple[str, bytes]]:
    """What Airflow's own command tells of settings, and what docker tells of the container."""
    running.container.reload()
    lines = ("airflow config list", "airflow info", "airflow connections list", "airflow variables list")
    told = [(line, running.run(*line.split()).encode()) for line in lines]
    return [*told, ("docker inspect", json.dumps(running.container.attrs).encode())]


def test_no_canary_is_in_what_it_keeps_or_tells(
    home: BusyHome,
    running: Orchestrated,
    answers: list[tuple[str, bytes]],
    pages: list[tuple[str, bytes]],
    commands: list[tuple[str, bytes]],
) -> None:
    kept = {name: text for name, text in folder(home.path / "state") if name != "airflow/passwords.json"}
    assert "airflow/airflow.db" in kept, sorted(kept)
    assert any(name.startswith("airflow/logs/") for name in kept)
    told = [*kept.items(), *answers, *pages, *commands, ("docker logs", running.log.encode())]
    assert [str(found) for found in search(told, canaries.ALL)] == []
    everywhere = {place for place, text in told if FAILING.encode() in text}
    assert {"airflow/airflow.db", "dags", "docker logs"} <= everywhere  # the search sees what is there


def test_docker_stop_ends_it_in_time_and_well(running: Orchestrated) -> None:
    code, seconds = running.stop()
    assert code == 0, running.log[-3000:]
    assert seconds < STOP_SECONDS
