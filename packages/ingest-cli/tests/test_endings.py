"""However the command's own ends fare, its exit code says what was committed."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from conftest import Shell

JOB = ("run", "--config", "jobs/acme/shop.yaml")
PIPE_HOLDS = 1 << 16
"""Bytes that a pipe takes before who writes must wait (pipe(7))."""


def ingest(shell: Shell, *arguments: str, stdout: IO[str], stderr: IO[str] | None = None) -> tuple[int, str]:
    """Run the command with outputs that lead elsewhere.

    Returns:
        The exit code, and what stderr got if it leads nowhere else.
    """
    ended = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "ingest_cli", *arguments],
        cwd=shell.home,
        check=False,
        stdout=stdout,
        stderr=stderr or subprocess.PIPE,
        text=True,
        timeout=120,
    )
    return ended.returncode, ended.stderr or ""


@pytest.fixture
def full() -> Iterator[IO[str]]:
    """A file that takes nothing more."""
    with Path("/dev/full").open("w") as opened:
        yield opened


def test_a_report_that_cannot_be_written_is_told_and_undoes_no_commit(shell: Shell, full: IO[str]) -> None:
    code, stderr = ingest(shell, *JOB, stdout=full)
    assert code == 0, stderr
    assert "report_lost: stdout cannot be written: No space left on device" in stderr
    assert shell.rows_or_none("csv_orders") == 2


def test_a_log_that_cannot_be_written_undoes_no_commit(shell: Shell, full: IO[str]) -> None:
    assert ingest(shell, *JOB, stdout=full, stderr=full)[0] == 0
    assert shell.rows_or_none("csv_orders") == 2


@pytest.mark.parametrize("arguments", [JOB, ("run", "--nonsense"), ("run", "--config", "none.yaml")])
def test_an_error_that_cannot_be_told_ends_with_2(shell: Shell, full: IO[str], arguments: tuple[str, ...]) -> None:
    shell.write("jobs/acme/shop.yaml", "tenant: [")
    assert ingest(shell, *arguments, stdout=full, stderr=full)[0] == 2


@pytest.fixture
def nobody() -> Iterator[IO[str]]:
    """A pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as opened:
        yield opened


def test_faults_of_a_folder_that_nobody_reads_keep_no_job_back(shell: Shell, nobody: IO[str]) -> None:
    shell.write("jobs/acme/broken.yaml", "tenant: [")
    assert ingest(shell, "run", "--job-dir", "jobs", stdout=nobody, stderr=nobody)[0] == 1
    assert shell.rows_or_none("csv_orders") == 2


def test_a_folder_of_faults_that_nobody_reads_is_2(shell: Shell, nobody: IO[str]) -> None:
    shell.write("jobs/acme/shop.yaml", "tenant: [")
    assert ingest(shell, "run", "--job-dir", "jobs", stdout=nobody, stderr=nobody)[0] == 2


def test_who_reads_no_further_hears_nothing(shell: Shell, nobody: IO[str]) -> None:
    assert ingest(shell, "plan", "--config", "jobs/acme/shop.yaml", stdout=nobody) == (2, "")


def test_an_error_that_nobody_reads_ends_with_2(shell: Shell, nobody: IO[str]) -> None:
    assert ingest(shell, "run", "--config", "none.yaml", stdout=nobody, stderr=nobody)[0] == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_while_the_report_is_printed_comes_too_late(shell: Shell, number: signal.Signals) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x" * PIPE_HOLDS)
    process = shell.start(*JOB, stdout=writing)
    os.close(writing)
    assert process.stderr is not None
    for line in process.stderr:
        if '"job_finished"' in line:
            break
    process.send_signal(number)
    with os.fdopen(reading) as report:
        assert '"outcome": "success"' in report.read()
    assert process.wait(timeout=60) == 0
    process.stderr.close()


