"""Makes Dagster's definitions of a runner file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from ingest_dagster.assets import assets_of
from ingest_dagster.facts import Facts, ScheduleFacts
from ingest_dagster.loading import load_facts
from ingest_dagster.naming import WATCH, distinct
from ingest_dagster.run_log import SILENT_CONSOLE
from ingest_dagster.schedules import cron_schedule, interval_sensor, run_tags
from ingest_dagster.upkeep import upkeep_job, upkeep_step


def definitions(runner_file: str | os.PathLike[str], home: str | os.PathLike[str] | None = None) -> dg.Definitions:
    """Make assets, jobs, schedules and sensors of a runner file and the jobs that it names. Reaches nothing.

    Every table is an asset, ``[tenant, namespace, table]``; every schedule has a job of its name. Runs of one tenant
    wait for one another in the pool ``tenant_<tenant>``, and those of one schedule by the tag ``ingest/schedule``, as
    far as the instance says so; ``ingest start orchestrated`` writes one that does.

    Args:
        runner_file: The runner file.
        home: The home folder; else ``INGEST_HOME``, or the nearest folder above the runner file that holds ``jobs/``.

    Raises:
        JobError: Something is wrong with the file or with one of its jobs; carries every fault.
    """
    facts = load_facts(runner_file, home)
    names = distinct({each.name: each.name for each in facts.schedules}, taken=[WATCH])
    assets = assets_of(facts, {*names.values(), *map(upkeep_step, names.values())})
    return dg.Definitions(
        assets=list(assets.values()),
        jobs=[_job(facts, each, names[each.name], assets) for each in facts.schedules],
        schedules=[cron_schedule(each, names[each.name]) for each in facts.schedules if each.cron],
        sensors=list(_sensors(facts, names)),
    )


def _job(facts: Facts, schedule: ScheduleFacts, name: str, assets: Mapping[str, dg.AssetsDefinition]) -> Any:  # noqa: ANN401  # Dagster's type of a job of assets has no public name
    if schedule.file is None:
        return upkeep_job(facts, schedule, name)
    return dg.define_asset_job(
        name,
        selection=[assets[str(schedule.file)]],
        run_tags=run_tags(schedule),
        config=SILENT_CONSOLE,
        executor_def=dg.in_process_executor,
    )


def _sensors(facts: Facts, names: Mapping[str, str]) -> Iterator[dg.SensorDefinition]:
    for schedule in facts.schedules:
        if schedule.interval_seconds:
            yield interval_sensor(schedule, names[schedule.name])
