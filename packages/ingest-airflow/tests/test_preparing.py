"""What is done before Airflow's services start: tables, pools, and a look at the DAGs."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from airflow.models.pool import Pool
from ingest_airflow.dag_checks import faults_of_dags
from ingest_airflow.orchestrator import orchestrator
from ingest_airflow.pools import make_pools
from ingest_core import plan_runner
from job_records import begun, this_host
from job_records import running as said_to_run
from running_airflow import RUNNER, Running
from sqlalchemy.exc import IntegrityError
from waiting import healthy

pytestmark = pytest.mark.xdist_group("an Airflow")

CIRCLE = """\
from airflow.sdk import DAG, BaseOperator

with DAG("circle", schedule=None):
    one, two = BaseOperator(task_id="one"), BaseOperator(task_id="two")
    one >> two >> one
"""
ODD_NAME = """\
from airflow.sdk import DAG

DAG("no spaces", schedule=None)
"""
NOT_KEPT = """\
from airflow.sdk import DAG
from airflow.timetables.base import Timetable

class OfNobody(Timetable):
    pass

dag = DAG("timetable_of_nobody", schedule=OfNobody())
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    for name in ("AIRFLOW_HOME", "INGEST_HOME", "INGEST_API_SERVER"):
        monkeypatch.delenv(name, raising=False)
    return Running(tmp_path)


def pools(here: Running) -> dict[str, tuple[int, bool]]:
    with closing(sqlite3.connect(here.home / "state" / "airflow" / "airflow.db")) as records:
        found = records.execute("SELECT pool, slots, include_deferred FROM slot_pool WHERE pool != 'default_pool'")
        return {name: (slots, bool(deferred)) for name, slots, deferred in found}


def noted(here: Running) -> object:
    return json.loads((here.home / "state" / "airflow" / "launch.json").read_text(encoding="utf-8"))["pools"]


def test_two_starts_at_once_prepare_the_same_records_and_pools_stay_as_the_runner_file_says(here: Running) -> None:
    (first,) = orchestrator.deployment(here.launch("scheduler")).preparations
    variables = {**os.environ, **first.environment}
    both = [subprocess.Popen(first.argv, env=variables, stderr=subprocess.PIPE) for _ in range(2)]  # noqa: S603  # ours
    said = [each.communicate()[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert pools(here) == {"tenant_acme": (1, True), "tenant_globex": (1, True)}
    assert noted(here) == ["tenant_acme", "tenant_globex"]
    without_others = RUNNER.rsplit("\n", 2)[0] + "\n    concurrency_per_tenant: 2\n"
    here.write("configs/runner.yaml", without_others)
    assert here.prepare("scheduler").returncode == 0
    assert pools(here) == {"tenant_acme": (2, True), "tenant_globex": (1, True)}
    assert noted(here) == ["tenant_acme"]


@pytest.mark.parametrize(
    ("text", "told"),
    [(CIRCLE, "Cycle detected"), (ODD_NAME, "alphanumeric"), (NOT_KEPT, "OfNobody"), ("import airflow, DAG\n", "DAG")],
)
def test_what_airflow_does_not_take_is_found_before_anything_starts(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "dags.py").write_text(text, encoding="utf-8")
    faults = faults_of_dags(tmp_path)
    assert len(faults) == 1
    (fault,) = faults.values()
    assert told in fault
    assert "Traceback" not in fault


def test_it_is_told_in_a_line_and_nothing_starts(here: Running) -> None:
    done = here.prepare()
    assert done.returncode == 0
    assert f"the passwords of the page are in {here.home}/state/airflow/passwords.json" in done.stdout
    assert here.password() not in done.stdout + done.stderr
    here.write("state/airflow/dags/odd.py", ODD_NAME)
    done = here.prepare()
    assert done.returncode == 1
    assert "Airflow does not take what" in done.stderr
    assert "odd.py: " in done.stderr
    assert "no spaces" in done.stderr


def test_a_service_alone_is_asked_after_by_the_name_that_airflow_has_for_this_host(here: Running) -> None:
    assert here.prepare("scheduler").returncode == 0
    (scheduler,) = orchestrator.deployment(here.launch("scheduler")).services
    assert not healthy(scheduler)
    begun(records(here), "SchedulerJob", f"{this_host()}.elsewhere")
    (again,) = orchestrator.deployment(here.launch("scheduler")).services
    assert not healthy(again)
    begun(records(here), "SchedulerJob", this_host())
    (again,) = orchestrator.deployment(here.launch("scheduler")).services
    assert healthy(again)


def test_schedulers_of_before_are_gone_wherever_they_ran_where_the_records_are_a_file(here: Running) -> None:
    assert here.prepare("scheduler").returncode == 0
    gone = {begun(records(here), "SchedulerJob", host) for host in (this_host(), "container-of-before")}
    other = begun(records(here), "TriggererJob", this_host())
    assert said_to_run(records(here)) == {*gone, other}
    assert "2 scheduler" in here.prepare().stdout
    assert said_to_run(records(here)) == {other}


def records(here: Running) -> str:
    return f"sqlite:///{here.home}/state/airflow/airflow.db"


def test_a_pool_that_another_service_makes_at_the_same_moment_is_set_right(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def create_or_update_pool(name: str, **_: object) -> None:
        asked.append(name)
        if asked.count(name) == 1:
            raise IntegrityError("INSERT", {}, ValueError("UNIQUE constraint failed: slot_pool.pool"))

    monkeypatch.setattr(Pool, "create_or_update_pool", create_or_update_pool)
    make_pools(plan_runner(here.home / "configs" / "runner.yaml"))
    assert asked == ["tenant_acme", "tenant_acme", "tenant_globex", "tenant_globex"]
