"""Runs a job in a process of its own and tells what it took: ``python measured_run.py SMALL_JOB JOB``, as JSON.

The small job loads all that a run loads; what the other one takes beside that is told.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ingest_core import load_job, plan, run
from ingest_core.merging.comparing import Comparison

SIZES: list[int] = []
_close = Comparison.close


def peak() -> int:
    """Give the most memory that this process had so far, in bytes. Source: proc(5), ``VmHWM``."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def close_measured(comparison: Comparison) -> None:
    """Note what lies on disk when rows were compared."""
    spill = Path(os.environ["INGEST_HOME"]) / "state" / "spill"
    SIZES.append(sum(each.stat().st_size for each in spill.rglob("*") if each.is_file()))
    _close(comparison)


def measure(small: str, job: str) -> dict[str, Any]:
    """Run both jobs, and tell of the second."""
    run(plan(load_job(Path(small))))
    base = peak()
    SIZES.clear()
    report = run(plan(load_job(Path(job))))
    return {
        "outcome": report.outcome.name,
        "rows": report.objects[0].rows,
        "taken": peak() - base,
        "base": base,
        "on_disk": max(SIZES, default=0),
        "error": report.objects[0].error,
    }


if __name__ == "__main__":
    setattr(Comparison, "close", close_measured)  # noqa: B010  # mypy refuses the plain way
    print(json.dumps(measure(*sys.argv[1:])))  # noqa: T201  # what the test reads
