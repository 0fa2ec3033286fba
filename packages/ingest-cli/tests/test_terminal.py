"""What a person sees at a terminal, and what a program reads where there is none."""

from __future__ import annotations

import fcntl
import json
import re
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Shell, Terminal

    AtTerminal = Callable[..., Terminal]

RUN = ("run", "--config", "jobs/acme/shop.yaml")
ROWS = 400_000


def big(shell: Shell) -> None:
    lines = (f"{n},{'x' * 60}-{n * 7919 % 1000003}\n" for n in range(ROWS))
    shell.write("data/orders-1.csv", "id,name\n" + "".join(lines))


def without_customers(shell: Shell) -> None:
    (shell.home / "data/customers.csv").unlink()


def test_a_run_ends_with_a_table_and_leaves_nothing_of_the_progress(at_terminal: AtTerminal) -> None:
    with at_terminal(*RUN) as terminal:
        assert terminal.end() == 0
    head, orders, customers, last = terminal.screen
    assert head.split() == ["object", "table", "status", "rows", "files", "size", "time"]
    assert orders.split()[:5] == ["orders", "acme.csv_orders", "committed", "2", "1"]
    assert customers.split()[:5] == ["customers", "acme.csv_customers", "committed", "1", "1"]
    assert re.fullmatch(r"success in \d:\d\d, run \w+-\w+", last)
    assert not terminal.cursor_is_hidden
    assert "{" not in terminal.text


def test_rows_parts_and_rate_are_shown_while_a_run_goes_on(shell: Shell, at_terminal: AtTerminal) -> None:
    big(shell)
    with at_terminal(*RUN, width=120) as terminal:
        assert terminal.end() == 0
    assert "customers waiting" in terminal.text
    assert re.search(r"orders +━+ .*[\d,]+ rows .*\d/1 parts", terminal.text)
    assert re.search(r"[\d,]+ rows/s", terminal.text)


@pytest.mark.parametrize("width", [60, 40, 24, 12])
def test_a_narrow_terminal_is_given_what_fits(shell: Shell, at_terminal: AtTerminal, width: int) -> None:
    big(shell)
    with at_terminal(*RUN, width=width) as terminal:
        assert terminal.end() == 0
    head, orders, customers, *last = terminal.screen
    assert head.startswith("object") or width < 24
    assert orders.split()[0].startswith("or")
    assert customers.split()[0].startswith("cu")
    assert "".join(last).startswith("success in")


def test_the_width_is_the_terminals_where_nothing_else_leads_to_it(shell: Shell, at_terminal: AtTerminal) -> None:
    big(shell)
    with at_terminal(*RUN, width=30, stdin_is_none=True, stdout_is_piped=True) as terminal:
        assert terminal.end() == 0
    assert not re.search(r"orders .{25}", terminal.text)
    assert terminal.screen[0].split() == ["object", "status", "rows"]


def test_no_color_is_heeded(shell: Shell, at_terminal: AtTerminal) -> None:
    without_customers(shell)
    with at_terminal(*RUN, variables={"NO_COLOR": "1"}) as terminal:
        assert terminal.end() == 1
    assert not re.search(r"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])m", terminal.raw)
    assert "object_failed" in terminal.text


def test_a_dumb_terminal_gets_plain_lines_and_the_table(at_terminal: AtTerminal) -> None:
    with at_terminal(*RUN, variables={"TERM": "dumb"}) as terminal:
        assert terminal.end() == 0
    assert "\x1b" not in terminal.raw
    assert "job_started" in terminal.text
    assert "success in" in terminal.text


def test_a_program_that_reads_stdout_gets_the_report_and_a_person_the_table(at_terminal: AtTerminal) -> None:
    with at_terminal(*RUN, stdout_is_piped=True) as terminal:
        assert terminal.end() == 0
    assert json.loads(terminal.stdout)["outcome"] == "success"
    assert "success in" in terminal.text


def test_json_lines_that_are_asked_for_are_all_that_a_terminal_gets(at_terminal: AtTerminal) -> None:
    with at_terminal(*RUN, "--log-format", "json", width=2000) as terminal:
        assert terminal.end() == 0
    assert len([json.loads(line) for line in terminal.raw.splitlines()]) == 9


def test_a_pipe_gets_json_lines_alone_whatever_colours_are_forced(shell: Shell) -> None:
    ended = shell.run_job(FORCE_COLOR="1", TTY_COMPATIBLE="1", TERM="xterm")
    assert ended.code == 0
    assert ended.events
    assert ended.report["outcome"] == "success"
    assert "\x1b" not in ended.stdout + ended.stderr


def test_what_is_logged_stands_above_the_progress_in_one_piece(shell: Shell, at_terminal: AtTerminal) -> None:
    without_customers(shell)
    big(shell)
    with at_terminal(*RUN, width=80) as terminal:
        assert terminal.end() == 1
    screen = "\n".join(terminal.screen)
    logged, table = re.split(r"object +table", screen)
    assert "object_failed" in logged
    assert "no file at data/customers.csv\\n  mend: " in terminal.text
    assert "job_started" not in logged
    assert re.search(r"orders +acme.csv_orders +committed", table)
    assert "customers: " in table
    assert "━" not in screen


def stop_while_reading(terminal: Terminal) -> None:
    deadline = time.monotonic() + 60
    while not re.search(r"orders +━+ +[1-9]", terminal.text):
        assert terminal.process.poll() is None, terminal.text
        assert time.monotonic() < deadline
        time.sleep(0.005)
    terminal.type("\x03")


def test_ctrl_c_ends_clean(shell: Shell, at_terminal: AtTerminal) -> None:
    big(shell)
    for number in range(2, 12):
        shell.write(f"data/orders-{number}.csv", (shell.home / "data/orders-1.csv").read_text())
    with at_terminal(*RUN) as terminal:
        stop_while_reading(terminal)
        assert terminal.end() == 2
    assert not terminal.cursor_is_hidden
    screen = "\n".join(terminal.screen)
    assert "━" not in screen
    assert "the run was stopped" in screen
    assert terminal.screen[-1].startswith("failure in")
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("width", [20, 80])
def test_a_secret_shows_at_no_terminal_however_its_lines_are_broken(
    shell: Shell, at_terminal: AtTerminal, width: int
) -> None:
    canary = "c4n4ry-0f-th3-t3rm1n4l-" + "9f" * 20
    shell.write("secrets/acme/n.token", canary)
    target = 'target: {connector: iceberg, catalog: {uri: "http://127.0.0.1:9/${secret:n.token}"}}'
    job = (shell.home / "jobs/acme/shop.yaml").read_text().replace("target: {connector: iceberg}", target)
    shell.write("jobs/acme/shop.yaml", job)
    with at_terminal(*RUN, width=width) as terminal:
        assert terminal.end() == 2
    written = re.sub(r"\s", "", terminal.text)
    assert "doesnotanswer" in written
    assert not any(canary[start : start + 12] in written for start in range(len(canary) - 12))


def test_a_wait_for_the_tenants_slot_is_told_above_the_progress(shell: Shell, at_terminal: AtTerminal) -> None:
    shell.run_job()
    (lock,) = (shell.home / "state/locks").glob("acme*.lock")
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with at_terminal(*RUN, "--wait", "1s") as terminal:
            assert terminal.end() == 2
    assert "waiting_for_slot" in terminal.text
    assert "job_started" not in terminal.text
    assert terminal.screen[-1].startswith("failure in")
