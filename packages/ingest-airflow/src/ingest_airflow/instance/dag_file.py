"""The files that Airflow reads DAGs from."""

from __future__ import annotations

_FILE = '''\
"""{told} Made anew at each start."""

from pathlib import Path

from airflow.sdk import DAG  # noqa: F401  # Airflow imports what it finds here before it starts processes that parse

from ingest_airflow.launched_dags import {function}

{line}
'''
_FOLDER = "Path(__file__).parents[1]"

DAG_FILES = {
    "ingest_dags.py": _FILE.format(
        told="The DAGs of a runner file.",
        function="launched_dags",
        line=f"globals().update(launched_dags({_FOLDER}))",
    ),
    "left_out.py": _FILE.format(
        told="An error, where schedules of the runner file are left out: it tells why.",
        function="refuse_left_out",
        line=f"refuse_left_out({_FOLDER})",
    ),
}
"""What they say, by name."""
