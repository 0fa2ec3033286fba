"""Dagster as it is started: real processes, healthy as told, killed in every way; a tenant's runs one after the other.

The tests share one Dagster, and each leaves it running with no run in it.
"""

from __future__ import annotations

import os
import signal

import pytest
from running_dagster import Running
from waiting import healthy, until

pytestmark = pytest.mark.xdist_group("a Dagster")


pytestmark = pytest.mark.xdist_group("a Dagster")


@pytest.fixture(scope="module", autouse=True)
def _started(running: Running) -> None:
    running.start()


def test_a_service_is_healthy_once_it_does_its_work(running: Running) -> None:
    assert running.deployment is not None
    assert [service.name for service in running.deployment.services] == ["code-server", "webserver", "daemon"]
    assert all(healthy(service) for service in running.deployment.services)


def test_runs_of_a_tenant_go_one_after_the_other_also_those_started_by_hand(running: Running) -> None:
    first, second, third = running.run(), running.run(), running.run()
    other = running.run("globex")
    running.worker(first)
    running.worker(other)
    assert [running.status(run_id) for run_id in (second, third)] == ["QUEUED", "QUEUED"]
    for run_id in (first, second, third, other):
        running.ends(run_id)


def test_a_killed_run_is_failed_and_the_next_one_goes_on(running: Running) -> None:
    first, second = running.run(), running.run()
    os.kill(running.worker(first), signal.SIGKILL)
    running.becomes(first, "FAILURE")
    running.ends(second)


def test_a_killed_daemon_goes_on_where_it_was(running: Running) -> None:
    first, second = running.run(), running.run()
    running.worker(first)
    running.kill("daemon")
    running.let_go(first)
    running.becomes(first, "SUCCESS")
    assert running.status(second) == "QUEUED"
    running.begin(running.service("daemon"))
    running.ends(second)


def test_a_run_that_was_killed_with_everything_gives_its_place_up_before_the_daemon_starts(running: Running) -> None:
    first, second = running.run(), running.run()
    running.worker(first)
    running.kill_everything()
    assert f"run {first} was going on when its process was killed" in running.prepare()
    assert running.deployment is not None
    for service in running.deployment.services[:2]:
        running.begin(service)
    assert (running.status(first), running.status(second)) == ("FAILURE", "QUEUED")
    assert "its container or machine was" in running.messages(first)
    running.begin(running.service("daemon"))
    running.ends(second)


def test_a_run_killed_together_with_its_code_server_gives_its_place_up_while_the_rest_goes_on(running: Running) -> None:
    first, second = running.run(), running.run()
    running.worker(first)
    running.kill("code-server")
    running.begin(running.service("code-server"))
    running.becomes(first, "FAILURE")
    assert "its container or machine was" in running.messages(first)
    running.ends(second)


def test_a_code_server_that_lost_the_process_that_holds_the_definitions_ends_and_is_started_again(
    running: Running,
) -> None:
    first, second = running.run(), running.run()
    running.worker(first)
    server = running.processes.pop("code-server")
    (holder,) = running.children(server.pid)
    os.kill(holder, signal.SIGKILL)
    until(lambda: server.poll() is not None, "the code server has ended")
    assert "the process that held the definitions is gone" in running.log("code-server")
    running.let_go(first)  # which needs none
    running.becomes(first, "SUCCESS")
    running.begin(running.service("code-server"))
    running.ends(second)


def test_no_more_runs_of_a_schedule_at_once_than_it_says(running: Running) -> None:
    first, second = running.run("free", schedule="busy"), running.run("free", schedule="busy")
    other = running.run("free", schedule="hourly")
    running.worker(first)
    running.worker(other)
    assert running.status(second) == "QUEUED"
    for run_id in (first, second, other):
        running.ends(run_id)


def test_a_tenant_that_a_reload_brings_is_limited_from_its_first_runs_and_runs_of_before_go_on(
    running: Running,
) -> None:
    before = running.run()
    running.worker(before)
    running.write("initech", "")
    running.reload()
    runs = [running.run("initech") for _ in range(2)]
    first = until(lambda: next((run_id for run_id in runs if running.status(run_id) == "STARTED"), ""), "one begins")
    (second,) = set(runs) - {first}
    running.worker(first)
    assert running.status(second) == "QUEUED"
    for run_id in (first, second, before):
        running.ends(run_id)
