"""The process in which a run goes on, from the side of the task that started it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

GRACE_SECONDS = 8.0
"""How long a run may take to end once it was asked to: a commit that is on its way is waited for."""


class ChildProcess:
    """A run in a process group of its own.

    Args:
        asked: What is to be run; see :mod:`ingest_airflow.child`.
        take: Takes each line of its log, masked, in a thread of its own.
    """

    def __init__(self, asked: Mapping[str, Any], take: Callable[[str], None]) -> None:
        self._process = subprocess.Popen(  # this very Python, and a module of ours
            [sys.executable, "-m", "ingest_airflow.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(take,), daemon=True)
        self._reader.start()
        if self._process.stdin:
            # Left open: its end tells the child that this process is gone.
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()

    def report(self) -> Mapping[str, Any]:
        """Wait for the run's end.

        Returns:
            Its report; one with ``refused`` where it did not begin; empty where the process left no word.
        """
        said = self._process.stdout.read() if self._process.stdout else ""
        self._process.wait()
        self._reader.join()
        with contextlib.suppress(ValueError):
            report: Mapping[str, Any] = json.loads(said)
            return report
        return {}

    def stop(self) -> None:
        """Ask the run to end, and end it, with all that it began, where it does not."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _read(self, take: Callable[[str], None]) -> None:
        for line in self._process.stderr or ():
            take(line.rstrip("\n"))
