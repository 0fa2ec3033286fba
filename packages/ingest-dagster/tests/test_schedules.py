"""Runs begin when the runner file says: cron lines in their zone, intervals in slots, never behind one that waits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster_home import Home
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_dagster import definitions
from ingest_dagster.facts import ScheduleFacts
from ingest_dagster.schedules import interval_sensor

NEW_YORK = "America/New_York"
EVERY = ScheduleFacts(
    name="often", tenant="acme", file=Path("/jobs/acme/x.yaml"), cron=None, interval_seconds=90,
    enabled=True, timezone="UTC", tags={},
)  # fmt: skip


def scheduled(home: Home, line: str) -> dg.ScheduleDefinition:
    home.job("orders")
    found = home.definitions(f"{{name: s, config: jobs/acme/orders.yaml, {line}}}").resolve_schedule_def("s")
    assert isinstance(found, dg.ScheduleDefinition)
    return found


def ticks(schedule: dg.ScheduleDefinition, begin: str, count: int) -> Sequence[str]:
    """List when a schedule comes next, in UTC, as Dagster's daemon reckons it."""
    start = datetime.fromisoformat(begin).timestamp()
    found = islice(dg_ticks(schedule, start), count)
    return [f"{each.astimezone(UTC):%m-%d %H:%M}" for each in found]


def dg_ticks(schedule: dg.ScheduleDefinition, start: float) -> Any:  # noqa: ANN401  # Dagster's own iterator, which is not public
    from dagster._utils.schedules import schedule_execution_time_iterator  # noqa: PLC0415  # as above

    return schedule_execution_time_iterator(start, str(schedule.cron_schedule), schedule.execution_timezone)


def test_a_cron_line_goes_by_the_clock_of_its_zone_over_both_changes(home: Home) -> None:
    daily = scheduled(home, f'cron: "15 6 * * *", timezone: {NEW_YORK}')
    # Clocks went forward on 2026-03-08 and back on 2026-11-01.
    assert ticks(daily, "2026-03-07T00:00:00+00:00", 3) == ["03-07 11:15", "03-08 10:15", "03-09 10:15"]
    assert ticks(daily, "2026-10-31T00:00:00+00:00", 3) == ["10-31 10:15", "11-01 11:15", "11-02 11:15"]


def test_a_time_that_clocks_leave_out_comes_once_and_one_that_they_repeat_comes_once(home: Home) -> None:
    night = scheduled(home, f'cron: "30 2 * * *", timezone: {NEW_YORK}')
    spring = ticks(night, "2026-03-07T00:00:00+00:00", 3)
    assert [each[:5] for each in spring] == ["03-07", "03-08", "03-09"]
    late = scheduled(home, f'cron: "30 1 * * *", timezone: {NEW_YORK}')
    autumn = ticks(late, "2026-10-31T00:00:00+00:00", 3)
    assert [each[:5] for each in autumn] == ["10-31", "11-01", "11-02"]


def test_an_hourly_line_comes_every_hour_over_both_changes(home: Home) -> None:
    hourly = scheduled(home, f'cron: "0 * * * *", timezone: {NEW_YORK}')
    assert ticks(hourly, "2026-03-08T05:30:00+00:00", 4) == ["03-08 06:00", "03-08 07:00", "03-08 08:00", "03-08 09:00"]
    assert ticks(hourly, "2026-11-01T04:30:00+00:00", 4) == ["11-01 05:00", "11-01 06:00", "11-01 07:00", "11-01 08:00"]


@pytest.mark.parametrize(("enabled", "status"), [("true", "RUNNING"), ("false", "STOPPED")])
def test_what_is_not_enabled_starts_nothing_unless_somebody_says_so(home: Home, enabled: str, status: str) -> None:
    assert scheduled(home, f'cron: "0 * * * *", enabled: {enabled}').default_status.value == status
    home.runner(f"{{name: s, config: jobs/acme/orders.yaml, interval_seconds: 5, enabled: {enabled}}}")
    defs = home.definitions(f"{{name: s, config: jobs/acme/orders.yaml, interval_seconds: 5, enabled: {enabled}}}")
    assert defs.resolve_sensor_def("s").default_status.value == status


def test_runs_have_the_tags_of_their_schedule(home: Home) -> None:
    home.job("orders")
    line = '{name: a-b, config: jobs/acme/orders.yaml, cron: "0 * * * *", tags: {environment: production}}'
    tags = home.definitions(line).resolve_job_def("a_b").run_tags
    assert dict(tags) == {"environment": "production", "ingest/schedule": "a-b"}


