"""A runner file is read with all its jobs, offline, and every fault of all of them is told at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError, RunnerPlan, plan_runner, slot_of

JOB = """\
tenant: {tenant}
source:
  connector: csv
  objects: {{orders: {{path: data/orders.csv, table: {table}}}}}
target: {{connector: iceberg{catalog}}}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("INGEST_HOME", raising=False)
    (tmp_path / "configs").mkdir()
    for tenant, name in (("acme", "orders"), ("acme", "returns"), ("globex", "orders")):
        write_job(tmp_path, tenant, name, table=name)
    return tmp_path


def write_job(home: Path, tenant: str, name: str, table: str, catalog: str = "") -> None:
    file = home / "jobs" / tenant / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(JOB.format(tenant=tenant, table=table, catalog=catalog), encoding="utf-8")


def planned(home: Path, schedules: str, rest: str = "") -> RunnerPlan:
    file = home / "configs" / "runner.yaml"
    body = dedent(rest) + "schedules:\n" + dedent(schedules)
    text = "runner:\n  orchestrator:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    file.write_text(text, encoding="utf-8")
    return plan_runner(file)


def faults(home: Path, schedules: str, rest: str = "") -> list[str]:
    with pytest.raises(JobError) as caught:
        planned(home, schedules, rest)
    return [str(fault) for fault in caught.value.faults]


def test_schedules_come_with_the_plans_of_their_jobs(home: Path) -> None:
    runner = planned(
        home,
        """\
        - {name: hourly, config: jobs/acme/orders.yaml, cron: "0 * * * *"}
        - {name: often, config: jobs/acme/../acme/orders.yaml, interval_seconds: 45}
        - {name: other, config: jobs/globex/orders.yaml, cron: "15 2 * * *", enabled: false}
        - {name: nightly, maintain: acme, cron: "30 3 * * *"}
        """,
    )
    assert [(each.spec.name, each.tenant, each.plan and each.plan.job.name) for each in runner.schedules] == [
        ("hourly", "acme", "orders"),
        ("often", "acme", "orders"),
        ("other", "globex", "orders"),
        ("nightly", "acme", None),
    ]
    assert runner.schedules[0].plan is runner.schedules[1].plan
    assert len(runner.plans) == 2
    assert runner.home == home


def test_every_fault_of_the_file_and_its_jobs_is_told_at_once(home: Path) -> None:
    (home / "jobs" / "acme" / "returns.yaml").write_text("tenant: acme\nsource: {conector: csv}\n", encoding="utf-8")
    told = faults(
        home,
        """\
        - {name: a, config: jobs/acme/order.yaml, cron: "0 * * * *"}
        - {name: b, config: jobs/acme/returns.yaml, cron: "0 25 * * *"}
        - {name: b, config: jobs/acme/orders.yaml, cron: "0 * * * *", interval_seconds: 5}
        - {name: c, config: jobs/acme/orders.yaml}
        - {name: d, config: jobs/acme/orders.yaml, interval_seconds: 5, timezone: Europe/Berlim, enable: true}
        - {name: e, config: jobs/acme/orders.yaml, cron: "0 0 30 2 *"}
        """,
        rest="concurency_per_tenant: 1\n",
    )
    for part in (
        "did you mean 'concurrency_per_tenant'?",
        "there is no job file",
        "did you mean 'orders.yaml'?",
        "did you mean 'connector'?",
        "must be five fields",
        "exactly one of `cron` and `interval_seconds`",
        "did you mean 'enabled'?",
        "no timezone of the IANA database",
        "names a day that never comes",
        "configs/runner.yaml:5:",
    ):
        assert any(part in each for each in told), (part, told)


def test_a_job_file_that_cannot_be_looked_at_is_a_fault_like_any_other(home: Path) -> None:
    # The system refuses to look, as it does in a folder of somebody else's.
    (told,) = faults(home, f'- {{name: a, config: jobs/{"x" * 300}.yaml, cron: "0 * * * *"}}\n')
    assert "cannot be read: File name too long" in told


def test_names_that_stand_twice_are_a_fault(home: Path) -> None:
    line = '- {name: a, config: jobs/acme/orders.yaml, cron: "0 * * * *"}\n'
    (told,) = faults(home, line * 2)
    assert "names a more than once" in told


