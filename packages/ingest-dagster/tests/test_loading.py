"""A run's own process reads what the code server has planned, so that no other job's file can fail it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dagster_home import Home
from ingest_core import JobError, plan_runner
from ingest_dagster.facts import Facts, facts_of
from ingest_dagster.loading import RECORDED, load_facts

LINES = (
    '{name: a, config: jobs/acme/orders.yaml, cron: "0 * * * *", tags: {team: shop}}',
    "{name: b, config: jobs/acme/returns.yaml, interval_seconds: 45, enabled: false}",
    '{name: c, maintain: acme, cron: "0 3 * * *"}',
)


def runner(home: Home) -> Path:
    home.job("orders", depends_on=["crm.contacts"])
    home.job("returns")
    return home.runner(*LINES, concurrency_per_tenant=2)


def load_in_another_process(file: Path) -> str:
    code = "import sys; from ingest_dagster.loading import load_facts; print(len(load_facts(sys.argv[1]).jobs))"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)  # noqa: S603  # this very Python
    return done.stdout.strip() or done.stderr


def test_facts_are_read_as_they_were_written(home: Home) -> None:
    facts = facts_of(plan_runner(runner(home)))
    assert Facts.read(facts.written()) == facts
    assert [job.name for job in facts.jobs] == ["orders", "returns"]
    assert facts.concurrency_per_tenant == 2


def test_a_process_that_this_one_starts_reads_its_facts(home: Home) -> None:
    file = runner(home)
    load_facts(file)
    home.write("jobs/acme/returns.yaml", "tenant: acme\n")
    assert load_in_another_process(file) == "2"


def test_this_process_plans_anew_when_it_loads_once_more(home: Home) -> None:
    file = runner(home)
    load_facts(file)
    home.write("jobs/acme/returns.yaml", "tenant: acme\n")
    with pytest.raises(JobError):
        load_facts(file)


def test_facts_of_another_runner_file_or_that_are_gone_are_planned_anew(home: Home) -> None:
    file = runner(home)
    load_facts(file)
    other = home.write("configs/other.yaml", file.read_text(encoding="utf-8").split("    - {name: b")[0])
    assert load_in_another_process(other) == "1"
    Path(os.environ[RECORDED].partition(":")[2]).write_text("{}", encoding="utf-8")
    assert load_in_another_process(file) == "2"


def test_a_state_folder_that_cannot_be_written_keeps_nothing_from_loading(home: Home) -> None:
    file = runner(home)
    home.write("state", "a file in the way")
    assert len(load_facts(file).jobs) == 2
    assert not os.environ[RECORDED]
