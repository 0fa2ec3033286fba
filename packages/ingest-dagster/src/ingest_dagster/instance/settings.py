"""The settings of Dagster's instance that keep what a runner file promises.

Source: https://docs.dagster.io/deployment/oss/oss-instance-configuration, for each key; what some of them really do
was read in Dagster 1.13 and is said beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ingest_dagster.instance.folder import DATABASE_VARIABLE
from ingest_dagster.naming import SCHEDULE_TAG

_START_SECONDS = 300
_CANCEL_SECONDS = 180
_WATCH_SECONDS = 60
_TICK_DAYS = 30

Settings = dict[str, Any]
"""What stands in a ``dagster.yaml``."""


def settings(per_tenant: int, schedules: Iterable[tuple[str, int]], *, database: bool) -> Settings:
    """Make the settings of an instance.

    Args:
        per_tenant: Runs of one tenant at once.
        schedules: Each schedule's name, and how many runs of it there may be at once.
        database: Whether Dagster's records are in PostgreSQL, whose URL is in the environment; else they are files
            in Dagster's own folder.
    """
    storage = {"storage": {"postgres": {"postgres_url": {"env": DATABASE_VARIABLE}}}} if database else {}
    return {**storage, "concurrency": _concurrency(per_tenant, schedules), **_queue(), **_upkeep()}


def _concurrency(per_tenant: int, schedules: Iterable[tuple[str, int]]) -> Settings:
    limits = [{"key": SCHEDULE_TAG, "value": name, "limit": limit} for name, limit in schedules]
    # By run: a tenant's place is taken for the whole of a run, and who waits for it is in the queue, not in a process.
    pools = {"granularity": "run", "default_limit": per_tenant}
    return {"pools": pools, "runs": {"tag_concurrency_limits": limits}}


def _queue() -> Settings:
    # Of what a schedule missed, the latest is started. The number is read for partitioned schedules alone, where 0
    # would mean all of it (`ticks[-0:]`).
    catching_up = {"max_catchup_runs": 1, "max_tick_retries": 3}
    return {
        "scheduler": {"module": "dagster.core.scheduler", "class": "DagsterDaemonScheduler", "config": catching_up},
        # A run that is due while the code server starts anew goes back to the queue.
        "run_queue": {"max_user_code_failure_retries": 5, "user_code_failure_retry_delay": 15},
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": _START_SECONDS,
            "cancel_timeout_seconds": _CANCEL_SECONDS,
            "poll_interval_seconds": _WATCH_SECONDS,
        },
        # A run tries again by its job's own `retry`.
        "run_retries": {"enabled": False},
        # One slow sensor holds no other up.
        "sensors": {"use_threads": True, "num_workers": 4},
        "schedules": {"use_threads": True, "num_workers": 4},
    }


def _upkeep() -> Settings:
    days = {"skipped": 1, "success": _TICK_DAYS, "failure": _TICK_DAYS}
    return {
        "retention": {kind: {"purge_after_days": dict(days)} for kind in ("schedule", "sensor")},
        # What a person starts by hand has no configuration that silences Dagster's console.
        "python_logs": {"python_log_level": "INFO"},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }
