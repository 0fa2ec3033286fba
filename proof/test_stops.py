"""SIGTERM at every phase, once and twice: the run stops within seconds and its exit code tells what was committed."""

from __future__ import annotations

import signal
import time
from typing import get_args

import pytest
from dialled import Row

from proof.conftest import MakeHome
from proof.support.moments import Moment
from proof.support.oracle import expected, landed
from proof.support.processes import run_job
from proof.support.table import TABLE, Mark
from proof.support.target import Kind

SECONDS = 10
"""What container engines wait before they kill."""

ROWS = [Row(number, number // 3, f"v{number}") for number in range(12)]
BEFORE_COMMIT = (
    *("slot taken", "state read", "batch read", "batch shaped", "file open, no footer", "file closed"),
    *("all files closed",),
)
WHILE_COMMITTING = ("manifests staged", "before the commit is sent", "commit answered", "commit read back")
ONCE = (signal.SIGTERM,)
TWICE = (signal.SIGTERM, signal.SIGINT)
"""Two signals of one number would be one to the kernel, so the second is an interrupt."""


@pytest.mark.parametrize("signals", [ONCE, TWICE], ids=["once", "twice"])
@pytest.mark.parametrize("point", [*BEFORE_COMMIT, *WHILE_COMMITTING, "before the slot is given back"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_stop_ends_the_run_within_seconds_and_the_exit_code_is_true(
    kind: Kind, point: str, signals: tuple[int, ...], make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home(kind, "append", names=("orders", "returns"))
    for name in home.names:
        home.put(ROWS, name)
    began = time.monotonic()
    ended = run_job(home.path, Moment(point, signals=signals))
    assert time.monotonic() - began < SECONDS
    with request.config.stash[TABLE].marking(Mark("stops", point, f"{kind} append", "x" * len(signals))):
        committed = [name for name in home.names if landed(home, name) == expected("append", ROWS)]
        told = {entry["name"]: entry["status"] for entry in ended.report["objects"]}
        assert [name for name, status in told.items() if status == "committed"] == committed
        assert ended.code == {0: 2, 1: 1, 2: 0}[len(committed)], ended.stderr
        assert run_job(home.path).code == 0
        assert all(landed(home, name) == expected("append", ROWS) for name in home.names)


@pytest.mark.parametrize("signals", [ONCE, TWICE], ids=["once", "twice"])
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", ["before the commit is sent", "commit read back"])
def test_of_a_load_that_is_committed_in_parts_the_report_tells_those_that_landed_before_a_stop(
    point: str, nth: int, signals: tuple[int, ...], make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home("embedded", "append")
    home.special = {"commit_every": 3}
    home.options = {"order": "cursor", "batch_rows": 3, "checkpoint_batches": 1}
    home.write_job()
    home.put(ROWS)
    ended = run_job(home.path, Moment(point, nth=nth, signals=signals))
    with request.config.stash[TABLE].marking(Mark("stops", point, f"in parts, {nth}", "x" * len(signals))):
        (told,) = ended.report["objects"]
        now = landed(home)
        assert now is not None
        assert (ended.code, told["status"], told["rows"]) == (1, "partial", now.total())
        assert 0 < told["rows"] < len(ROWS)
        assert "the run was stopped" in told["error"]
        assert run_job(home.path).code == 0
        assert landed(home) == expected("append", ROWS)
