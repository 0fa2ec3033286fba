"""Ends well if all parts of Dagster's daemon have told that they live: ``python -m ingest_dagster.heartbeats SINCE``.

``SINCE`` is in seconds since 1970. `dagster-daemon liveness-check` asks the same, and believes a daemon of half an
hour ago.
"""

from __future__ import annotations

import sys

from dagster import DagsterInstance


def live(instance: DagsterInstance, since: float) -> bool:
    """Tell whether each part that must live has told so since a moment, and no fault since then.

    Args:
        instance: Whose daemon it is.
        since: The moment, in seconds since 1970.
    """
    statuses = instance.get_daemon_statuses(instance.get_required_daemon_types())
    return all(
        status.healthy and status.last_heartbeat is not None and status.last_heartbeat.timestamp >= since
        for status in statuses.values()
    )


if __name__ == "__main__":
    with DagsterInstance.get() as here:
        sys.exit(0 if live(here, float(sys.argv[1])) else 1)