READING_AHEAD = """
import sys, threading
import pyarrow as pa, pyarrow.csv
from ingest_cli.main import main

class Slow:
    closed, blocks, asked = False, 0, threading.Event()
    def read(self, size=-1):
        self.blocks += 1
        if self.blocks > 3:
            self.asked.set()
            threading.Event().wait(0.5)
        return b"a,b\\n" if self.blocks == 1 else b"1,2\\n" * 300_000

slow = Slow()
reader = pa.csv.open_csv(pa.PythonFile(slow, mode="r"))
assert next(iter(reader)).num_rows and slow.asked.wait(60)
sys.argv = ["ingest", "--version"]
main()
"""


def test_a_thread_that_still_reads_ahead_neither_breaks_nor_holds_up_the_end() -> None:
    ended = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", READING_AHEAD], check=False, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("ingest, version")


TWICE = """\
import signal, sys
from ingest_cli import signals
from ingest_core.stop_signals import handler

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a suite in the background of a shell ignores
with signals.stopping():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        try:
            signal.raise_signal(number)
            print("went on")
        except KeyboardInterrupt:
            print("stopped")
    handler.ONE_STOP_SECONDS = 0
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print("stopped")
"""


def test_signals_that_come_at_once_are_one_stop_and_a_later_one_is_another() -> None:
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=True)  # noqa: S603  # our own code
    assert done.stdout.split("\n") == ["stopped", "went on", "went on", "stopped", ""]


FORKED = """\
import os, sys
from ingest_cli.leaving import Leaving
from ingest_cli.masking import Masking

Leaving(Masking()).code = 0
if os.fork() == 0:
    sys.exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_forked_child_ends_with_its_own_code() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)  # noqa: S603  # our own code
    assert done.stdout == "3\n"


def test_a_terminal_that_goes_away_harms_no_run_and_loses_no_report(shell: Shell) -> None:
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-m", "ingest_cli", "run", "--config", "jobs/acme/shop.yaml"]
    variables = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(  # noqa: S603  # our own command
        arguments, cwd=shell.home, env=variables, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as process:
        os.close(theirs)
        assert os.read(ours, 100), "it draws"
        os.close(ours)
        report = process.communicate(timeout=60)[0]
    assert (process.returncode, json.loads(report)["outcome"]) == (0, "success")
    assert shell.rows("csv_orders") == [(2,)]


WAITING_RUN = """\
import threading
from pathlib import Path
import ingest_core.executor.retrying
from ingest_cli.main import main

def wait(*_):
    Path("waited-for").write_bytes(b"")
    threading.Event().wait(30)

ingest_core.executor.retrying.land_object = wait
main()
"""


def test_a_terminal_that_is_closed_stops_a_run_which_tells_its_report(shell: Shell) -> None:
    os.mkfifo(shell.home / "waited-for")
    report = shell.home / "report.json"
    process, ours = pty.fork()
    if not process:
        os.chdir(shell.home)
        os.dup2(os.open(report, os.O_WRONLY | os.O_CREAT), 1)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.execv(sys.executable, [sys.executable, "-c", WAITING_RUN, *JOB])  # noqa: S606  # our own line
    (shell.home / "waited-for").read_bytes()
    os.close(ours)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 2
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["outcome"], told["stopped"], told["objects"]) == ("failure", True, [])


STOPPED_BEHIND_ALL_JOBS = """\
import signal
from ingest_cli import run_command
from ingest_cli.main import main

run_folder = run_command.run_folder

def and_be_stopped(*given):
    code = run_folder(*given)
    signal.raise_signal(signal.SIGTERM)
    return code

run_command.run_folder = and_be_stopped
main()
"""


def test_a_stop_that_comes_when_all_jobs_are_run_changes_nothing_of_the_exit_code(shell: Shell) -> None:
    command = [sys.executable, "-c", STOPPED_BEHIND_ALL_JOBS, "run", "--job-dir", "jobs"]
    ended = subprocess.run(command, cwd=shell.home, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own line
    assert ended.returncode == 0, ended.stderr
