"""What docs/exit-codes-and-logs.md says is what a run prints."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Ended, Shell

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/exit-codes-and-logs.md").read_text(encoding="utf-8")
SAID = re.compile(r"\.(debug|info|warning|error|exception)\(\s*\"([a-z_]+)\"")
EVERY_LINE = {"timestamp", "level", "event"}
OF_A_RUN = {"tenant", "job", "run_id"}
MAY_BE_MORE = {"object", "exception"}


def table(head: str) -> list[list[str]]:
    """Read the tables of the page that begin with a head, without it."""
    tables = [part.split("\n\n")[0].splitlines()[2:] for part in PAGE.split(f"\n| {head} |")[1:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for lines in tables for line in lines]


EVENTS = {row[0].strip("`"): (row[1].split(", "), set(re.findall(r"`(\w+)`", row[2]))) for row in table("event")}


def fields(head: str) -> list[str]:
    return [row[0].strip("`") for row in table(head)]


def written() -> Iterator[tuple[str, str]]:
    """Find each event in the code, with its level."""
    for path in sorted((ROOT / "packages").glob("ingest-c*/src/**/*.py")):
        for level, event in SAID.findall(path.read_text(encoding="utf-8")):
            yield event, "error" if level == "exception" else level


def test_every_event_of_the_code_is_told_with_its_level_and_no_other() -> None:
    assert {(event, each) for event, (levels, _) in EVENTS.items() for each in levels} == set(written())


def check_lines(ended: Ended) -> set[str]:
    for line in ended.events:
        levels, own = EVENTS[line["event"]]
        assert line["level"] in levels
        surplus = set(line) - EVERY_LINE - OF_A_RUN - own
        assert own <= set(line), line
        assert surplus <= MAY_BE_MORE, line
        assert set(line) >= EVERY_LINE | OF_A_RUN
    return {line["event"] for line in ended.events}


def check_report(report: dict[str, Any]) -> None:
    assert sorted(report) == sorted(fields("field"))
    for each in report["objects"]:
        assert sorted(each) == sorted(fields("field of an object"))


def outcomes() -> dict[str, int]:
    return {row[1].strip("`"): int(row[0]) for row in table("exit code")}


@pytest.fixture
def debugged(shell: Shell) -> Shell:
    job = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shell.write("jobs/acme/shop.yaml", job + "logging: {level: debug}\nlimits: {memory: 256MB, workers: 8}\n")
    shell.write("data/orders-2.csv", "id,name\n3,c\n")
    return shell


def test_what_a_run_prints_when_all_goes_well_is_what_the_page_says(debugged: Shell) -> None:
    ended = debugged.run_job()
    assert check_lines(ended) >= {
        *("job_started", "object_started", "batch_written", "committed", "object_finished", "job_finished"),
    }
    check_report(ended.report)
    assert ended.code == outcomes()[ended.report["outcome"]] == 0


def test_what_a_run_prints_when_a_part_fails_is_what_the_page_says(debugged: Shell) -> None:
    (debugged.home / "data/customers.csv").unlink()
    ended = debugged.run_job()
    assert "object_failed" in check_lines(ended)
    check_report(ended.report)
    assert ended.code == outcomes()[ended.report["outcome"]] == 1
    assert {each["error_type"] for each in ended.report["objects"]} == {None, "JobError"}


def test_what_a_run_prints_when_its_tenant_is_busy_is_what_the_page_says(debugged: Shell) -> None:
    debugged.run_job()
    (lock,) = (debugged.home / "state/locks").glob("acme*.lock")
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = debugged.run_job("--wait", "1s")
    assert {"waiting_for_slot", "job_failed", "job_finished"} <= check_lines(ended)
    check_report(ended.report)
    assert ended.code == outcomes()[ended.report["outcome"]] == 2
    assert ended.report["error_type"] == "TransientError"
