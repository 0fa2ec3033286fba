"""A catalog that takes a request and never answers: a stop ends the run all the same, as quickly as any."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from e2e.support.exchange import Exchange, Rule
from proof.network.cases import AFTER, BEFORE, Player, RunKind
from proof.network.places import place
from proof.support.oracle import expected, landed
from proof.support.processes import start_job
from proof.support.table import TABLE, Mark

SECONDS = 10
"""What container engines wait before they kill."""

HANGING: list[tuple[RunKind, str]] = [
    *(("append", name) for name in ("read config", "load table", "commit", "read back")),
    *(("first", name) for name in ("make namespace", "make branch", "make table", "first snapshot", "merge")),
    ("together", "commit"),
    ("together", "merge"),
]


@pytest.mark.parametrize("signals", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize(("kind", "name"), HANGING)
def test_a_stop_while_the_catalog_hangs_ends_the_run_within_seconds(
    kind: RunKind, name: str, signals: int, player: Player, request: pytest.FixtureRequest
) -> None:
    mark = Mark("stops while Nessie hangs", name, kind, "x" * signals)
    with request.config.stash[TABLE].marking(mark), player.proxy().running() as proxy:
        home = player.home(kind, proxy)
        if kind != "first":
            home.put(BEFORE)
            assert start_job(home.path).end().code == 0
        home.put(AFTER)
        before = landed(home)
        asked = threading.Event()
        hanging = Rule(place(name), _noted(asked), last=None)
        proxy.rules.append(hanging)
        run = start_job(home.path)
        assert asked.wait(SECONDS)
        began = time.monotonic()
        for number in (signal.SIGTERM, signal.SIGINT)[:signals]:
            os.kill(run.process.pid or 0, number)
        ended = run.end()
        assert time.monotonic() - began < SECONDS, ended.stderr
        assert ended.code == 2, ended.stderr
        assert "the run was stopped" in ended.stdout
        assert landed(home) in (before, Counter()) or "it may have landed" in ended.stdout
        proxy.rules.clear()
        again = start_job(home.path).end()
        assert again.code == 0, again.stderr
        assert landed(home) == expected(home.write, AFTER)


def _noted(asked: threading.Event) -> Callable[[Exchange], None]:
    """Note that it was asked, and never answer."""

    def hang(exchange: Exchange) -> None:
        asked.set()
        exchange.wait_until_left()

    return hang
