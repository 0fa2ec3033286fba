"""What a code server loads, as it is loaded: by a process of its own that has nothing but its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from dagster_home import Home
from ingest_core.plugin import Launch
from ingest_dagster.orchestrator import orchestrator

LOADED = """
import json
from dagster import DagsterInstance
from ingest_dagster.location import defs
with DagsterInstance.get() as instance:
    pools = instance.event_log_storage.get_pool_limits()
    limits = {pool.name: pool.limit for pool in pools}
print(json.dumps([limits, sorted(sensor.name for sensor in defs.sensors)]))
"""


def test_pools_are_there_before_the_first_run_waits_and_runs_are_watched(home: Home) -> None:
    home.job("shop")
    schedules = (
        "{name: shop, config: jobs/acme/shop.yaml, cron: '0 * * * *'}",
        "{name: n, maintain: globex, cron: '9 3 * * *'}",
    )
    launch = Launch(home.runner(*schedules), home.root, concurrency_per_tenant=2)
    environment = {**os.environ, **orchestrator.deployment(launch).services[0].environment}
    done = subprocess.run([sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # above
    assert done.returncode == 0, done.stderr
    limits, sensors = json.loads(done.stdout.splitlines()[-1])
    assert limits == {"tenant_acme": 2, "tenant_globex": 2}
    assert sensors == ["watch_runs"]
