"""``retry`` of the job file, as a user sees it: what passes is tried again, and nothing lands twice."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Ended, Shell

PLUGINS = Path(__file__).parent / "plugins"
REGISTRY = "version: 1\nconnectors:\n  gated: {description: A source for tests, roles: [source]}\n"
JOB = """\
tenant: acme
source: {connector: gated, with: {fail_times: %d, fail_by: %s}, objects: {orders: {path: data/orders.txt}}}
target: {connector: iceberg}
retry: {attempts: 3, backoff: %s}
"""


@pytest.fixture(autouse=True)
def world(shell: Shell) -> None:
    shell.write("registry/connectors.yaml", REGISTRY)
    shell.write("data/orders.txt", "1\n2\n3\n")


def run(shell: Shell, times: int, how: str = "passing", backoff: str = "20ms") -> Ended:
    shell.write("jobs/acme/shop.yaml", JOB % (times, how, backoff))
    return shell.run_job(PYTHONPATH=str(PLUGINS))


def failures(ended: Ended) -> list[dict[str, object]]:
    return [event for event in ended.events if event["event"] == "try_failed"]


def test_a_source_that_fails_twice_is_tried_three_times_and_its_rows_land_once(shell: Shell) -> None:
    ended = run(shell, 2)
    assert ended.code == 0, ended.stderr
    told = failures(ended)
    assert [(each["attempt"], each["error"]) for each in told] == [(1, "told to fail, 1"), (2, "told to fail, 2")]
    first, second = (float(str(each["pause"])) for each in told)
    assert 0.02 <= first <= 0.04
    assert 0.04 <= second <= 0.06
    assert shell.rows("gated_orders", "count(*), sum(id)") == [(3, 6)]
    assert ended.report["objects"][0]["rows"] == 3


def test_a_source_that_fails_as_often_as_it_is_tried_fails_the_object_and_the_next_run_lands_all(shell: Shell) -> None:
    ended = run(shell, 3)
    assert (ended.code, len(failures(ended))) == (2, 2)
    assert ended.report["objects"][0]["error"] == "told to fail, 3"
    assert run(shell, 0).code == 0
    assert shell.rows("gated_orders", "count(*), sum(id)") == [(3, 6)]


@pytest.mark.parametrize("how", ["lasting", "bug"])
def test_what_a_person_must_mend_is_not_tried_again(shell: Shell, how: str) -> None:
    ended = run(shell, 1, how)
    assert (ended.code, failures(ended)) == (2, [])


def test_a_job_that_does_not_ask_for_it_tries_once(shell: Shell) -> None:
    shell.write("jobs/acme/shop.yaml", (JOB % (1, "passing", "1s")).split("retry:")[0])
    ended = shell.run_job(PYTHONPATH=str(PLUGINS))
    assert (ended.code, failures(ended)) == (2, [])


def test_a_catalog_out_of_reach_is_tried_again_too(shell: Shell) -> None:
    job = (JOB % (0, "passing", "20ms")).replace("iceberg}", 'iceberg, catalog: {uri: "http://127.0.0.1:9/"}}')
    shell.write("jobs/acme/shop.yaml", job)
    ended = shell.run_job(PYTHONPATH=str(PLUGINS))
    assert (ended.code, ended.report["error_type"], len(failures(ended))) == (2, "TransientError", 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_pause_at_once(shell: Shell, number: signal.Signals) -> None:
    shell.write("jobs/acme/shop.yaml", JOB % (2, "passing", "1h"))
    began = time.monotonic()
    with shell.start("run", "--config", "jobs/acme/shop.yaml", PYTHONPATH=str(PLUGINS)) as process:
        assert process.stderr is not None
        assert any('"try_failed"' in line for line in process.stderr)
        process.send_signal(number)
        stdout = process.communicate(timeout=120)[0]
    assert process.returncode == 2
    assert "the run was stopped" in stdout
    assert time.monotonic() - began < 120


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{attempts: 0}", "jobs/acme/shop.yaml:4:9: retry.attempts: must be at least 1"),
        (
            "{backoff: 5}",
            "retry.backoff: must be numbers with their units, the greater first, such as 30s, 5m or 1h30m",
        ),
        ("{atempts: 2}", "did you mean 'attempts'?"),
    ],
)
def test_a_wrong_word_is_told_with_its_line(shell: Shell, said: str, told: str) -> None:
    shell.write("jobs/acme/shop.yaml", (JOB % (0, "passing", "1s")).replace("{attempts: 3, backoff: 1s}", said))
    ended = shell.ingest("plan", "--config", "jobs/acme/shop.yaml", "--offline")
    assert ended.code == 2
    assert told in ended.stderr
