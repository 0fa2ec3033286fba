"""Tells whether Airflow's processes do their work.

The questions are cheap, since they are asked again and again, and need nothing of Airflow's own code: loading it takes
seconds and a hundred megabytes. What goes wrong is raised, and means "not yet".

Source: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/logging-monitoring/check-health.html.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime

from ingest_core.plugin import ask_json

_HEALTH = "/api/v2/monitor/health"
_SECONDS = 5
_OWN_PROCESS_SECONDS = 60
JOBS = {"scheduler": "SchedulerJob", "dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}
"""What services are called in Airflow's records."""


def page_answers(address: tuple[str, int]) -> bool:
    """Tell whether the page's server answers, and reaches its records.

    Args:
        address: Its host and port.
    """
    return bool(ask_json("GET", address, _HEALTH, within=_SECONDS)["metadatabase"]["status"] == "healthy")


def service_beats(address: tuple[str, int], name: str, since: float) -> bool:
    """Tell whether a service has told that it lives, by the records that the page's server reads.

    Args:
        address: The page's server.
        name: The service.
        since: Seconds since 1970: what was told before is of another process.
    """
    key = name.replace("-", "_")
    told = ask_json("GET", address, _HEALTH, within=_SECONDS)[key]
    beat = told[f"latest_{key}_heartbeat"]
    return told["status"] == "healthy" and datetime.fromisoformat(beat).timestamp() >= since


def service_is_live(name: str, environment: Mapping[str, str]) -> bool:
    """Tell the same where no page's server is named: by a process of Airflow's that reads the records.

    Args:
        name: The service.
        environment: Its variables.
    """
    # Of this host, by the name that Airflow has for it: another one than Python's, and a setting.
    line = [sys.executable, "-m", "airflow", "jobs", "check", "--job-type", JOBS[name], "--local"]
    done = subprocess.run(  # noqa: S603  # a fixed line
        line, env={**os.environ, **environment}, capture_output=True, timeout=_OWN_PROCESS_SECONDS, check=False
    )
    return done.returncode == 0
