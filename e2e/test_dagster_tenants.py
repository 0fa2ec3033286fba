"""Two tenants with three jobs each under Dagster on a real Nessie, started every few seconds, and what is done to them.

One container for all of it: as closed as docs/image.md shows it, and asked by docker whether it is well. The tests come
in the order in which they stand here, the last one stops it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from e2e.support import browser, canaries
from e2e.support.busy_home import CONFLICT, JOBS, TENANTS, BusyHome, busy_home
from e2e.support.canaries.searching import folder, search
from e2e.support.dagster_records import Dagster, Run
from e2e.support.failing_jobs import FAILING, add_failing
from e2e.support.orchestrated import CLOSED, STOP_SECONDS, Orchestrated, type_start
from e2e.support.overlaps import at_once
from e2e.support.page import DAGSTER
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from e2e.conftest import Servers
    from e2e.support.busy_home import Tenant
    from e2e.support.canaries.evidence import Evidence
    from e2e.support.reading import Reader

INTERVAL_SECONDS = 5
TIMES = 3
"""How often each schedule's run is to succeed."""
PATIENCE_SECONDS = 600


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[BusyHome]:
    with busy_home(tmp_path_factory.mktemp("busy") / "home", servers) as laid_out:
        add_failing(laid_out, servers)
        laid_out.write_runner("dagster", INTERVAL_SECONDS)
        yield laid_out


@pytest.fixture(scope="module")
def running(home: BusyHome, dagster_image: str, servers: Servers, evidence: Evidence) -> Iterator[Orchestrated]:
    evidence.images.add(dagster_image)
    options = f"{CLOSED} {DAGSTER.health_options()} -v {home.path}/data:/app/data:ro"
    started = type_start(DAGSTER, home.path, dagster_image, servers.stage, options)
    started.wait_ready()
    yield started
    started.container.stop(timeout=STOP_SECONDS)


@pytest.fixture(scope="module")
def dagster(running: Orchestrated) -> Dagster:
    return Dagster(running.address)


def succeeded(dagster: Dagster, schedule: str, since: float = 0) -> int:
    """Count the runs of a schedule that began since a time and succeeded."""
    runs = [run for run in dagster.runs() if run.schedule == schedule and run.status == "SUCCESS"]
    return len([run for run in runs if (run.began or 0) > since])


def wait_for_each(dagster: Dagster, schedules: list[str], times: int) -> None:
    """Wait until a run of each schedule that began from now on has succeeded so often."""
    since = max((run.began or 0 for run in dagster.runs()), default=0)

    def all_there() -> bool:
        return all(succeeded(dagster, schedule, since) >= times for schedule in schedules)

    wait_until(all_there, f"runs of {', '.join(schedules)} have succeeded", PATIENCE_SECONDS)


def of_tenant(runs: list[Run], tenant: str) -> list[Run]:
    return [run for run in runs if f"tenant_{tenant}" in run.pools]


def wait_until_over(dagster: Dagster, run_id: str) -> Run:
    wait_until(lambda: dagster.run(run_id).is_over, f"run {run_id} is over", PATIENCE_SECONDS)
    return dagster.run(run_id)


def test_docker_finds_it_healthy_though_it_may_do_next_to_nothing(running: Orchestrated) -> None:
    def healthy() -> bool:
        running.container.reload()
        return bool(running.container.attrs["State"]["Health"]["Status"] == "healthy")

    wait_until(healthy, "docker finds the container healthy")
    assert running.container.attrs["HostConfig"]["ReadonlyRootfs"]


def test_each_job_runs_again_and_again_and_what_a_person_starts_waits_in_the_same_line(
    home: BusyHome, dagster: Dagster
) -> None:
    wait_for_each(dagster, home.schedules, 1)
    tenant = home.tenants["acme"]
    by_hand = [dagster.launch(("acme", tenant.namespace, "csv_returns")) for _ in range(2)]
    for each in home.tenants.values():
        each.grow()
    wait_for_each(dagster, home.schedules, TIMES - 1)
    assert [wait_until_over(dagster, run).status for run in by_hand] == ["SUCCESS", "SUCCESS"]
    assert [dagster.run(run).pools for run in by_hand] == [["tenant_acme"], ["tenant_acme"]]


def test_no_tenant_ever_had_two_runs_at_one_moment(dagster: Dagster) -> None:
    runs = dagster.runs()
    for tenant in TENANTS:
        assert len([run for run in of_tenant(runs, tenant) if run.began]) >= TIMES * len(JOBS)
        assert at_once(of_tenant(runs, tenant)) == []
    assert (
        at_once([run for run in runs if run.began]) != []
    )  # of different tenants, there were: one does not wait for another


def test_the_commits_of_a_tenant_s_runs_stand_one_after_the_other_in_nessie_s_log(
    home: BusyHome, servers: Servers
) -> None:
    for tenant in home.tenants:
        in_a_row = home.runs_in_a_row(tenant, servers.nessie)
        assert len(in_a_row) >= TIMES
        assert len(in_a_row) == len(set(in_a_row)), in_a_row


def test_no_run_met_a_conflict(dagster: Dagster, running: Orchestrated) -> None:
    told = [line for line in running.log.splitlines() if CONFLICT.search(line)]
    assert told == []
    for tenant in TENANTS:
        statuses = {run.status for run in of_tenant(dagster.runs(), tenant) if run.is_over}
        assert statuses == {"SUCCESS"}


