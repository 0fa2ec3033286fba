"""What a code server loads: the definitions of the runner file that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

import ingest_dagster
from ingest_dagster.pools import make_pools

defs = ingest_dagster.definitions(Path(os.environ["INGEST_RUNNER_FILE"]), Path(os.environ["INGEST_HOME"]))
"""They."""

# Here, since a runner file that is loaded again may have a tenant that was not there when Dagster started.
make_pools(defs)
