"""Makes Dagster's definitions of a runner file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from ingest_dagster.assets import assets_of
from ingest_dagster.facts import Facts, ScheduleFacts
from ingest_dagster.loading import load_facts
from ingest_dagster.naming import WATCH, distinct, plain
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
    return definitions_with(runner_file, home, {})


def definitions_with(
    runner_file: str | os.PathLike[str], home: str | os.PathLike[str] | None, run_config: Mapping[str, Any]
) -> dg.Definitions:
    """Make the same where it is known what else Dagster has.

    Args:
        runner_file: The runner file.
        home: The home folder.
        run_config: The configuration of each job. Among definitions of others it may name nothing: which loggers
            there are is for them to say.

    Raises:
        JobError: As :func:`definitions`.
    """
    facts = load_facts(runner_file, home)
    names = distinct({each.name: each.name for each in facts.schedules}, [WATCH, *_reserved(facts)])
    assets = assets_of(facts, {*names.values(), *map(upkeep_step, names.values())})
    return dg.Definitions(
        assets=list(assets.values()),
        jobs=[_job(facts, (each, names[each.name]), assets, run_config) for each in facts.schedules],
        schedules=[cron_schedule(each, names[each.name]) for each in facts.schedules if each.cron],
        sensors=list(_sensors(facts, names)),
    )


def _reserved(facts: Facts) -> Iterator[str]:
    """Find the schedules' names that Dagster keeps for itself, such as ``input``. It alone knows them."""
    for name in {plain(each.name) for each in facts.schedules}:
        try:
            dg.GraphDefinition(name)
        except dg.DagsterInvalidDefinitionError:
            yield name


def _job(
    facts: Facts,
    named: tuple[ScheduleFacts, str],
    assets: Mapping[str, dg.AssetsDefinition],
    run_config: Mapping[str, Any],
) -> Any:  # noqa: ANN401  # Dagster's type of a job of assets has no public name
    schedule, name = named
    if schedule.file is None:
        return upkeep_job(facts, schedule, name, run_config)
    return dg.define_asset_job(
        name,
        selection=[assets[str(schedule.file)]],
        run_tags=run_tags(schedule),
        config=run_config,
        executor_def=dg.in_process_executor,
    )


def _sensors(facts: Facts, names: Mapping[str, str]) -> Iterator[dg.SensorDefinition]:
    for schedule in facts.schedules:
        if schedule.interval_seconds:
            yield interval_sensor(schedule, names[schedule.name])
