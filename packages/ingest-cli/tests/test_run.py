"""``ingest run`` as a shell sees it: exit code, report on stdout, log on stderr."""

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

ROWS = 400_000


def test_success_is_0_with_a_report_and_a_log_of_json_lines(shell: "Shell") -> None:
    ended = shell.run_job()
    assert ended.code == 0, ended.stderr
    assert (ended.report["outcome"], [o["rows"] for o in ended.report["objects"]]) == ("success", [2, 1])
    assert [event["event"] for event in ended.events] == [
        "job_started",
        *(["object_started", "committed", "object_finished"] * 2),
        "job_finished",
    ]
    assert all({"tenant", "job", "run_id", "timestamp", "level"} <= set(event) for event in ended.events)
    assert shell.rows("csv_orders", "sum(id)") == [(3,)]


def test_a_wrong_path_is_2_with_the_line_to_mend(shell: "Shell") -> None:
    shell.write("jobs/acme/shop.yaml", (shell.home / "jobs/acme/shop.yaml").read_text().replace("data/", "daat/"))
    ended = shell.run_job()
    assert ended.code == 2
    assert f"{shell.home}/jobs/acme/shop.yaml:5:14: source.objects.orders.path: no file at daat/orders*.csv" in str(
        ended.report["objects"][0]["error"]
    )
    assert "mend: did you mean data?" in ended.report["objects"][0]["error"]


def test_one_file_of_two_missing_is_1_and_the_other_lands(shell: "Shell") -> None:
    (shell.home / "data/customers.csv").unlink()
    ended = shell.run_job()
    assert (ended.code, ended.report["outcome"]) == (1, "partial")
    assert shell.rows("csv_orders") == [(2,)]


@pytest.mark.parametrize(
    "arguments",
    [["run"], ["run", "--config", "nowhere.yaml"], ["run", "--config", "jobs/acme/shop.yaml", "--mode", "x"], ["rum"]],
)
def test_wrong_arguments_are_2_with_a_line_and_no_traceback(shell: "Shell", arguments: list[str]) -> None:
    ended = shell.ingest(*arguments)
    assert ended.code == 2
    assert "Error" in ended.stderr or "no such file" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (shell.home / "state").exists()


def test_a_faulty_job_is_2_and_every_fault_is_told(shell: "Shell") -> None:
    shell.write("jobs/acme/shop.yaml", "tenant: acme\nsorce: {}\ntarget: {connector: iceberg, tabel: x}\n")
    ended = shell.run_job()
    assert ended.code == 2
    assert "did you mean 'source'?" in ended.stderr
    assert "did you mean 'table'?" in ended.stderr
    assert not (shell.home / "state").exists()


def test_cloud_mode_refuses_files_of_this_machine(shell: "Shell") -> None:
    ended = shell.run_job("--mode", "cloud")
    assert (ended.code, "not allowed in cloud mode" in ended.stderr) == (2, True)


def big(shell: "Shell") -> None:
    lines = (f"{n},{'x' * 60}-{n * 7919 % 1000003}\n" for n in range(ROWS))
    shell.write("data/orders-1.csv", "id,name\n" + "".join(lines))


def wait_for_a_data_file(shell: "Shell", process: subprocess.Popen[str]) -> None:
    """Wait until the run is writing rows of the first table."""
    deadline = time.monotonic() + 60
    while not list((shell.home / "state/warehouse").glob("acme/csv_orders/data/*.parquet")):
        assert process.poll() is None, "the run ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.001)


def stopped(shell: "Shell", number: signal.Signals) -> subprocess.Popen[str]:
    with shell.start("run", "--config", "jobs/acme/shop.yaml") as process:
        wait_for_a_data_file(shell, process)
        process.send_signal(number)
        process.communicate(timeout=60)
    return process


def test_killed_in_the_middle_and_run_again_the_table_equals_the_file(shell: "Shell") -> None:
    big(shell)
    assert stopped(shell, signal.SIGKILL).returncode == -signal.SIGKILL
    assert shell.rows_or_none("csv_orders") in (None, 0)
    ended = shell.run_job()
    assert ended.code == 0, ended.stderr
    assert shell.rows("csv_orders", "count(*), count(distinct id), sum(id)") == [(ROWS, ROWS, ROWS * (ROWS - 1) // 2)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stopped_in_the_middle_is_2_and_nothing_is_half_done(shell: "Shell", number: signal.Signals) -> None:
    big(shell)
    assert stopped(shell, number).returncode == 2
    assert shell.rows_or_none("csv_orders") in (None, 0)
    assert shell.run_job().code == 0
    assert shell.rows("csv_orders") == [(ROWS,)]


def test_a_closed_stdout_changes_nothing_of_the_outcome(shell: "Shell") -> None:
    with shell.start("run", "--config", "jobs/acme/shop.yaml") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        log = process.stderr.read()
    assert process.returncode == 0, log
    assert "Traceback" not in log
    assert shell.rows("csv_orders") == [(2,)]


def test_two_runs_at_once_are_told_apart_and_do_no_harm(shell: "Shell") -> None:
    big(shell)
    with shell.start("run", "--config", "jobs/acme/shop.yaml") as first:
        wait_for_a_data_file(shell, first)
        first.send_signal(signal.SIGSTOP)
        second = shell.run_job()
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=60)
    assert (first.returncode, second.code) == (0, 2)
    assert second.report["error_type"] == "TransientError"
    assert f"process {first.pid} on" in second.report["error"]
    assert shell.rows("csv_orders") == [(ROWS,)]


def test_a_secret_shows_in_no_output_and_no_file(shell: "Shell") -> None:
    canary = 'canary-8f3a/+=é"x'
    shell.write("secrets/acme/n.token", canary)
    catalog = '{uri: "http://u:${secret:n.token}@127.0.0.1:9/", token: "${secret:n.token}"}'
    target = f"target: {{connector: iceberg, catalog: {catalog}}}"
    job = (shell.home / "jobs/acme/shop.yaml").read_text().replace("target: {connector: iceberg}", target)
    shell.write("jobs/acme/shop.yaml", job + "logging: {level: debug}\n")
    ended = shell.run_job()
    assert ended.code == 2
    left = "".join(path.read_text(errors="replace") for path in state_files(shell.home))
    for form in (canary, json.dumps(canary)[1:-1], "canary-8f3a"):
        assert form not in ended.stdout + ended.stderr + left


def state_files(home: "Path") -> list["Path"]:
    return [path for path in (home / "state").rglob("*") if path.is_file()]


def test_the_log_at_a_persons_terminal_is_readable(shell: "Shell") -> None:
    ended = shell.run_job("--log-format", "console")
    assert ended.code == 0
    assert "job_started" in ended.stderr
    assert not ended.stderr.startswith("{")


def test_a_command_that_does_not_exist_names_the_nearest(shell: "Shell") -> None:
    assert "Did you mean 'run'?" in shell.ingest("rum").stderr


def test_help_and_version_answer(shell: "Shell") -> None:
    assert "--config" in shell.ingest("run", "--help").stdout
    assert "ingest, version" in shell.ingest("--version").stdout
