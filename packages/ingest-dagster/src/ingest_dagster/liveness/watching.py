"""The sensor that ends the records of killed runs while everything else goes on."""

from __future__ import annotations

import os
from pathlib import Path

from dagster import DefaultSensorStatus, SensorDefinition, SensorEvaluationContext, SkipReason, sensor

from ingest_dagster.instance import dagster_home
from ingest_dagster.liveness.dead_runs import BEGINNING, end_dead_runs

_SECONDS = 15


def watch_runs(home: Path) -> SensorDefinition:
    """Make the sensor. It starts nothing.

    The code server evaluates it, whose children the runs are: where services are divided over machines, it is there
    that their locks can be seen.

    Args:
        home: The home folder, whose runs it watches.
    """

    @sensor(
        name="watch_runs",
        minimum_interval_seconds=_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Records a run as failed whose process was killed, so that the next one of its tenant can start.",
    )
    def watch(context: SensorEvaluationContext) -> SkipReason:
        ended = end_dead_runs(context.instance, home, BEGINNING if _is_ours(home) else None)
        return SkipReason(f"killed, and now recorded as such: {', '.join(ended)}" if ended else "no run was killed")

    return watch


def _is_ours(home: Path) -> bool:
    """Tell whether all runs are ours: not so in a Dagster of a person's own, among whose assets ours are."""
    return os.environ.get("DAGSTER_HOME") == str(dagster_home(home))
