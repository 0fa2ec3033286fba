"""``ingest plan`` as a user sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Shell

JOB = ("--config", "jobs/acme/shop.yaml")


def test_plan_says_what_would_become_of_each_table_and_changes_none(shell: Shell) -> None:
    told = shell.ingest("plan", *JOB)
    assert told.code == 0, told.stderr
    assert "orders -> acme.csv_orders (append)\n  the table is made\n" in told.stdout
    assert shell.rows_or_none("csv_orders") is None
    shell.run_job()
    assert "  the table stays as it is\n  nothing new to read\n" in shell.ingest("plan", *JOB).stdout


def test_plan_ends_with_2_where_the_run_would_refuse_something(shell: Shell) -> None:
    (shell.home / "data/customers.csv").unlink()
    told = shell.ingest("plan", *JOB, "--json")
    assert told.code == 2
    refused = {each["name"]: each["refused"] for each in map(json.loads, told.stdout.splitlines())}
    assert refused["orders"] is None
    assert "no file at" in refused["customers"]


def test_an_offline_plan_reaches_nothing(shell: Shell) -> None:
    told = shell.ingest("plan", *JOB, "--offline")
    assert (told.code, told.stdout.splitlines()) == (
        0,
        ["orders -> acme.csv_orders (append)", "customers -> acme.csv_customers (replace)"],
    )
    assert not (shell.home / "state").exists()


def test_a_plan_tells_what_a_refresh_or_a_stretch_of_time_would_read(shell: Shell) -> None:
    shell.run_job()
    told = shell.ingest("plan", *JOB, "--object", "orders", "--full-refresh")
    assert (told.code, told.stdout.splitlines()[0]) == (0, "orders -> acme.csv_orders (replace)")
    assert "  to read: 1 parts, 1 at once" in told.stdout
    late = shell.ingest("plan", *JOB, "--since", "2100-01-01")
    assert late.code == 2
    assert "  nothing new to read" in late.stdout
    assert "only the rows of this stretch of time would be left" in late.stdout
