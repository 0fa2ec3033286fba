"""A runner file becomes DAGs: when they start, in which pool, which assets they are of, and what their pages say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pendulum
import pytest
import yaml
from airflow.sdk.exceptions import AirflowFailException
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables import trigger
from airflow.timetables.base import DataInterval, TimeRestriction
from ingest_airflow import dags, runner_dags
from ingest_airflow.operators import IngestMaintenanceOperator, IngestOperator
from ingest_core import JobError

if TYPE_CHECKING:
    from airflow.sdk import DAG

NEW_YORK = "America/New_York"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("INGEST_HOME", raising=False)
    (tmp_path / "jobs").mkdir()
    return tmp_path


def job(home: Path, tenant: str, name: str, **said: Any) -> str:  # noqa: ANN401  # whatever a job may say
    source = {"connector": "csv", "objects": {name: {"path": f"data/{name}.csv", "table": name}}}
    file = home / "jobs" / tenant / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump({"tenant": tenant, "source": source, "target": {"connector": "iceberg"}, **said}))
    return f"jobs/{tenant}/{name}.yaml"


def runner(home: Path, *schedules: dict[str, Any], **orchestrator: Any) -> Path:  # noqa: ANN401  # as above
    file = home / "runner.yaml"
    said = {"type": "airflow", "schedules": list(schedules), **orchestrator}
    file.write_text(yaml.safe_dump({"runner": {"mode": "orchestrated", "orchestrator": said}}))
    return file


def one(home: Path, **said: Any) -> DAG:  # noqa: ANN401  # as above
    when = {} if "interval_seconds" in said else {"cron": "0 * * * *"}
    schedule = {"name": "s", "config": job(home, "acme", "orders"), **when, **said}
    return dags(runner(home, schedule))["s"]


def task_of(dag: DAG) -> IngestOperator:
    (task,) = dag.tasks
    assert isinstance(task, IngestOperator)
    return task


def test_a_schedule_is_a_dag_with_one_task_in_the_pool_of_its_tenant(home: Path) -> None:
    first = {"name": "hourly", "config": job(home, "acme", "orders"), "cron": "0 * * * *"}
    second = {"name": "often", "config": job(home, "globex", "orders"), "interval_seconds": 90}
    found = dags(runner(home, first, second, concurrency_per_tenant=2))
    assert list(found) == ["hourly", "often"]
    task = task_of(found["often"])
    assert (task.pool, task.tenant_limit, task.task_id) == ("tenant_globex", 2, "load")
    assert (task.job, task.home) == (str(home / "jobs/globex/orders.yaml"), str(home))


def test_what_a_schedule_says_is_what_its_dag_says(home: Path) -> None:
    dag = one(home, enabled=False, max_concurrent_runs=3, tags={"environment": "production", "long": "x" * 200})
    assert (dag.is_paused_upon_creation, dag.max_active_runs, dag.catchup) == (True, 3, False)
    assert dag.tags == {"acme", "environment:production", f"long:{'x' * 95}"}
    assert one(home).is_paused_upon_creation is False


def test_a_table_is_an_outlet_and_one_that_it_is_made_of_an_inlet(home: Path) -> None:
    objects = {"a": {"path": "data/a.csv", "table": "sizes"}, "b": {"path": "data/b.csv", "table": "sizes"}}
    source = {"connector": "csv", "objects": objects}
    file = job(home, "acme", "orders", source=source, depends_on=["raw.clicks"])
    task = task_of(dags(runner(home, {"name": "s", "config": file, "cron": "0 * * * *"}))["s"])
    assert [(each.name, each.uri, each.group) for each in task.outlets] == [
        ("acme/acme/sizes", "ingest://acme/acme/sizes", "acme")
    ]
    assert [each.name for each in task.inlets] == ["acme/raw/clicks"]


def test_owner_and_page_are_those_of_the_contract(home: Path) -> None:
    (home / "assets").mkdir()
    columns = [{"name": "id", "logicalType": "integer", "description": "Which | order"}]
    schema = [{"name": "orders", "description": "Every order.", "properties": columns}]
    contract = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "o", "version": "1.0.0", "status": "active"}
    people = {"name": "Sales", "members": [{"username": "ann@acme.example"}]}
    (home / "assets/orders.yaml").write_text(yaml.safe_dump({**contract, "schema": schema, "team": people}))
    file = job(home, "acme", "orders", asset="orders")
    dag = dags(runner(home, {"name": "s", "config": file, "cron": "0 * * * *"}))["s"]
    assert (task_of(dag).owner, dag.description) == ("Sales", "Every order.")
    assert dag.doc_md
    assert "Team: Sales, ann@acme.example" in dag.doc_md
    assert r"| id | int64 | Which \| order |" in dag.doc_md


def test_without_a_contract_the_tenant_is_the_owner(home: Path) -> None:
    dag = one(home)
    assert (task_of(dag).owner, dag.description) == ("acme", "csv to acme.orders")


def test_what_a_team_gives_all_tasks_comes_before_what_we_say(home: Path) -> None:
    file = runner(home, {"name": "s", "config": job(home, "acme", "orders"), "cron": "0 * * * *"})
    task = task_of(dags(file, default_args={"retries": 7, "owner": "me"})["s"])
    assert (task.retries, task.owner) == (7, "me")
    assert task_of(dags(file)["s"]).retries == runner_dags.TRIES_AGAIN["retries"]


def test_maintenance_of_a_tenant_is_a_dag_of_its_pool(home: Path) -> None:
    dag = dags(runner(home, {"name": "nightly", "maintain": "acme", "cron": "0 3 * * *"}))["nightly"]
    (task,) = dag.tasks
    assert isinstance(task, IngestMaintenanceOperator)
    assert (task.tenant, task.home, task.pool, task.owner) == ("acme", str(home), "tenant_acme", "acme")


def test_every_fault_is_told_at_once(home: Path) -> None:
    broken = {"name": "s", "config": "jobs/acme/none.yaml", "cron": "0 * * * *", "intervall": 3}
    with pytest.raises(JobError) as caught:
        dags(runner(home, broken, {"name": "t", "config": job(home, "acme", "a", tabel=1), "cron": "61 * * * *"}))
    for told in ("there is no job file", "'intervall'", "'tabel'", "must be five fields"):
        assert told in str(caught.value)


@pytest.fixture
def faulty(home: Path) -> Path:
    """A runner file with one schedule that is sound, one whose job has a fault, and one with a fault itself."""
    sound = {"name": "s", "config": job(home, "acme", "orders"), "cron": "0 * * * *"}
    faulty = {"name": "t", "config": job(home, "acme", "other", tabel=1), "cron": "0 * * * *"}
    return runner(home, sound, faulty, {"name": "u", "config": "jobs/acme/orders.yaml", "cron": "61 * * * *"})


def of_a_task(monkeypatch: pytest.MonkeyPatch, dag_id: str) -> None:
    monkeypatch.setattr(runner_dags, "get_parsing_context", lambda: SimpleNamespace(dag_id=dag_id, task_id="load"))


def test_a_process_of_one_task_reads_its_job_alone(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JobError):
        dags(faulty)
    of_a_task(monkeypatch, "s")
    assert isinstance(task_of(dags(faulty)["s"]), IngestOperator)


@pytest.mark.parametrize(("dag_id", "told"), [("t", r"other\.yaml:7:1: tabel: unknown key"), ("u", "five fields")])
def test_a_task_whose_own_job_has_a_fault_fails_for_good_and_tells_it(
    faulty: Path, monkeypatch: pytest.MonkeyPatch, dag_id: str, told: str
) -> None:
    of_a_task(monkeypatch, dag_id)
    dag = dags(faulty)[dag_id]
    with pytest.raises(AirflowFailException, match=told):
        dag.tasks[0].execute({})  # type: ignore[union-attr]  # no mapped one


def test_what_is_sound_of_a_faulty_file_is_made_all_the_same(faulty: Path, home: Path) -> None:
    assert list(runner_dags.sound_dags(faulty, home)) == ["s"]


def kept(dag: DAG) -> Any:  # noqa: ANN401  # a class of Airflow's that is not public
    """Give a DAG as Airflow's database keeps it."""
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def test_airflow_keeps_a_dag_as_it_is(home: Path) -> None:
    hourly, often = kept(one(home)), kept(one(home, interval_seconds=90))
    assert (hourly.dag_id, hourly.timetable.summary, often.timetable.summary) == ("s", "0 * * * *", "every 90 s")
    assert [(each.pool, each.retries) for each in often.tasks] == [("tenant_acme", 2)]
    assert [each.name for each in often.tasks[0].outlets] == ["acme/acme/orders"]


