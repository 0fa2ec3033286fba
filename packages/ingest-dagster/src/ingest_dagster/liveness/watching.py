"""The sensor that ends the records of killed runs while everything else goes on."""

from __future__ import annotations

from pathlib import Path

from dagster import DefaultSensorStatus, SensorDefinition, SensorEvaluationContext, SkipReason, sensor

from ingest_dagster.liveness.dead_runs import end_dead_runs
from ingest_dagster.naming import WATCH

_SECONDS = 15


def watch_runs(home: Path) -> SensorDefinition:
    """Make the sensor. It starts nothing.

    The code server evaluates it, whose children the runs are: where services are divided over machines, it is there
    that their locks can be seen. Only for a Dagster whose runs are all ours, and whose steps run in the run's own
    process: another's hold no lock, or not for as long as they go on.

    Args:
        home: The home folder, whose runs it watches.
    """

    @sensor(
        name=WATCH,
        minimum_interval_seconds=_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Records a run as failed whose process was killed, so that the next one of its tenant can start.",
    )
    def watch(context: SensorEvaluationContext) -> SkipReason:
        ended = end_dead_runs(context.instance, home)
        return SkipReason(f"killed, and now recorded as such: {', '.join(ended)}" if ended else "no run was killed")

    return watch
