"""When runs are started: cron lines by Dagster's schedules, intervals by sensors whose run keys are time slots.

Dagster has no schedule for an interval, and no cron line says "every 90 seconds". A run that waits already reads all
that is new when it begins, so another one is not put behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from ingest_core import slot_of

from ingest_dagster.facts import ScheduleFacts
from ingest_dagster.naming import SCHEDULE_TAG

LONGEST_LOOK = 30
"""Seconds between two looks at the clock; so late a run may be for its slot."""

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def run_tags(schedule: ScheduleFacts) -> dict[str, str]:
    """Give the tags of a schedule's runs: those of the runner file, and the one by which they are limited."""
    return {**schedule.tags, SCHEDULE_TAG: schedule.name}


def cron_schedule(schedule: ScheduleFacts, name: str) -> dg.ScheduleDefinition:
    """Start a job at the times of a cron line, in its zone.

    Args:
        schedule: What the runner file says; has a cron line.
        name: Its name and its job's in Dagster.
    """

    def begin(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if waits(context.instance, schedule):
            return dg.SkipReason("a run of it waits already, and will read what is new")
        return dg.RunRequest()

    return dg.ScheduleDefinition(
        name=name,
        job_name=name,
        cron_schedule=schedule.cron,
        execution_timezone=schedule.timezone,
        execution_fn=begin,
        default_status=dg.DefaultScheduleStatus.RUNNING if schedule.enabled else dg.DefaultScheduleStatus.STOPPED,
        description=_description(schedule),
    )


def interval_sensor(schedule: ScheduleFacts, name: str, clock: Clock = wall_clock) -> dg.SensorDefinition:
    """Start a job once in each slot of an interval. Slots that went by unseen are left out: one run reads it all.

    Args:
        schedule: What the runner file says; has an interval.
        name: Its name and its job's in Dagster.
        clock: Tells the time.
    """
    seconds = int(schedule.interval_seconds or 0)

    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        slot = slot_of(seconds, clock())
        key = f"{schedule.name}@{slot:%Y-%m-%dT%H:%M:%SZ}"
        if context.cursor == key:
            following = (slot + timedelta(seconds=seconds)).astimezone(ZoneInfo(schedule.timezone))
            return dg.SensorResult(skip_reason=f"the next slot begins at {following.isoformat()}")
        if waits(context.instance, schedule):
            return dg.SensorResult(skip_reason="a run of it waits already, and will read what is new", cursor=key)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key)], cursor=key)

    return dg.SensorDefinition(
        name=name,
        job_name=name,
        evaluation_fn=look,
        minimum_interval_seconds=max(1, min(LONGEST_LOOK, seconds // 3)),
        default_status=dg.DefaultSensorStatus.RUNNING if schedule.enabled else dg.DefaultSensorStatus.STOPPED,
        description=_description(schedule),
    )


def waits(instance: dg.DagsterInstance, schedule: ScheduleFacts) -> bool:
    """Tell whether a run of a schedule waits for its turn."""
    # Not those that were made and not yet queued: after a crash Dagster looks at their tick once more, to queue them.
    wanted = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED], tags={SCHEDULE_TAG: schedule.name})
    return bool(instance.get_runs(wanted, limit=1))


def _description(schedule: ScheduleFacts) -> str:
    when = f"by the cron line {schedule.cron} ({schedule.timezone})"
    if schedule.interval_seconds:
        when = f"every {timedelta(seconds=schedule.interval_seconds)}, counted from 1970-01-01 UTC"
    what = f"runs {schedule.file}" if schedule.file else f"maintains the tables of {schedule.tenant}"
    return f"{schedule.name}: {what} {when}"
