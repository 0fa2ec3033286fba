"""A soak: jobs of two tenants on both catalogs are killed at random for minutes; the tables stay exact.

Run by ``nox -s soak``, by default for ten minutes; ``nox -s soak -- --minutes 60`` for longer.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pytest
from dialled import Row
from ingest_core.ports import WriteMode

from proof.support.home import Home
from proof.support.oracle import expected, landed
from proof.support.processes import run_job, start_job
from proof.support.table import TABLE, Mark
from proof.support.target import KINDS, Kind, Target

TENANTS = ("acme", "globex")
DELETED = 1 / 8
LONGEST_SECONDS = 0.6
"""Of a run, before it is killed: about as long as one takes."""


@dataclass
class Series:
    """One job that is run, killed and compared, again and again.

    Args:
        home: Its home folder.
        rows: What its source ever gave.
        kills: How many runs were killed.
        runs: How many ended by themselves.
    """

    home: Home
    rows: list[Row] = field(default_factory=list)
    kills: int = 0
    runs: int = 0

    def go_round(self, chance: random.Random) -> None:
        """Change the source, be killed a few times, run to the end, and compare."""
        self._change(chance)
        for _ in range(chance.randint(0, 3)):
            self._killed(chance.uniform(0, LONGEST_SECONDS))
        ended = run_job(self.home.path, job=self._job)
        assert ended.code == 0, ended.stderr
        self.runs += 1
        assert landed(self.home, self.home.tenant) == expected(self.home.write, self.rows)

    @property
    def _job(self) -> str:
        return f"{self.home.tenant}/shop"

    def _change(self, chance: random.Random) -> None:
        clock = self.rows[-1].at if self.rows else 0
        for _ in range(chance.randint(1, 30)):
            clock += chance.randint(0, 1)
            key = chance.randint(0, 40)
            if not any((row.id, row.at) == (key, clock) for row in self.rows[-60:]):
                gone = self.home.write in ("merge", "history") and chance.random() < DELETED
                self.rows.append(Row(key, clock, secrets.token_hex(8), gone=gone))
        self.home.put(self.rows, self.home.tenant)

    def _killed(self, after: float) -> None:
        run = start_job(self.home.path, job=self._job)
        run.wait(after)
        run.process.kill()
        ended = run.end()
        assert ended.was_killed or ended.code == 0, ended.stderr
        self.kills += ended.was_killed


def go_on(series: Sequence[Series], deadline: float) -> None:
    """Let one tenant's series take turns until the deadline."""
    chance = random.Random(secrets.randbits(64))  # noqa: S311  # chance, not cryptography
    while time.monotonic() < deadline:
        for each in series:
            each.go_round(chance)


def test_random_kills_for_minutes_leave_every_table_exact(
    tmp_path: Path, target_of: Callable[[Kind], Target], request: pytest.FixtureRequest
) -> None:
    deadline = time.monotonic() + 60 * float(request.config.getoption("--minutes"))
    tenants = [
        [
            _series(tmp_path / f"{kind}-{write}", tenant, target_of(kind), write)
            for kind in KINDS
            for write in get_args(WriteMode)
        ]
        for tenant in TENANTS
    ]
    with ThreadPoolExecutor(len(tenants)) as pool:
        for tenant in [pool.submit(go_on, series, deadline) for series in tenants]:
            tenant.result()
    table = request.config.stash[TABLE]
    for each in (each for series in tenants for each in series):
        mark = Mark("soak", each.home.write, each.home.target.kind, each.home.tenant)
        table.marks[mark] = f"{each.kills} kills, {each.runs} runs, {len(each.rows)} rows: exact"


def _series(folder: Path, tenant: str, target: Target, write: str) -> Series:
    """Make a job of one of the tenants that share a home."""
    return Series(
        Home(folder, f"{tenant}_{write}_{secrets.token_hex(2)}", target, write, tenant=tenant, names=(tenant,))
    )