def queued(instance: dg.DagsterInstance, job: dg.JobDefinition) -> dg.DagsterRun:
    """Make a run that stands in the queue."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("ingest"), "__repository__")
    return instance.create_run_for_job(
        job,
        status=dg.DagsterRunStatus.QUEUED,
        tags=dict(job.run_tags),
        remote_job_origin=RemoteJobOrigin(repository, job.name),
    )


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def look(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None) -> tuple[list[str], str | None]:
    """Look at the clock once, as the daemon does, and give the keys of the runs that begin and the next cursor."""
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        told = sensor.evaluate_tick(context)
    return [str(request.run_key) for request in told.run_requests or []], told.cursor or cursor


@settings(max_examples=30, deadline=None)
@given(
    seconds=st.sampled_from([5, 45, 90, 21_600]),
    pauses=st.lists(st.integers(1, 100_000), min_size=1, max_size=12),
)
def test_each_slot_that_is_seen_starts_one_run_and_one_that_is_not_starts_none(
    seconds: int, pauses: Sequence[int]
) -> None:
    clock = Clock(datetime(2026, 3, 8, tzinfo=UTC))
    sensor = interval_sensor(replace(EVERY, interval_seconds=seconds), "often", clock)
    cursor: str | None = None
    seen: set[int] = set()
    with dg.DagsterInstance.ephemeral() as instance:
        for pause in pauses:
            keys, cursor = look(sensor, instance, cursor)
            slot = int(clock.at.timestamp()) // seconds
            begin = datetime.fromtimestamp(slot * seconds, UTC)
            assert keys == ([] if slot in seen else [f"often@{begin:%Y-%m-%dT%H:%M:%SZ}"])
            seen.add(slot)
            clock.at += timedelta(seconds=pause)


def test_a_slot_in_which_a_run_still_waits_is_left_out(home: Home, instance: dg.DagsterInstance) -> None:
    home.job("orders")
    defs = home.definitions("{name: often, config: jobs/acme/orders.yaml, interval_seconds: 90}")
    clock = Clock(datetime(2026, 3, 8, tzinfo=UTC))
    sensor = interval_sensor(EVERY, "often", clock)
    job = defs.resolve_job_def("often")
    run = queued(instance, job)
    keys, cursor = look(sensor, instance, None)
    assert keys == []
    instance.report_run_canceled(run)
    assert look(sensor, instance, cursor)[0] == []
    clock.at += timedelta(seconds=90)
    assert look(sensor, instance, cursor)[0] == ["often@2026-03-08T00:01:30Z"]


def test_a_cron_run_is_not_put_behind_one_that_waits(home: Home, instance: dg.DagsterInstance) -> None:
    schedule = scheduled(home, 'cron: "0 * * * *"')
    job = home.definitions('{name: s, config: jobs/acme/orders.yaml, cron: "0 * * * *"}').resolve_job_def("s")
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=datetime(2026, 3, 8, tzinfo=UTC)) as now:
        assert len(schedule.evaluate_tick(now).run_requests or []) == 1
        run = instance.create_run_for_job(job, tags=dict(job.run_tags))
        assert len(schedule.evaluate_tick(now).run_requests or []) == 1  # one that was made and never queued
        instance.report_run_canceled(run)
        queued(instance, job)
        assert not schedule.evaluate_tick(now).run_requests


@pytest.mark.parametrize(("seconds", "look_every"), [(1, 1), (45, 15), (90, 30), (21_600, 30)])
def test_the_clock_is_looked_at_often_enough_for_the_slot(seconds: int, look_every: int) -> None:
    sensor = interval_sensor(replace(EVERY, interval_seconds=seconds), "often")
    assert sensor.minimum_interval_seconds == look_every


def test_a_hundred_jobs_load_quickly(home: Home) -> None:
    lines = []
    for number in range(100):
        home.job(f"job{number}", tenant=f"tenant{number % 10}")
        when = "interval_seconds: 45" if number % 2 else 'cron: "0 * * * *"'
        lines.append(f"{{name: s{number}, config: jobs/tenant{number % 10}/job{number}.yaml, {when}}}")
    runner = home.runner(*lines)
    home.definitions(*lines)  # whatever is imported late
    took = min(cpu_seconds_to_load(runner) for _ in range(2))
    assert took < 2


def cpu_seconds_to_load(runner: Path) -> float:
    """Measure the processor's time, which other processes add little to."""
    began = time.process_time()
    found: Mapping[str, object] = {each.name: each for each in definitions(runner).resolve_all_job_defs()}
    assert len(found) > 100
    return time.process_time() - began
