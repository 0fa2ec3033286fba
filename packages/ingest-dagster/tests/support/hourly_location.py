"""Definitions with a schedule of every hour."""

from dagster import DefaultScheduleStatus, Definitions, ScheduleDefinition, job


@job
def hourly() -> None:
    """Do nothing."""


defs = Definitions(
    schedules=[ScheduleDefinition(job=hourly, cron_schedule="0 * * * *", default_status=DefaultScheduleStatus.RUNNING)]
)
