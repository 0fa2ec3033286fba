"""``ingest state`` as a user sees it."""

from __future__ import annotations

import fcntl
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


def test_show_tells_a_position_in_trouble_and_the_exit_code_says_so(shell: Shell) -> None:
    shell.run_job()
    for table, code in (("csv_orders", 1), ("csv_customers", 2)):
        shell.catalog().drop_table(("acme", table))
        shown = shell.ingest("state", "show", *JOB)
        assert shown.code == code
        told = {each["table"]: each["error"] for each in map(json.loads, shown.stdout.splitlines())}
        assert f"the table acme.{table} is gone" in told[f"acme.{table}"]


def test_reset_is_not_told_two_things_at_once(shell: Shell) -> None:
    shell.run_job()
    ended = shell.ingest("state", "reset", *JOB, "--truncate", "--keep-rows")
    assert ended.code == 2
    assert "say one of them" in ended.stderr
    assert shell.rows_or_none("csv_orders") == 2


def test_what_is_shown_and_reset_bears_no_secret(shell: Shell) -> None:
    canary = "c4n4ry-0f-th3-c4t4l0g"
    shell.write("secrets/acme/store.yaml", f"key: {canary}\n")
    catalog = 'iceberg, catalog: {uri: "http://127.0.0.1:9/${secret:store.key}"}}'
    text = (shell.home / "jobs/acme/shop.yaml").read_text(encoding="utf-8")
    shell.write("jobs/acme/shop.yaml", text.replace("iceberg}", catalog))
    for command in (("show",), ("reset", "--truncate")):
        ended = shell.ingest("state", *command, *JOB)
        assert ended.code == 2
        assert "does not answer" in ended.stderr
        assert canary not in ended.stdout + ended.stderr


def test_a_reset_of_a_busy_tenant_is_refused(shell: Shell) -> None:
    shell.run_job()
    with (shell.home / "state/locks/acme.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = shell.ingest("state", "reset", *JOB, "--truncate")
    assert (ended.code, ended.report["error_type"]) == (2, "TransientError")
    assert shell.rows_or_none("csv_orders") == 2
