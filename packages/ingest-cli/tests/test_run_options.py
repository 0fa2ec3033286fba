"""What ``ingest run`` does otherwise than the job says: one object, from the beginning, a stretch of time, a folder."""

import gzip
import json
import os
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Ended, Shell

OTHER = """\
tenant: zeta
source: {connector: csv, objects: {orders: {path: "data/orders*.csv"}}}
target: {connector: iceberg}
"""


def reports(ended: "Ended") -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_one_object_alone_is_landed(shell: "Shell") -> None:
    ended = shell.run_job("--object", "customers")
    assert (ended.code, [each["name"] for each in ended.report["objects"]]) == (0, ["customers"])
    assert shell.rows_or_none("csv_orders") is None


def test_an_object_that_the_job_does_not_have_is_2_with_the_nearest(shell: "Shell") -> None:
    ended = shell.run_job("--object", "order")
    assert (ended.code, "did you mean 'orders'?" in ended.stderr) == (2, True)
    assert not (shell.home / "state").exists()


def test_a_full_refresh_puts_what_is_there_now_in_the_place_of_what_was_landed(shell: "Shell") -> None:
    assert shell.run_job().code == 0
    shell.write("data/orders-1.csv", "id,name\n7,z\n")
    assert shell.run_job().code == 1, "the file that changed is told, the customers land"
    assert shell.run_job("--full-refresh").code == 0
    assert shell.rows("csv_orders", "id") == [(7,)]


def test_a_stretch_of_time_is_read_alone(shell: "Shell") -> None:
    for day in (1, 2, 3):
        moment = datetime(2026, 11, day, tzinfo=UTC).timestamp()
        os.utime(shell.write(f"data/orders-{day}.csv", f"id,name\n{day},x\n"), (moment, moment))
    span = ("--since", "2026-11-02", "--until", "2026-11-03T01:00:00+01:00")
    ended = shell.run_job("--object", "orders", *span)
    assert ended.code == 0, ended.stderr
    assert shell.rows("csv_orders", "id") == [(2,)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "yesterday"], "'yesterday' is no time: write 2026-11-24"),
        (["--since", "2026-11-02", "--until", "2026-11-02"], "--since is to be before --until"),
        (["--since", "2026-11-02", "--full-refresh"], "say one of them"),
        (["--job-dir", "jobs"], "say --config JOB for one job, or --job-dir DIR"),
    ],
)
def test_options_that_do_not_go_together_are_2_and_nothing_is_touched(
    shell: "Shell", arguments: list[str], told: str
) -> None:
    ended = shell.run_job(*arguments)
    assert (ended.code, told in ended.stderr) == (2, True), ended.stderr
    assert not (shell.home / "state").exists()


def test_all_jobs_of_a_folder_run_by_tenant_and_name_with_a_report_each(shell: "Shell") -> None:
    shell.write("jobs/zeta/a.yml", OTHER)
    ended = shell.ingest("run", "--job-dir", "jobs")
    assert (ended.code, [(each["tenant"], each["job"]) for each in reports(ended)]) == (
        0,
        [("acme", "shop"), ("zeta", "a")],
    )


def test_a_broken_file_of_a_folder_is_told_first_and_keeps_no_other_back(shell: "Shell") -> None:
    shell.write("jobs/acme/broken.yaml", "tenant: acme\nsorce: {}\n")
    ended = shell.ingest("run", "--job-dir", "jobs")
    assert (ended.code, [each["job"] for each in reports(ended)]) == (1, ["shop"])
    assert ended.stderr.index("did you mean 'source'?") < ended.stderr.index("job_started")


def test_a_folder_of_which_nothing_succeeds_is_2(shell: "Shell") -> None:
    shell.write("jobs/acme/shop.yaml", OTHER.replace("zeta", "acme").replace("orders*", "nothing"))
    ended = shell.ingest("run", "--job-dir", "jobs")
    assert (ended.code, [each["outcome"] for each in reports(ended)]) == (2, ["failure"])


def test_two_files_of_one_name_are_told_and_the_first_runs(shell: "Shell") -> None:
    shell.write("jobs/zeta/a.yaml", OTHER)
    shell.write("jobs/zeta/b.yaml", OTHER + "name: a\n")
    ended = shell.ingest("run", "--job-dir", "jobs/zeta")
    assert (ended.code, len(reports(ended)), "say another `name`" in ended.stderr) == (1, 1, True)


@pytest.mark.parametrize("folder", ["jobs/none", "data"])
def test_a_folder_without_jobs_is_2(shell: "Shell", folder: str) -> None:
    ended = shell.ingest("run", "--job-dir", folder)
    assert (ended.code, f"no job below {folder}" in ended.stderr) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_the_job_that_runs_and_those_behind_it_do_not_begin(shell: "Shell", number: signal.Signals) -> None:
    # Small to write, and longer to read than a machine that is busy takes to send a signal.
    rows = gzip.compress(b"1234567,abcdefghijklmnopqrstuvwxyz\n" * 100_000, 1)
    (shell.home / "data/orders-9.csv.gz").write_bytes(gzip.compress(b"id,name\n") + rows * 300)
    shell.write("jobs/acme/shop.yaml", OTHER.replace("zeta", "acme").replace(".csv", ".csv.gz"))
    shell.write("jobs/zeta/a.yaml", OTHER.replace("orders*", "customers"))
    with shell.start("run", "--job-dir", "jobs") as process:
        assert process.stderr
        assert "job_started" in process.stderr.readline()
        assert "object_started" in process.stderr.readline()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, json.loads(stdout)["stopped"]) == (2, True)
    assert "not run, since a stop was asked for: jobs/zeta/a.yaml" in stderr
