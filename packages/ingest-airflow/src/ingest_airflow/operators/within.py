"""What operators share: a process, its log among Airflow's, and an end with the task's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseOperator

from ingest_airflow.child import ChildProcess

LONGEST_WAIT = 600
"""Seconds that a run waits for one of its tenant that Airflow knows nothing of: one that was started in a shell."""

_HIDDEN = frozenset({"event", "level", "timestamp", "logger", "tenant", "job", "run_id"})
"""What every line has: Airflow tells of it in words of its own, or the DAG's name does."""
_LARGEST_EXACT = 2**53 - 1
"""The largest number that the page, which is JavaScript, shows as it is: ids of snapshots are larger."""
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})


class ProcessOperator(BaseOperator):
    """An operator whose work is done by a process of its own.

    Args:
        kwargs: As every operator takes them.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  # as Airflow has it
        super().__init__(**kwargs)
        self._child: ChildProcess | None = None

    def answer(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let a process do what is asked, its log among the task's.

        Args:
            asked: See :mod:`ingest_airflow.child.work`.

        Returns:
            Its answer, masked; empty where it left no word.
        """
        # Known before it is begun: a stop may come at any moment.
        self._child = ChildProcess({**asked, "wait": LONGEST_WAIT}, self._take)
        with self._child as child:
            return child.answer()

    def on_kill(self) -> None:
        """End the process, and all that it began; see :class:`airflow.sdk.BaseOperator`."""
        if self._child:
            self._child.stop()

    def _take(self, line: str) -> None:
        try:
            said = json.loads(line)
            rest = {key: _exact(value) for key, value in said.items() if key not in _HIDDEN}
            getattr(self.log, said["level"] if said["level"] in _LEVELS else "info")(said["event"], **rest)
        except Exception:  # noqa: BLE001  # what a connector printed may be anything, and is told as it is
            self.log.info(line)


def _exact(value: object) -> object:
    return str(value) if isinstance(value, int) and abs(value) > _LARGEST_EXACT else value
