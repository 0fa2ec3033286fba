"""Dagster's own records, asked from outside as its page asks for them: by GraphQL.

Source of the questions: the schema that the web server itself gives at /graphql.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

ANSWER_SECONDS = 60
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
ALL_RUNS = 1000
RUNS = """query($limit: Int) {runsOrError(limit: $limit) {... on Runs {results {
    runId status jobName creationTime startTime endTime allPools tags {key value} assetSelection {path}}}}}"""
DEFINED = """{repositoriesOrError {... on RepositoryConnection {nodes {name location {name}
    assetNodes {assetKey {path} groupName kinds description}
    schedules {name cronSchedule executionTimezone scheduleState {status}}
    sensors {name sensorState {status}}}}}}"""
LAUNCH = """mutation($run: ExecutionParams!) {launchPipelineExecution(executionParams: $run) {
    __typename ... on LaunchRunSuccess {run {runId}} ... on PythonError {message}}}"""
EVENTS = """query($run: ID!) {logsForRun(runId: $run, limit: 1000) {... on EventConnection {events {
    __typename ... on MessageEvent {message} ... on ErrorEvent {error {message stack causes {message}}}}}}}"""
LANDED = """query($key: AssetKeyInput!) {assetOrError(assetKey: $key) {... on Asset {
    assetMaterializations(limit: 100) {runId metadataEntries {label
        ... on IntMetadataEntry {intRepr} ... on FloatMetadataEntry {floatValue} ... on TextMetadataEntry {text}
        ... on JsonMetadataEntry {jsonString}}}}}}"""
FIRST_FILE = """\
runner:
  mode: orchestrated
  orchestrator:
    type: dagster  # Default orchestrator
    schedules:
      - name: stripe_customers_hourly
        config: /app/jobs/acme/stripe_customers_to_iceberg.yaml
        cron: "0 * * * *"
      - name: hubspot_contacts_daily
        config: /app/jobs/acme/hubspot_contacts_to_iceberg.yaml
        cron: "15 2 * * *"
    concurrency_per_tenant: 1
"""
"""A runner file as a team writes its first one."""
ASSET_JOB = "__ASSET_JOB"
"""The job that Dagster keeps for assets which a person starts by hand."""


@dataclass(frozen=True)
class Run:
    """A run, as Dagster remembers it.

    Args:
        id: Its id.
        status: Its status, such as ``SUCCESS``.
        began: When it started, in seconds since 1970; ``None`` before.
        ended: When it ended, likewise.
        pools: The pools that it holds a place in.
        tags: Its tags.
    """

    id: str
    status: str
    began: float | None
    ended: float | None
    pools: Sequence[str]
    tags: Mapping[str, str]

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status in ENDED

    @property
    def schedule(self) -> str:
        """The schedule that started it; nothing where a person did."""
        return self.tags.get("ingest/schedule", "")


class Dagster:
    """A web server of Dagster.

    Args:
        address: Its address, without a path.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def answers(self) -> bool:
        """Tell whether it is there."""
        try:
            return requests.get(f"{self.address}/server_info", timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False

    def ask(self, question: str, **variables: Any) -> Any:  # noqa: ANN401  # JSON
        """Ask by GraphQL.

        Args:
            question: The query.
            variables: Its variables.

        Returns:
            The answer's data.

        Raises:
            RuntimeError: The server finds the question wrong.
        """
        said = {"query": question, "variables": variables}
        answer = requests.post(f"{self.address}/graphql", json=said, timeout=ANSWER_SECONDS)
        told = answer.json()
        if told.get("errors") or not answer.ok:
            raise RuntimeError(f"Dagster refuses {question!r}: {told}")
        return told["data"]

    def runs(self) -> list[Run]:
        """Give all runs, the newest first."""
        return [_run(each) for each in self.ask(RUNS, limit=ALL_RUNS)["runsOrError"]["results"]]

    def run(self, run_id: str) -> Run:
        """Give a run."""
        (found,) = (each for each in self.runs() if each.id == run_id)
        return found

    def defined(self) -> Mapping[str, Any]:
        """Give what its one code location defines: assets, schedules and sensors."""
        (found,) = self.ask(DEFINED)["repositoriesOrError"]["nodes"]
        node: Mapping[str, Any] = found
        return node

    def launch(self, *keys: Sequence[str]) -> str:
        """Start a run of assets as the page's button does; gives its id."""
        node = self.defined()
        selector = {
            "repositoryLocationName": node["location"]["name"],
            "repositoryName": node["name"],
            "jobName": ASSET_JOB,
            "assetSelection": [{"path": list(key)} for key in keys],
            "assetCheckSelection": [],
        }
        told = self.ask(LAUNCH, run={"mode": "default", "runConfigData": {}, "selector": selector})
        return str(told["launchPipelineExecution"]["run"]["runId"])

    def events(self, run_id: str) -> list[Mapping[str, Any]]:
        """Give what happened in a run, in order."""
        events: list[Mapping[str, Any]] = self.ask(EVENTS, run=run_id)["logsForRun"]["events"]
        return events

    def landed(self, key: Sequence[str]) -> list[dict[str, str]]:
        """Give the metadata of an asset's materializations by name, the newest first, with the run's id."""
        asset = self.ask(LANDED, key={"path": list(key)})["assetOrError"]
        return [
            {"run": each["runId"], **{entry["label"]: _value(entry) for entry in each["metadataEntries"]}}
            for each in asset.get("assetMaterializations", [])
        ]


def _value(entry: Mapping[str, Any]) -> str:
    return next((str(value) for name, value in entry.items() if name != "label"), "")


def _run(told: Mapping[str, Any]) -> Run:
    tags = {tag["key"]: tag["value"] for tag in told["tags"]}
    return Run(told["runId"], told["status"], told["startTime"], told["endTime"], told["allPools"] or (), tags)