def test_every_table_is_equal_to_its_source(home: BusyHome, reader: Reader, tmp_path: Path) -> None:
    assert home.differences(reader, tmp_path) == {}


def test_a_run_whose_process_is_killed_frees_its_tenant_s_place_and_nothing_is_doubled(
    home: BusyHome, dagster: Dagster, running: Orchestrated, reader: Reader, tmp_path: Path
) -> None:
    tenant = home.tenants["globex"]
    with_more_to_land = kept_waiting(tenant, dagster)
    kill = f"kill -9 {worker_of(dagster, with_more_to_land)}"
    code, told = running.container.exec_run(["bash", "-c", kill])
    assert code == 0, told
    tenant.open.set()
    assert wait_until_over(dagster, with_more_to_land).status == "FAILURE"
    wait_for_each(dagster, tenant.schedules, 1)
    assert tenant.differences(reader, tmp_path) == []
    assert at_once(of_tenant(dagster.runs(), tenant.name)) == []


def kept_waiting(tenant: Tenant, dagster: Dagster) -> str:
    """Let a run of a tenant's Stripe job wait for an answer in the middle of its work; gives its id."""
    tenant.keep_waiting(PATIENCE_SECONDS)
    (found,) = (run for run in of_tenant(dagster.runs(), tenant.name) if run.status == "STARTED")
    assert found.schedule == f"{tenant.name}_customers"
    return found.id


def worker_of(dagster: Dagster, run_id: str) -> int:
    """Read the number of a run's process from what Dagster tells of it."""
    told = [str(event.get("message")) for event in dagster.events(run_id)]
    return next(int(found[1]) for text in told if (found := re.search(r"pid: (\d+)", text)))


def test_a_container_that_is_killed_midway_goes_on_when_it_is_started_again(
    home: BusyHome, running: Orchestrated, reader: Reader, tmp_path: Path
) -> None:
    tenant = home.tenants["acme"]
    left_over = kept_waiting(tenant, Dagster(running.address))
    running.container.kill()
    tenant.open.set()
    running.back()
    dagster = Dagster(running.address)
    assert dagster.run(left_over).status == "FAILURE"
    wait_for_each(dagster, home.schedules, 1)
    assert home.differences(reader, tmp_path) == {}
    for name in TENANTS:
        assert at_once(of_tenant(dagster.runs(), name)) == []


def test_runs_that_fail_with_a_secret_at_hand_fail_and_are_told(running: Orchestrated) -> None:
    dagster = Dagster(running.address)
    names = {f"{FAILING}_refused", f"{FAILING}_nowhere"}

    def over() -> dict[str, Run]:
        return {run.schedule: run for run in of_tenant(dagster.runs(), FAILING) if run.is_over}

    wait_until(lambda: set(over()) == names, "both runs are over", PATIENCE_SECONDS)
    failed = over()
    assert {run.status for run in failed.values()} == {"FAILURE"}
    refused, nowhere = (str(dagster.events(failed[f"{FAILING}_{job}"].id)) for job in ("refused", "nowhere"))
    assert "401" in refused
    assert "the catalog does not answer" in nowhere


EVERYTHING = """{runsOrError(limit: 1000) {... on Runs {results {runId runConfigYaml tags {key value}}}}
    instance {info} workspaceOrError {... on Workspace {locationEntries {locationOrLoadError {
    ... on RepositoryLocation {name} ... on PythonError {message stack}}}}}}"""


@pytest.fixture
def answers(running: Orchestrated) -> list[tuple[str, bytes]]:
    """All that Dagster answers by GraphQL of its runs."""
    dagster = Dagster(running.address)
    runs = [run for run in dagster.runs() if run.is_over]
    told = [("events", str(dagster.events(run.id)).encode()) for run in runs]
    return [*told, ("instance", str(dagster.ask(EVERYTHING)).encode())]


@pytest.fixture
def pages(running: Orchestrated, chromium: Browser) -> list[tuple[str, bytes]]:
    """What a browser holds of the pages that tell of failed runs, once they are there."""

    def content(opened: Page, path: str, text: str) -> bytes:
        browser.visit(opened, f"{Dagster(running.address).address}{path}", text)
        return opened.content().encode()

    failed = [run for run in of_tenant(Dagster(running.address).runs(), FAILING) if run.status == "FAILURE"][:2]
    ready = {f"/runs/{run.id}": "RUN_FAILURE" for run in failed}
    ready["/deployment/config"] = "local_artifact_storage"
    with browser.page(chromium) as opened:
        return [(path, content(opened, path, text)) for path, text in ready.items()]


def test_no_canary_is_in_what_it_keeps_or_tells(
    home: BusyHome, running: Orchestrated, answers: list[tuple[str, bytes]], pages: list[tuple[str, bytes]]
) -> None:
    kept = dict(folder(home.path / "state"))
    assert any(name.startswith("dagster/") and name.endswith(".db") for name in kept), sorted(kept)
    told = [*kept.items(), *answers, *pages, ("docker logs", running.log.encode())]
    assert [str(found) for found in search(told, canaries.ALL)] == []
    everywhere = {place for place, text in told if FAILING.encode() in text}
    assert {"events", "instance", "docker logs"} <= everywhere  # the search sees what is there


def test_docker_stop_ends_it_in_time_and_well(running: Orchestrated) -> None:
    code, seconds = running.stop()
    assert code == 0, running.log[-3000:]
    assert seconds < STOP_SECONDS
