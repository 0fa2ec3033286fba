"""Airflow's own records, asked from outside as its page asks for them: by its REST API, version 2.

Source of the questions: the description that the server itself gives at /openapi.json.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

ANSWER_SECONDS = 60
USER = "admin"
TASK = "load"
ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}
PAGE = 100
"""The most entries that one answer gives."""
EVERYTHING = (
    *(
        "assets",
        "assets/events",
        "config",
        "connections",
        "dags",
        "dags/~/dagRuns",
        "dagWarnings",
        "eventLogs",
        "importErrors",
    ),
    *("jobs", "monitor/health", "plugins", "pools", "providers", "variables", "dags/~/dagRuns/~/taskInstances"),
)
"""What it answers that is of no single run."""


@dataclass(frozen=True)
class Task:
    """One task of a run: with us, a run of a job.

    Args:
        schedule: Its DAG, which has the name of the schedule.
        run: The id of its run.
        state: Its state, such as ``success``; nothing before it is scheduled.
        began: When it started, in seconds since 1970; ``None`` before.
        ended: When it ended, likewise.
        pool: The pool that it holds a place in.
        tried: How often it was started.
    """

    schedule: str
    run: str
    state: str
    began: float | None
    ended: float | None
    pool: str
    tried: int

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ENDED


class Airflow:
    """An API server of Airflow.

    Args:
        address: Its address, without a path.
        password: That of its one user.
    """

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.password = password

    @functools.cached_property
    def token(self) -> str:
        """A token, given for the password; the API is open to who has it."""
        said = {"username": USER, "password": self.password}
        answer = requests.post(f"{self.address}/auth/token", json=said, timeout=ANSWER_SECONDS)
        return str(_checked(answer)["access_token"])

    def get(self, path: str, **parameters: Any) -> Any:  # noqa: ANN401  # JSON
        """Ask.

        Args:
            path: What for, below ``/api/v2``.
            parameters: The query's.

        Raises:
            RuntimeError: It refuses.
        """
        address = f"{self.address}/api/v2/{path}"
        return _checked(requests.get(address, parameters, headers=self._headers, timeout=ANSWER_SECONDS))

    def all(self, path: str, name: str, **parameters: str) -> list[Mapping[str, Any]]:
        """Ask for a list, page by page.

        Args:
            path: As for :meth:`get`.
            name: What the list is called in the answers.
            parameters: The query's.
        """
        found: list[Mapping[str, Any]] = []
        while True:
            told = self.get(path, limit=PAGE, offset=len(found), **parameters)
            found += told[name]
            if not told[name] or len(found) >= told["total_entries"]:
                return found

    def tasks(self) -> list[Task]:
        """Give all tasks, the oldest first."""
        told = self.all("dags/~/dagRuns/~/taskInstances", "task_instances", order_by="id")
        return sorted((_task(each) for each in told), key=lambda each: each.began or float("inf"))

    def attempts(self) -> list[Task]:
        """Give all tasks, each as often as it was started: of one that was tried again, the former times too."""
        tasks = self.tasks()
        again = [task for task in tasks if task.tried > 1]
        return [task for task in tasks if task.tried <= 1] + [each for task in again for each in self._tries(task)]

    def _tries(self, task: Task) -> list[Task]:
        return [_task(each) for each in self.get(f"{_path(task)}/tries")["task_instances"]]

    def task(self, schedule: str, run: str) -> Task:
        """Give the task of a run."""
        return _task(self.get(f"dags/{schedule}/dagRuns/{run}/taskInstances/{TASK}"))

    def launch(self, schedule: str) -> str:
        """Start a run as the page's button does; gives its id."""
        address = f"{self.address}/api/v2/dags/{schedule}/dagRuns"
        said = {"logical_date": None}
        answer = requests.post(address, json=said, headers=self._headers, timeout=ANSWER_SECONDS)
        return str(_checked(answer)["dag_run_id"])

    def log_of(self, task: Task) -> str:
        """Give all that was logged of a task, of each time that it was tried."""
        tries = range(1, task.tried + 1)
        return "\n".join(str(self.get(f"{_path(task)}/logs/{number}", full_content=True)) for number in tries)

    def left_by(self, task: Task) -> Any:  # noqa: ANN401  # JSON
        """Give what a task left for others (XCom)."""
        return self.get(f"{_path(task)}/xcomEntries/return_value", deserialize=True)["value"]

    def landed(self, asset: str) -> list[Mapping[str, Any]]:
        """Give the events of an asset, the oldest first."""
        return self.all("assets/events", "asset_events", name_pattern=asset, order_by="timestamp")

    def answers(self) -> list[tuple[str, bytes]]:
        """Give all that it tells of what is of no single run; what it refuses to tell counts as well."""
        asked = [(path, f"{self.address}/api/v2/{path}") for path in EVERYTHING]
        return [
            (path, requests.get(address, {"limit": PAGE}, headers=self._headers, timeout=ANSWER_SECONDS).content)
            for path, address in asked
        ]

    def answers_of(self, tasks: Sequence[Task]) -> list[tuple[str, bytes]]:
        """Give all that it tells of some tasks: what they were given, what they left, what was logged."""
        found: list[tuple[str, bytes]] = []
        for task in tasks:
            path = _path(task)
            told = [self.get(path), self.get(f"{path}/tries"), self.get(f"{path}/xcomEntries"), self.log_of(task)]
            found.append((path, str(told).encode()))
        return found

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _checked(answer: requests.Response) -> Any:  # noqa: ANN401  # JSON
    if not answer.ok:
        raise RuntimeError(
            f"Airflow answers {answer.status_code} to {answer.request.method} {answer.url}: {answer.text}"
        )
    return answer.json()


def _path(task: Task) -> str:
    return f"dags/{task.schedule}/dagRuns/{task.run}/taskInstances/{TASK}"


def _task(told: Mapping[str, Any]) -> Task:
    began, ended = (_seconds(told[name]) for name in ("start_date", "end_date"))
    return Task(told["dag_id"], told["dag_run_id"], told["state"] or "", began, ended, told["pool"], told["try_number"])


def _seconds(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None
