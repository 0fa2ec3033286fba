"""A home folder whose Dagster is started, killed and asked as a person would: real processes, on free ports."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest_core.plugin import Deployment, Launch, Service, free_port
from ingest_dagster.orchestrator import orchestrator
from process_trees import kill_all_of
from waiting import SECONDS, healthy, until

LOCATIONS = Path(__file__).parent
RUNNER = """\
runner:
  orchestrator:
    schedules:
      - {name: hourly, maintain: acme, cron: "0 * * * *"}
      - {name: busy, maintain: globex, cron: "0 * * * *"}
    concurrency_per_tenant: 1
"""
_LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
_RELOAD = """mutation { reloadRepositoryLocation(repositoryLocationName: "ingest") {
  ... on WorkspaceLocationEntry { locationOrLoadError { __typename } } } }"""
_STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_EVENTS = """query($id: ID!) { logsForRun(runId: $id) {
  ... on EventConnection { events { ... on MessageEvent { message } } } } }"""


@dataclass
class Running:
    """A home folder, and the Dagster that runs in it."""

    home: Path
    port: int = field(default_factory=free_port)
    database: str | None = None
    deployment: Deployment | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def launch(self, only: str | None = None) -> Launch:
        runner_file = self.home / "configs" / "runner.yaml"
        if not runner_file.exists():
            self.write("configs/runner.yaml", RUNNER)
        return Launch(runner_file, self.home, database=self.database, port=self.port, only=only)

    def prepare(self, only: str | None = None) -> str:
        """Write the files and do what comes first; give what it printed."""
        self.deployment = orchestrator.deployment(self.launch(only))
        said = [self._ended(each.argv, dict(each.environment)) for each in self.deployment.preparations]
        return "".join(said)

    def start(self) -> str:
        said = self.prepare()
        assert self.deployment is not None
        for service in self.deployment.services:
            self.begin(service)
        return said

    def begin(self, service: Service) -> None:
        """Start a service and wait until it is healthy."""
        log = (self.home / f"{service.name}.log").open("ab")
        environment = _environment(dict(service.environment))
        # A session of its own: what it starts is killed with it, as with its container.
        process = subprocess.Popen(service.argv, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # ours
        self.processes[service.name] = process

        def well() -> bool:
            assert process.poll() is None, self.log(service.name)
            return healthy(service)

        until(well, f"{service.name} healthy: {self.log(service.name)}")

    def service(self, name: str) -> Service:
        assert self.deployment is not None
        return next(each for each in self.deployment.services if each.name == name)

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def kill(self, name: str) -> None:
        """Kill a service with all that it started, as the kernel does with a container."""
        process = self.processes.pop(name)
        kill_all_of(process)

    @staticmethod
    def children(pid: int) -> list[int]:
        """List the processes that one has begun, and that live."""
        listed = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for each in listed for child in each.read_text(encoding="ascii").split()]

    def kill_everything(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def ask(self, query: str, **variables: Any) -> Any:  # noqa: ANN401  # JSON is of any type
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = json.dumps({"query": query, "variables": variables})
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert not answer.get("errors"), answer
        return answer["data"]

    def reload(self) -> None:
        """Load the definitions again, as the page's button does."""
        answer = self.ask(_RELOAD)["reloadRepositoryLocation"]
        assert answer["locationOrLoadError"]["__typename"] == "RepositoryLocation", answer

    def run(self, job: str = "acme", **tags: str) -> str:
        """Start a run by hand."""
        selector = {
            "repositoryLocationName": "ingest",
            "repositoryName": "__repository__",
            "jobName": job,
        }
        metadata = {"tags": [{"key": f"ingest/{key}", "value": value} for key, value in tags.items()]}
        answer = self.ask(_LAUNCH, params={"selector": selector, "executionMetadata": metadata})["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        run_id: str = answer["run"]["runId"]
        return run_id

    def status(self, run_id: str) -> str:
        status: str = self.ask(_STATUS, id=run_id)["runOrError"]["status"]
        return status

    def messages(self, run_id: str) -> str:
        events = self.ask(_EVENTS, id=run_id)["logsForRun"]["events"]
        return "\n".join(event.get("message", "") for event in events)

    def ends(self, run_id: str) -> None:
        """Let a run begin, and end well."""
        self.worker(run_id)
        self.let_go(run_id)
        self.becomes(run_id, "SUCCESS")

    def becomes(self, run_id: str, status: str, seconds: float = SECONDS) -> None:
        until(lambda: self.status(run_id) == status, f"{run_id} {status}", seconds)

    def worker(self, run_id: str) -> int:
        """Give the id of a run's process, once its step has begun."""
        begun = self.home / "begun" / run_id
        return int(until(lambda: begun.exists() and begun.read_text(encoding="utf-8"), f"{run_id} begins"))

    def let_go(self, run_id: str) -> None:
        """Let a run end well."""
        self.write(f"let-go/{run_id}", "")

    def _ended(self, argv: Any, environment: dict[str, str]) -> str:  # noqa: ANN401  # a line
        done = subprocess.run(argv, env=_environment(environment), capture_output=True, text=True, check=False)  # noqa: S603  # ours
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **more, "PYTHONPATH": str(LOCATIONS)}
