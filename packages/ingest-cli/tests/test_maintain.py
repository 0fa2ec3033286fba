"""``ingest maintain`` as a user sees it."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, load_job, plan, run

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

JOB = ("--config", "jobs/acme/shop.yaml")
FOUR_DAYS = 4 * 24 * 60 * 60


@pytest.fixture
def landed(shell: Shell) -> Shell:
    """A home whose table has six small files, and one that a killed run left behind."""
    assert shell.run_job().code == 0
    planned = plan(load_job(shell.home / JOB[1]))
    for number in range(5):
        shell.write(f"data/orders-x{number}.csv", f"id,name\n{number},x\n")
        assert run(planned).outcome is Outcome.SUCCESS  # not by the command, which takes its time to start
    (left_over(shell)).write_bytes(b"half a file")
    long_ago = time.time() - FOUR_DAYS
    os.utime(left_over(shell), (long_ago, long_ago))
    return shell


def left_over(shell: Shell) -> Path:
    return shell.home / "state/warehouse/acme/csv_orders/data/20260101T000000Z-dead-1.parquet"


def test_it_tells_what_it_did_and_rows_stay_what_they_are(landed: Shell) -> None:
    rows = landed.rows_or_none("csv_orders")
    ended = landed.ingest("maintain", *JOB)
    assert ended.code == 0, ended.stderr
    assert "acme.csv_orders: maintained" in ended.stdout
    assert "\n  compacted: 6 files (" in ended.stdout
    assert "\n  removed: 1 file that nothing names (11 bytes)" in ended.stdout
    assert "acme.csv_customers: nothing to do" in ended.stdout
    assert not left_over(landed).exists()
    assert landed.rows_or_none("csv_orders") == rows


STOPPED_AT_THE_END = """\
import signal, sys
from ingest_cli import maintain_command
from ingest_cli.main import main

see_to = maintain_command._see_to

def and_be_stopped(*given):
    see_to(*given)
    signal.raise_signal(signal.SIGTERM)

maintain_command._see_to = and_be_stopped
main()
"""


def test_a_stop_that_comes_when_all_is_told_changes_nothing_of_the_exit_code(landed: Shell) -> None:
    command = [sys.executable, "-c", STOPPED_AT_THE_END, "maintain", *JOB]
    ended = subprocess.run(command, cwd=landed.home, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own line
    assert "acme.csv_customers: nothing to do" in ended.stdout
    assert ended.returncode == 0, ended.stderr


def test_a_dry_run_names_each_file_that_would_go_and_keeps_it(landed: Shell) -> None:
    ended = landed.ingest("maintain", *JOB, "--dry-run")
    assert ended.code == 0, ended.stderr
    assert "acme.csv_orders: maintained (dry run)" in ended.stdout
    assert "\n  would be compacted: 6 files (" in ended.stdout
    assert str(left_over(landed)) in ended.stdout
    assert left_over(landed).exists()


def test_a_program_reads_one_json_object_a_table(landed: Shell) -> None:
    ended = landed.ingest("maintain", *JOB, "--json", "--only", "orphans")
    told = {each["table"]: each for each in map(json.loads, ended.stdout.splitlines())}
    assert set(told) == {"acme.csv_orders", "acme.csv_customers"}
    orders = told["acme.csv_orders"]
    assert (orders["status"], orders["files_before"], orders["errors"]) == ("maintained", 0, [])
    assert [each["size"] for each in orders["orphans"]] == [11]
    assert {event["event"] for event in ended.events} >= {"maintenance_started", "orphans_removed", "table_maintained"}


def test_all_jobs_of_a_tenant_and_a_table_of_two_of_them_once(landed: Shell) -> None:
    text = (landed.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    landed.write("jobs/acme/other.yaml", text)
    landed.write("jobs/umbrella/shop.yaml", text.replace("tenant: acme", "tenant: umbrella"))
    ended = landed.ingest("maintain", "--tenant", "acme", "--json")
    assert ended.code == 0, ended.stderr
    told = [json.loads(line)["table"] for line in ended.stdout.splitlines()]
    assert sorted(told) == ["acme.csv_customers", "acme.csv_orders"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((), "say one of --config JOB, --job-dir DIR and --tenant NAME"),
        ((*JOB, "--tenant", "acme"), "say one of --config JOB, --job-dir DIR and --tenant NAME"),
        (("--tenant", "acm"), "no job below"),
        (("--tenant", ""), "'' is no tenant"),
        (("--tenant", "../jobs/acme"), "'../jobs/acme' is no tenant"),
        ((*JOB, "--keep-history", "0s"), "say 1d or longer"),
        ((*JOB, "--orphans-older-than", "1h"), "say 3d or longer"),
        ((*JOB, "--keep-history", "1h"), "say 1d or longer"),
        ((*JOB, "--keep-history", "soon"), "'soon' must be numbers with their units"),
        ((*JOB, "--only", "everything"), "'everything' is not one of"),
    ],
    ids=["nothing", "two", "unknown", "empty", "path", "none", "age", "history", "length", "step"],
)
def test_what_is_asked_wrongly_is_2_with_the_mend(landed: Shell, said: tuple[str, ...], told: str) -> None:
    ended = landed.ingest("maintain", *said)
    assert ended.code == 2
    assert told in ended.stderr
    assert left_over(landed).exists()


def test_a_busy_tenant_is_a_part_of_it(landed: Shell) -> None:
    with (landed.home / "state/locks/acme.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = landed.ingest("maintain", *JOB, "--wait", "0s")
    assert ended.code == 1
    assert "the tenant 'acme' is busy" in ended.stdout
    assert not left_over(landed).exists()


def test_a_catalog_out_of_reach_is_2(landed: Shell) -> None:
    text = (landed.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    away = "{connector: iceberg, catalog: {uri: http://127.0.0.1:1/iceberg}}"
    landed.write("jobs/acme/shop.yaml", text.replace("{connector: iceberg}", away))
    ended = landed.ingest("maintain", *JOB)
    assert ended.code == 2
    assert "the catalog does not answer" in ended.stderr