@pytest.mark.parametrize(
    ("catalog", "tenant"), [("", "acme"), (', catalog: {uri: "http://nessie:19120/iceberg"}', "acme")]
)
def test_two_jobs_on_one_table_are_a_fault(home: Path, catalog: str, tenant: str) -> None:
    write_job(home, tenant, "again", table="orders", catalog=catalog)
    (told,) = faults(
        home,
        f"""\
        - {{name: a, config: jobs/acme/orders.yaml, cron: "0 * * * *"}}
        - {{name: b, config: jobs/{tenant}/again.yaml, cron: "0 * * * *"}}
        """,
    )
    assert "lands in the table acme.orders, as the job" in told
    assert "runner.yaml:5:" in told


def test_two_tenants_on_one_table_of_one_catalog_are_a_fault(home: Path) -> None:
    write_job(home, "globex", "theirs", table="orders", catalog=", namespace: acme")
    (told,) = faults(
        home,
        """\
        - {name: a, config: jobs/acme/orders.yaml, cron: "0 * * * *"}
        - {name: b, config: jobs/globex/theirs.yaml, cron: "0 * * * *"}
        """,
    )
    assert "lands in the table acme.orders" in told


def test_a_database_is_named_by_a_variable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = '- {name: a, config: jobs/acme/orders.yaml, cron: "0 * * * *"}\n'
    (told,) = faults(home, line, rest="database: postgresql://ann:hunter2@db/x\n")
    assert "${env:NAME}" in told
    assert "hunter2" not in told
    runner = planned(home, line, rest="database: ${env:RECORDS}\n")
    with pytest.raises(JobError, match="RECORDS is not set"):
        runner.database_url()
    monkeypatch.setenv("RECORDS", "postgresql://ann:hunter2@db/x")
    assert runner.database_url() == "postgresql://ann:hunter2@db/x"
    assert planned(home, line).database_url() is None


@given(
    seconds=st.integers(1, 10**7),
    at=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # the zone is beside it
)
def test_slots_follow_one_another_without_gap_or_overlap(seconds: int, at: datetime) -> None:
    begin = slot_of(seconds, at)
    assert 0 <= (at - begin).total_seconds() < seconds
    assert begin.timestamp() % seconds == 0
    assert slot_of(seconds, begin) == begin
    assert slot_of(seconds, at.astimezone(ZoneInfo("America/New_York"))) == begin


def depend(home: Path, name: str, *tables: str) -> str:
    """Have a job depend on tables, and give the line of a schedule of it."""
    file = home / "jobs" / "acme" / f"{name}.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}depends_on: [{', '.join(tables)}]\n", encoding="utf-8")
    return f'- {{name: {name}, config: jobs/acme/{name}.yaml, cron: "0 * * * *"}}\n'


def test_a_job_that_depends_on_itself_and_jobs_that_depend_on_one_another_are_faults(home: Path) -> None:
    (told,) = faults(home, depend(home, "orders", "orders"))
    assert "depends on a table of its own" in told
    write_job(home, "acme", "orders", table="orders")
    lines = depend(home, "orders", "acme.returns") + depend(home, "returns", "crm.contacts", "orders")
    (told,) = faults(home, lines)
    assert "each of these depends on a table of the next: " in told
    assert "runner.yaml:" in told


def test_tables_that_nobody_in_the_file_makes_may_be_depended_on(home: Path) -> None:
    assert planned(home, depend(home, "orders", "crm.contacts", "returns")).plans


OTHERS = ("0 0 1W * *", "R * * * *", "0 0 L * *", "0 0 * * mon#2", "0 0 ? * *", "@daily", "H * * * *")


@pytest.mark.parametrize("line", OTHERS)
def test_cron_lines_that_not_all_read_alike_are_faults(home: Path, line: str) -> None:
    (told,) = faults(home, f'- {{name: a, config: jobs/acme/orders.yaml, cron: "{line}"}}\n')
    assert ".cron: " in told


@pytest.mark.parametrize("line", ["*/15 0-6,20 * jan-mar MON-fri", "0 0 29 2 *", "5 4 * * sun"])
def test_cron_lines_as_crontab_has_them_are_read(home: Path, line: str) -> None:
    (read,) = planned(home, f'- {{name: a, config: jobs/acme/orders.yaml, cron: "{line}"}}\n').schedules
    assert read.spec.cron == line


def test_of_some_schedules_alone_only_their_jobs_are_read(home: Path) -> None:
    lines = "".join(
        f'- {{name: {name}, config: jobs/acme/{name}.yaml, cron: "0 * * * *"}}\n' for name in ("orders", "returns")
    )
    file = planned(home, lines).file
    (home / "jobs" / "acme" / "returns.yaml").write_text("tenant: [", encoding="utf-8")
    (schedule,) = plan_runner(file, only=["orders"]).schedules
    assert schedule.spec.name == "orders"
    with pytest.raises(JobError):
        plan_runner(file)
