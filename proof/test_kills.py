"""Killed anywhere, run again: the table holds exactly the source's rows, once, and was whole in between."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pytest
from dialled import Row
from ingest_core.failpoints import POINTS
from ingest_core.ports import WriteMode

from proof.support.home import Home
from proof.support.moments import JOB_PARSED, MERGE_SENT, METADATA_WRITTEN, ROW_MOVED, SENT, Moment
from proof.support.oracle import expected, landed
from proof.support.processes import Ended, run_job
from proof.support.table import TABLE, Mark
from proof.support.target import KINDS, Kind, Target

When = Literal["first", "later"]
WORKERS = 2
CREATING = ("table made, no snapshot yet", "table made on its branch", MERGE_SENT)
NESSIE_ONLY = ("table made on its branch", MERGE_SENT, SENT)
EMBEDDED_ONLY = (METADATA_WRITTEN, ROW_MOVED)
NTH = {"batch shaped": 2}
"""The middle of a batch is behind the first; other moments are met at once."""

BEFORE = [Row(number, number // 3, f"first {number}", ("a", "b")) for number in range(12)]
AFTER = [
    Row(20, 3, "a tie at the boundary", ()),
    Row(1, 4, "changed", ("c",)),
    Row(2, 4, "changed twice"),
    Row(2, 5, "changed twice"),
    Row(3, 5, "deleted", gone=True),
    *(Row(30 + number, 6 + number // 4, f"new {number}") for number in range(9)),
]


@dataclass(frozen=True)
class Cell:
    """One place of the matrix."""

    point: str
    write: str
    kind: Kind
    when: When

    @property
    def id(self) -> str:
        """Name it."""
        return f"{self.kind}-{self.when}-{self.write}-{self.point.replace(' ', '_')}"


def _points(kind: Kind, when: When) -> Iterator[str]:
    """Name the moments that a run of this kind meets."""
    other = EMBEDDED_ONLY if kind == "nessie" else NESSIE_ONLY
    for point in (JOB_PARSED, *POINTS, MERGE_SENT, METADATA_WRITTEN, ROW_MOVED, SENT):
        if point not in other and not (when == "later" and point in CREATING):
            yield point


CELLS = [
    Cell(point, write, kind, when)
    for kind in KINDS
    for when in get_args(When)
    for write in get_args(WriteMode)
    for point in _points(kind, when)
]


@dataclass(frozen=True)
class Outcome:
    """What happened in a cell: what the runs said, and what the table held after each."""

    killed: Ended
    between: object
    again: Ended
    after: object
    once_more: Ended
    still: object
    wanted: tuple[object, object]


def play(cell: Cell, folder: Path, target: Target) -> Outcome:
    """Land rows, change the source, be killed, run again, and once more."""
    name = secrets.token_hex(4)
    options = {"order": "cursor" if cell.write in ("append", "merge") else "scan"}
    home = Home(folder / name, f"acme_{name}", target, cell.write, options)
    rows = BEFORE + AFTER
    if cell.when == "later":
        home.put(BEFORE)
        assert run_job(home.path).code == 0
    before = landed(home)
    home.put(rows)
    killed = run_job(home.path, Moment(cell.point, NTH.get(cell.point, 1)))
    between = landed(home)
    again = run_job(home.path)
    after = landed(home)
    once_more = run_job(home.path)
    return Outcome(killed, between, again, after, once_more, landed(home), (before, expected(cell.write, rows)))


@pytest.fixture(scope="session")
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, target_of: Callable[[Kind], Target]
) -> Iterator[dict[Cell, Future[Outcome]]]:
    """Play the chosen cells side by side, as many as the machine has cores."""
    chosen = _chosen(request.session.items)
    folder = tmp_path_factory.mktemp("kills")
    targets = {cell.kind: target_of(cell.kind) for cell in chosen}
    with ThreadPoolExecutor(WORKERS) as pool:
        yield {cell: pool.submit(play, cell, folder, targets[cell.kind]) for cell in chosen}


def _chosen(items: Sequence[pytest.Item]) -> list[Cell]:
    specs = [getattr(item, "callspec", None) for item in items]
    return [spec.params["cell"] for spec in specs if spec and isinstance(spec.params.get("cell"), Cell)]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_killed_and_run_again_the_rows_are_exact(
    cell: Cell, played: dict[Cell, Future[Outcome]], request: pytest.FixtureRequest
) -> None:
    outcome = played[cell].result()
    mark = Mark("kill -9", cell.point, f"{cell.kind} {cell.when}", cell.write)
    with request.config.stash[TABLE].marking(mark):
        assert outcome.killed.was_killed, outcome.killed.stderr
        before, wanted = outcome.wanted
        assert outcome.between in ((before, wanted) if before is not None else (None, expected("append", []), wanted))
        assert outcome.again.code == 0, outcome.again.stderr
        assert outcome.after == wanted
        assert outcome.once_more.code == 0, outcome.once_more.stderr
        assert outcome.still == wanted
