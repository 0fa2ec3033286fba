"""A home folder whose Airflow is started, killed and asked as a person would: real processes, on free ports."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest_airflow.instance import passwords_file
from ingest_airflow.orchestrator import orchestrator
from ingest_core.plugin import Deployment, Launch, Service, free_port
from process_trees import descent, kill_all_of
from waiting import SECONDS, healthy, until

RUNNER = """\
runner:
  orchestrator:
    type: airflow
    schedules:
      - {name: orders, config: jobs/acme/orders.yaml, cron: "0 0 1 1 *"}
      - {name: returns, config: jobs/acme/returns.yaml, cron: "0 0 1 1 *"}
      - {name: others, config: jobs/globex/others.yaml, interval_seconds: 86400, enabled: false}
"""
JOB = """\
tenant: {tenant}
source: {{connector: csv, objects: {{{name}: {{path: 'data/{name}/*.csv', table: {name}}}}}}}
target: {{connector: iceberg}}
"""


@dataclass
class Running:
    """A home folder, and the Airflow that runs in it."""

    home: Path
    port: int = field(default_factory=free_port)
    database: str | None = None
    deployment: Deployment | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _token: str = ""

    def __post_init__(self) -> None:
        self.write("configs/runner.yaml", RUNNER)
        for tenant, name in (("acme", "orders"), ("acme", "returns"), ("globex", "others")):
            self.write(f"jobs/{tenant}/{name}.yaml", JOB.format(tenant=tenant, name=name))
            self.write(f"data/{name}/1.csv", "id,price\n1,2.5\n2,3.5\n")

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def rows(self, name: str) -> int:
        """Count the rows that a job reads."""
        return sum(
            len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in (self.home / "data" / name).iterdir()
        )

    def launch(self, only: str | None = None) -> Launch:
        file = self.home / "configs" / "runner.yaml"
        return Launch(file, self.home, database=self.database, port=self.port, only=only)

    def prepare(self, only: str | None = None) -> subprocess.CompletedProcess[str]:
        """Write the files and do what comes first; give how it ended, and what it printed."""
        self.deployment = orchestrator.deployment(self.launch(only))
        (preparation,) = self.deployment.preparations
        variables = {**os.environ, **preparation.environment}
        return subprocess.run(preparation.argv, env=variables, capture_output=True, text=True, check=False)  # noqa: S603  # ours

    def start(self, only: str | None = None) -> str:
        """Prepare, start the page's server, then all others at once; give what the preparation printed."""
        done = self.prepare(only)
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.deployment is not None
        first, *others = self.deployment.services
        self.begin(first)
        self.becomes_healthy(first)
        for service in others:
            self.begin(service)
        for service in others:
            self.becomes_healthy(service)
        return done.stdout

    def begin(self, service: Service) -> None:
        log = (self.home / f"{service.name}.log").open("ab")
        variables = {**os.environ, **service.environment}
        # A session of its own: what it starts is killed with it, as with its container.
        process = subprocess.Popen(service.argv, env=variables, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # ours
        self.processes[service.name] = process

    def becomes_healthy(self, service: Service) -> None:
        def well() -> bool:
            assert self.processes[service.name].poll() is None, self.log(service.name)
            return healthy(service)

        until(well, f"{service.name} healthy")

    def service(self, name: str) -> Service:
        assert self.deployment is not None
        return next(each for each in self.deployment.services if each.name == name)

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def kill(self, name: str) -> None:
        """Kill a service with all that it started, as the kernel does with a container."""
        kill_all_of(self.processes.pop(name))

    def kill_everything(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def runs(self) -> list[int]:
        """List the processes in which jobs run."""
        found = descent(self.processes["scheduler"].pid)
        return [pid for pid in found if b"ingest_airflow.child" in _line(pid)]

    @contextmanager
    def held(self, tenant: str) -> Iterator[None]:
        """Hold back what runs of a tenant do: they begin, and wait for its slot."""
        lock = self.home / "state" / "locks" / f"{tenant}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def password(self, user: str = "admin") -> str:
        word: str = json.loads(passwords_file(self.home).read_text(encoding="utf-8"))[user]
        return word

    def token(self, password: str, user: str = "admin") -> Any:  # noqa: ANN401  # JSON is of any type
        return self.ask("POST", "/auth/token", {"username": user, "password": password}, token="")

    def api(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401  # as above
        """Ask as who has logged in."""
        if not self._token:
            self._token = self.token(self.password())["access_token"]
        return self.ask(method, f"/api/v2{path}", body, token=self._token)

    def ask(self, method: str, path: str, body: Any, *, token: str) -> Any:  # noqa: ANN401  # as above
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        connection.request(method, path, None if body is None else json.dumps(body), head)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def trigger(self, dag: str) -> str:
        """Start a run by hand."""
        answer = self.api("POST", f"/dags/{dag}/dagRuns", {"logical_date": None})
        assert "dag_run_id" in answer, answer
        run_id: str = answer["dag_run_id"]
        return run_id

    def task(self, dag: str, run_id: str) -> Any:  # noqa: ANN401  # as above
        return self.api("GET", f"/dags/{dag}/dagRuns/{run_id}/taskInstances/load")

    def becomes(self, dag: str, run_id: str, *states: str, seconds: float = SECONDS) -> str:
        """Wait until the task of a run is in one of some states."""

        def reached() -> str:
            state: str = self.task(dag, run_id).get("state") or ""
            assert state != "failed", self.log("scheduler")
            return state if state in states else ""

        return until(reached, f"{dag} {states}", seconds)

    def landed(self, dag: str, run_id: str) -> Any:  # noqa: ANN401  # as above
        """Give what a run told Airflow of itself."""
        entry = f"/dags/{dag}/dagRuns/{run_id}/taskInstances/load/xcomEntries/return_value?deserialize=false"
        value = self.api("GET", entry)["value"]
        return json.loads(value) if isinstance(value, str) else value


def _line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""
