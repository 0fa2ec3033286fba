"""The process from the side of the task that started it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

GRACE_SECONDS = 4.0
"""How long a stop is waited for. Airflow kills a task five seconds after it asked it to end. The child then finds that
nobody waits, and ends by itself: see :data:`ingest_airflow.child.__main__.PATIENCE_SECONDS`."""
_LAST_LINES_SECONDS = 5.0
"""How long the last lines of a log are waited for, once the process that wrote it is gone."""
_LINE = (sys.executable, "-m", "ingest_airflow.child")
_AIRFLOWS = ("AIRFLOW__", "_AIRFLOW_", "AIRFLOW_CONN_", "AIRFLOW_VAR_")


class ChildProcess:
    """Work that goes on in a process group of its own, and ends with whoever enters this.

    Args:
        asked: What is to be done; see :mod:`ingest_airflow.child.work`.
        take: Takes each line of its log, masked, in a thread of its own.
    """

    def __init__(self, asked: Mapping[str, Any], take: Callable[[str], None]) -> None:
        self._asked, self._take = asked, take
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []
        self._said: list[str] = []
        self._is_to_end = self._is_told = False

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603  # this very Python, and a module of ours
            _LINE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            env=_environment(),
            start_new_session=True,
        )
        if self._is_to_end:  # somebody said so while it was being started
            self._tell_to_end(self._process)
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True),
            threading.Thread(target=self._hear, args=(self._process.stdout,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        with contextlib.suppress(BrokenPipeError):  # it ended at once: its answer is empty
            if self._process.stdin:
                # Left open: its end tells the child that this process is gone.
                self._process.stdin.write(json.dumps(self._asked) + "\n")
                self._process.stdin.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process and self._process.poll() is None:
            self.stop()
        if self._process and self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def answer(self) -> Mapping[str, Any]:
        """Wait for the end.

        Returns:
            What the process answered; empty where it left no word.
        """
        if self._process is None:
            return {}
        # Not by Popen's own wait, which holds a lock: a stop comes as a signal amid it, and waits for the end as well.
        with contextlib.suppress(ChildProcessError):  # the stop saw it end
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(ProcessLookupError):
            # What it began and did not end would hold its pipes, and with them the task and its place in the pool.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for reader in self._readers:
            reader.join(_LAST_LINES_SECONDS)
        with contextlib.suppress(ValueError):
            answer: Mapping[str, Any] = json.loads("".join(self._said))
            return answer
        return {}

    def stop(self) -> None:
        """Ask the work to end, which ends what it began itself, and wait a while for it. May come at any moment."""
        self._is_to_end = True
        if self._process is None:
            return
        self._tell_to_end(self._process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)

    def _tell_to_end(self, process: subprocess.Popen[str]) -> None:
        if not self._is_told:
            # Told twice, a run would hurry past what it tidies up.
            self._is_told = True
            process.send_signal(signal.SIGTERM)

    def _hear(self, answer: Iterable[str]) -> None:
        self._said += answer

    def _read(self, log: Iterable[str]) -> None:
        for line in log:
            # A line that cannot be taken must not end the reading: the pipe would fill, and the run wait for ever.
            with contextlib.suppress(Exception):
                self._take(line.rstrip("\n"))


def _environment() -> dict[str, str]:
    """Give the variables of this process without Airflow's: its keys and connections are no business of a connector."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_AIRFLOWS)}