class Now:
    """A clock that is set by hand."""

    at = datetime(2026, 3, 7, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Now]]:
    monkeypatch.setattr(trigger, "utcnow", lambda: pendulum.instance(Now.at))
    yield Now
    Now.at = datetime(2026, 3, 7, tzinfo=UTC)


def starts(dag: DAG, begin: str, count: int) -> list[str]:
    """List when a DAG's runs begin, in UTC, each looked for when its time has just come."""
    table = kept(dag).timetable
    Now.at = datetime.fromisoformat(begin)
    last: DataInterval | None = None
    found = []
    for _ in range(count):
        info = table.next_dagrun_info(
            last_automated_data_interval=last, restriction=TimeRestriction(None, None, catchup=False)
        )
        assert info
        assert info.data_interval
        last, Now.at = info.data_interval, info.run_after + timedelta(seconds=1)
        found.append(f"{info.run_after.astimezone(UTC):%m-%d %H:%M}")
    return found


@pytest.mark.usefixtures("now")
def test_a_cron_line_goes_by_the_clock_of_its_zone_over_both_changes(home: Path) -> None:
    daily = one(home, cron="15 6 * * *", timezone=NEW_YORK)
    # Clocks went forward on 2026-03-08 and back on 2026-11-01.
    assert starts(daily, "2026-03-07T00:00:00+00:00", 3) == ["03-07 11:15", "03-08 10:15", "03-09 10:15"]
    assert starts(daily, "2026-10-31T00:00:00+00:00", 3) == ["10-31 10:15", "11-01 11:15", "11-02 11:15"]


