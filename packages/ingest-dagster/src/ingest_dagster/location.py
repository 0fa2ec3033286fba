"""What a code server loads: the definitions of the runner file that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from ingest_dagster.liveness.watching import watch_runs
from ingest_dagster.loading import is_started_by_a_code_server
from ingest_dagster.pools import make_pools
from ingest_dagster.run_log import SILENT_CONSOLE
from ingest_dagster.runner_definitions import definitions_with

_HOME = Path(os.environ["INGEST_HOME"])

defs = dg.Definitions.merge(
    definitions_with(Path(os.environ["INGEST_RUNNER_FILE"]), _HOME, SILENT_CONSOLE),
    # Of what a person starts by hand: a run has one step, which needs no process beside that of the run.
    dg.Definitions(executor=dg.in_process_executor, sensors=[watch_runs(_HOME)]),
)
"""They."""

# Here, since a runner file that is loaded again may have a tenant that was not there when Dagster started. A run's own
# process has nothing to add.
if not is_started_by_a_code_server():
    make_pools(defs)
