"""Airflow as it is started: real processes, healthy as told, killed in every way; a tenant's runs one after the other.

The tests share one Airflow, and each leaves it running with no run in it, but for the last.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from running_airflow import Running
from waiting import healthy, until

pytestmark = pytest.mark.xdist_group("an Airflow")


@pytest.fixture(scope="module", autouse=True)
def _started(running: Running) -> None:
    running.write("secrets/airflow/admin_password", "chosen-sesame\n")
    running.start()
    until(lambda: running.api("GET", "/dags").get("total_entries") == 3, "the DAGs are there")


def test_services_are_healthy_and_a_person_logs_in_with_the_password_that_was_chosen(running: Running) -> None:
    assert running.deployment is not None
    names = [service.name for service in running.deployment.services]
    assert names == ["api-server", "scheduler", "dag-processor", "triggerer"]
    assert all(healthy(service) for service in running.deployment.services)
    assert running.password() == "chosen-sesame"
    assert "access_token" in running.token("chosen-sesame")
    assert "access_token" not in running.token("guessed")
    assert "chosen-sesame" not in "".join(running.log(name) for name in names)


def test_a_run_that_a_person_starts_lands_rows(running: Running) -> None:
    run_id = running.trigger("orders")
    running.becomes("orders", run_id, "success")
    assert running.landed("orders", run_id)["rows"] == 2


def test_runs_of_a_tenant_go_one_after_the_other(running: Running) -> None:
    with running.held("acme"):
        first = running.trigger("orders")
        running.becomes("orders", first, "running")
        second = running.trigger("returns")
        running.becomes("returns", second, "scheduled")
        until(lambda: len(running.runs()) == 1, "one run has a process")
        pools = {pool["name"]: pool for pool in running.api("GET", "/pools")["pools"]}
        assert (pools["tenant_acme"]["slots"], pools["tenant_acme"]["open_slots"]) == (1, 0)
        assert running.task("returns", second)["state"] == "scheduled"
    running.becomes("orders", first, "success")
    running.becomes("returns", second, "success")


def test_a_killed_run_is_tried_again_and_the_next_one_goes_on_before(running: Running) -> None:
    with running.held("acme"):
        first = running.trigger("orders")
        (pid,) = until(running.runs, "the run has a process")
        second = running.trigger("returns")
        os.kill(pid, signal.SIGKILL)
        running.becomes("orders", first, "up_for_retry")
    running.becomes("returns", second, "success")
    running.becomes("orders", first, "success")
    assert running.task("orders", first)["try_number"] == 2


def test_a_killed_scheduler_is_started_again_and_nothing_is_doubled(running: Running) -> None:
    running.write("data/orders/2.csv", "id,price\n3,4.5\n")
    with running.held("acme"):
        run_id = running.trigger("orders")
        until(running.runs, "the run has a process")
        running.kill("scheduler")
    running.begin(running.service("scheduler"))
    running.becomes("orders", run_id, "success")
    assert running.landed("orders", run_id)["total_rows"] == running.rows("orders")


def test_what_was_killed_with_everything_goes_on(running: Running) -> None:
    running.write("data/orders/3.csv", "id,price\n4,5.5\n")
    with running.held("acme"):
        first = running.trigger("orders")
        until(running.runs, "the run has a process")
        second = running.trigger("returns")
        running.kill_everything()
    assert "1 scheduler of before was killed" in running.start()
    running.becomes("orders", first, "success")
    running.becomes("returns", second, "success")
    assert running.landed("orders", first)["total_rows"] == running.rows("orders")


def test_services_end_when_they_are_asked_to_and_a_run_ends_with_them(running: Running) -> None:
    with running.held("acme"):
        running.trigger("orders")
        runs = until(running.runs, "the run has a process")
        # In the command's order: the page's server hears how the others ended, and is asked last.
        *others, page = ("scheduler", "triggerer", "dag-processor", "api-server")
        for name in others:
            os.killpg(running.processes[name].pid, signal.SIGTERM)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in runs), "the run ends", 30)
        for name in others:
            until(lambda name=name: running.processes[name].poll() is not None, f"{name} ends", 30)  # type: ignore[misc]
        os.killpg(running.processes[page].pid, signal.SIGTERM)
        until(lambda: running.processes[page].poll() is not None, f"{page} ends", 30)