@pytest.mark.usefixtures("now")
def test_a_time_that_clocks_leave_out_or_repeat_comes_once(home: Path) -> None:
    spring = starts(one(home, cron="30 2 * * *", timezone=NEW_YORK), "2026-03-07T00:00:00+00:00", 3)
    assert [each[:5] for each in spring] == ["03-07", "03-08", "03-09"]
    autumn = starts(one(home, cron="30 1 * * *", timezone=NEW_YORK), "2026-10-31T00:00:00+00:00", 3)
    assert [each[:5] for each in autumn] == ["10-31", "11-01", "11-02"]


@pytest.mark.usefixtures("now")
def test_an_hourly_line_comes_every_hour_over_both_changes(home: Path) -> None:
    hourly = one(home, cron="0 * * * *", timezone=NEW_YORK)
    for begin, first in (("2026-03-08T05:30:00+00:00", "03-08 06:00"), ("2026-11-01T04:30:00+00:00", "11-01 05:00")):
        day, hour = first[:5], int(first[6:8])
        assert starts(hourly, begin, 4) == [f"{day} {each:02}:00" for each in range(hour, hour + 4)]


def test_after_a_pause_one_run_begins_and_the_rest_are_let_go(home: Path, now: type[Now]) -> None:
    table = kept(one(home)).timetable
    before = pendulum.datetime(2026, 3, 7, 5)
    now.at = datetime(2026, 3, 9, 7, 20, tzinfo=UTC)
    info = table.next_dagrun_info(
        last_automated_data_interval=DataInterval(before, before),
        restriction=TimeRestriction(None, None, catchup=False),
    )
    assert info
    assert info.run_after == pendulum.datetime(2026, 3, 9, 7)


def test_who_asks_for_it_gets_a_run_for_every_time_that_went_by(home: Path) -> None:
    file = runner(home, {"name": "s", "config": job(home, "acme", "orders"), "cron": "0 * * * *"})
    dag = dags(file, catchup_from=datetime(2026, 3, 1, tzinfo=UTC))["s"]
    assert (dag.catchup, dag.start_date) == (True, pendulum.datetime(2026, 3, 1))


def printed(code: str) -> str:
    """Run code in a Python of its own, and give the last line that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return done.stdout.splitlines()[-1]


def test_a_hundred_jobs_are_parsed_in_less_than_two_seconds(home: Path) -> None:
    schedules = [
        {"name": f"s{number}", "config": job(home, f"t{number % 7}", f"orders{number}"), "cron": "0 * * * *"}
        for number in range(100)
    ]
    file = runner(home, *schedules)
    code = f"""
import time, airflow.sdk
begin = time.process_time()
from ingest_airflow import dags
assert len(dags({str(file)!r})) == 100
print(time.process_time() - begin)
"""
    assert float(printed(code)) < 2


@pytest.mark.parametrize("module", ["runner_dags", "operators", "timetable", "plugin", "provider"])
def test_nothing_heavy_is_imported_at_the_top(module: str) -> None:
    code = f"""
import sys, airflow.sdk
before = set(sys.modules)
import ingest_airflow.{module}
print(*(set(sys.modules) - before))
"""
    heavy = {"ingest_core", "pyarrow", "pyiceberg", "duckdb", "numpy", "pandas", "requests"}
    assert not heavy & set(printed(code).split())
