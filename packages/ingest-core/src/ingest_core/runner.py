"""What a user writes in a runner file, as values: which jobs an orchestrator starts, and when."""

from __future__ import annotations

import re
import zoneinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ingest_core.cron import FIELDS_PATTERN, cron_line
from ingest_core.job import PlainName

MOST_SECONDS = 366 * 24 * 60 * 60
"""Of an interval: a year, after which nobody waits for a slot any more; much longer ones end beyond the calendar."""


def _timezone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("no timezone of the IANA database has this name, such as 'Europe/Berlin' or 'UTC'")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class ScheduleSpec(_Strict):
    """When a job is started, or the maintenance of a tenant's tables."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"oneOf": [{"required": ["cron"]}, {"required": ["interval_seconds"]}]},
                {"oneOf": [{"required": ["config"]}, {"required": ["maintain"]}]},
            ]
        }
    )

    name: PlainName
    """Unique in the file."""
    config: Annotated[str, Field(min_length=1)] | None = None
    """The job file."""
    maintain: PlainName | None = None
    """A tenant whose tables are maintained, in place of a job."""
    cron: Annotated[str, AfterValidator(cron_line), Field(json_schema_extra={"pattern": FIELDS_PATTERN})] | None = None
    """Minute, hour, day, month, day of the week."""
    interval_seconds: Annotated[int, Field(ge=1, le=MOST_SECONDS)] | None = None
    """Seconds between starts, counted from 1970-01-01 UTC."""
    enabled: bool = True
    """Whether it starts anything."""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    """Of the IANA database; that of an interval is only shown."""
    max_concurrent_runs: int = Field(default=1, ge=1)
    """Runs of this schedule at once."""
    tags: dict[str, str] = {}
    """Shown by the orchestrator."""

    @model_validator(mode="after")
    def _says_when_and_what(self) -> ScheduleSpec:
        if (self.cron is None) == (self.interval_seconds is None):
            raise ValueError("must say exactly one of `cron` and `interval_seconds`")
        if (self.config is None) == (self.maintain is None):
            raise ValueError("must say exactly one of `config` and `maintain`")
        return self


DATABASE = r"^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$"
"""How a database is named: its URL holds a password, which no file of a repository should."""


def _database(text: str) -> str:
    if not re.fullmatch(DATABASE, text):
        raise ValueError("must name a variable that holds the URL, `${env:NAME}`: a URL may hold a password")
    return text


def _distinct(schedules: list[ScheduleSpec]) -> list[ScheduleSpec]:
    names = [schedule.name for schedule in schedules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"names {', '.join(twice)} more than once")
    return schedules


class OrchestratorSpec(_Strict):
    """Which orchestrator starts the jobs."""

    type: Literal["dagster", "airflow"] = "dagster"
    """Which of them."""
    concurrency_per_tenant: int = Field(default=1, ge=1, le=64)
    """Runs of one tenant at once."""
    database: Annotated[str, AfterValidator(_database), Field(json_schema_extra={"pattern": DATABASE})] | None = None
    """A PostgreSQL server for the records of the orchestrator itself: `${env:NAME}`; unsaid, files below `state/`."""
    schedules: Annotated[list[ScheduleSpec], AfterValidator(_distinct)] = []
    """What is started, and when."""


class RunnerSpec(_Strict):
    """How jobs are started."""

    mode: Literal["orchestrated"] = "orchestrated"
    """By an orchestrator."""
    orchestrator: OrchestratorSpec = OrchestratorSpec()
    """It."""


class RunnerFile(_Strict):
    """A runner file, key by key."""

    runner: RunnerSpec
    """Everything."""
