"""The file that Airflow reads DAGs from."""

from __future__ import annotations

DAG_FILE = '''\
"""The DAGs of a runner file. Made anew at each start."""

import json
import os
from pathlib import Path

from airflow.sdk import DAG  # noqa: F401  # Airflow imports what it finds here before it starts processes that parse

from ingest_airflow import dags

said = json.loads((Path(__file__).parents[1] / "launch.json").read_text(encoding="utf-8"))
runner_file = os.environ.get("INGEST_RUNNER_FILE") or said["runner_file"]
globals().update(dags(runner_file, os.environ.get("INGEST_HOME") or said["home"]))
'''
