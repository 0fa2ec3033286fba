"""Compacts a table in a process of its own: ``python compaction_apart.py HOME TABLE [POINT]``.

Tells as JSON what memory it took beside what it had before; or is killed at a point.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.failpoints import Point, observe
from ingest_core.plugin import RunContext, TableName


def peak() -> int:
    """Give the most memory that this process had so far, in bytes. Source: proc(5), ``VmHWM``."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def main(home: str, name: str, point: str = "") -> None:
    """Compact a table, or be killed on the way."""

    def kill(reached: Point) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    catalog = open_catalog({}, None, RunContext(Path(home), "acme", "maintain", "apart"))
    table = TableName("acme", name)
    loaded = catalog.load(table)
    groups = small_files(loaded) if loaded else []
    observe(kill)
    base = peak()
    told = compact(catalog, table, groups)
    taken = {"taken": peak() - base, "rows": told.rows, "files": told.files_after, "size": told.bytes_after}
    print(json.dumps(taken))  # noqa: T201  # what the test reads


if __name__ == "__main__":
    main(*sys.argv[1:])
