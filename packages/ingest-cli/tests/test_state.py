"""``ingest state`` as a user sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Shell

JOB = ("--config", "jobs/acme/shop.yaml")


def test_show_tells_each_objects_position_one_json_object_a_line(shell: Shell) -> None:
    shell.run_job()
    shown = shell.ingest("state", "show", *JOB)
    assert shown.code == 0
    told = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [(each["name"], each["seq"], each["rows"]) for each in told] == [("orders", 1, 2), ("customers", 1, 1)]


def test_reset_asks_for_a_word_on_appended_rows_and_then_loads_them_anew(shell: Shell) -> None:
    shell.run_job()
    asked = shell.ingest("state", "reset", *JOB, "--object", "orders")
    assert asked.code == 2
    assert "say --truncate" in asked.stderr
    done = shell.ingest("state", "reset", *JOB, "--object", "orders", "--truncate")
    assert (done.code, [each["status"] for each in done.report["objects"]]) == (0, ["committed"])
    assert shell.rows_or_none("csv_orders") == 0
    assert shell.run_job().code == 0
    assert shell.rows_or_none("csv_orders") == 2


def test_an_object_that_the_job_does_not_have_is_told_with_the_nearest(shell: Shell) -> None:
    ended = shell.ingest("state", "show", *JOB, "--object", "order")
    assert ended.code == 2
    assert "did you mean 'orders'?" in ended.stderr
