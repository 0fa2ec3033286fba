"""Runs one job in a process of its own: ``python -m ingest_airflow.child``, told by JSON on stdin what to run.

The log goes to stderr, masked; the report to stdout, as JSON. A stop (SIGTERM, SIGINT) ends the run where it stands;
so does the end of stdin, which comes when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import timedelta
from typing import Any

from ingest_core import (
    IngestError,
    Interrupts,
    Redactor,
    RunOptions,
    configure_logging,
    environment_secrets,
    load_job,
    plan,
    redact_streams,
    run,
)


def main() -> int:
    """Run what stdin says.

    Returns:
        0 when there is a report, whatever it tells; 1 when there is none.
    """
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    report_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed belongs to the log
    redactor = Redactor()
    for secret in environment_secrets():
        redactor.add(secret)
    with redact_streams(redactor), Interrupts() as interrupts:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
        configure_logging(redactor=redactor)
        try:
            planned = plan(load_job(asked["job"], asked["home"])).only(asked["objects"])
            planned = planned.refreshed() if asked["full_refresh"] else planned
            options = RunOptions(
                redactor=redactor, wait=timedelta(seconds=asked["wait"]), tenant_limit=asked["tenant_limit"]
            )
            report = run(planned, options, interrupts.hold)
        except IngestError as error:
            sys.stderr.write(f"{error}\n")
            report_to.write(json.dumps({"refused": redactor.text(str(error))}) + "\n")
        else:
            said = {**json.loads(report.as_json()), "told": report.told(), "error_types": report.error_types}
            report_to.write(json.dumps(_masked(said, redactor)) + "\n")
        report_to.close()
    return 0


def _masked(value: Any, redactor: Redactor) -> Any:  # noqa: ANN401  # JSON holds anything
    """Mask every text within a value; the whole as one text could be JSON no more."""
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {name: _masked(inner, redactor) for name, inner in value.items()}
    return [_masked(inner, redactor) for inner in value] if isinstance(value, list) else value


def _end_with_stdin() -> None:
    while os.read(0, 512):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
