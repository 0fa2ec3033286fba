"""Runs a job in a process of its own that ends itself at a named moment: ``python -m e2e.support.killed_run``."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ingest_core import failpoints, load_job, plan, run

SENT = "merge sent, no answer yet"
ROOT = Path(__file__).parents[2]


def run_killed(job: Path, home: Path, moment: str, signals: str = "SIGKILL") -> subprocess.CompletedProcess[str]:
    """Run a job in a process that sends itself signals when it comes to a moment.

    Args:
        job: The job's file.
        home: The home.
        moment: A failpoint, or :data:`SENT`.
        signals: Their names.
    """
    command = [sys.executable, "-m", "e2e.support.killed_run", str(job), str(home), moment, signals]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603  # our own


def main(job: str, home: str, moment: str, signals: str) -> None:
    """Lay the trap, run, and exit by the report."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    _lay(moment, [signal.Signals[name] for name in signals.split(",")])
    report = run(plan(load_job(job, home)))
    print(report.as_json())  # noqa: T201  # the report of a run goes to stdout
    sys.exit(int(report.outcome))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _lay(moment: str, signals: list[signal.Signals]) -> None:
    armed = False

    def end() -> None:
        nonlocal armed
        armed = False
        for number in signals:
            os.kill(os.getpid(), number)

    def observe(point: failpoints.Point) -> None:
        nonlocal armed
        armed = armed or point == "before the merge is sent"
        if point == moment:
            end()

    real = http.client.HTTPConnection.getresponse

    def getresponse(connection: http.client.HTTPConnection, *rest: Any, **named: Any) -> http.client.HTTPResponse:  # noqa: ANN401  # passes on what it is given
        if moment == SENT and armed:
            end()
        return real(connection, *rest, **named)

    failpoints.observe(observe)
    setattr(http.client.HTTPConnection, "getresponse", getresponse)  # noqa: B010  # mypy refuses to assign to a method


if __name__ == "__main__":
    main(*sys.argv[1:])
