"""Others write at the same time: the same job, another job, a stranger with pyiceberg. No row is lost, none doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

import pyarrow as pa
import pytest
from dialled import Row
from ingest_core.ports import WriteMode
from pyiceberg.schema import Schema
from pyiceberg.types import StringType

from proof.conftest import MakeHome
from proof.support.home import Home
from proof.support.moments import MEETING_SECONDS, Moment
from proof.support.oracle import Rows, expected, landed
from proof.support.processes import Ended, barrier, run_job, start, start_job
from proof.support.table import TABLE, Mark
from proof.support.tampering import without_slot
from proof.support.target import KINDS, Kind

if TYPE_CHECKING:
    from pyiceberg.table import Table

BEFORE = [Row(number, number, f"before {number}") for number in range(6)]
AFTER = [*BEFORE, Row(2, 10, "changed"), *(Row(number, number + 10, f"after {number}") for number in range(6, 12))]
FOREIGN = Row(100, 0, "a stranger's")

Deed = Callable[[Home, "Table"], None]


def appends(home: Home, table: Table) -> None:
    """Append a row."""
    columns = table.schema().as_arrow()
    row = {"id": FOREIGN.id, "at": FOREIGN.at, "value": FOREIGN.value, "tags": [], "gone": False}
    if home.write == "history":
        row |= {"_ingest_valid_from": FOREIGN.at}
    table.append(pa.Table.from_pylist([row], schema=columns))


def adds_a_column(home: Home, table: Table) -> None:
    """Add a column."""
    del home
    with table.update_schema() as update:
        update.add_column("note", StringType())


def compacts(home: Home, table: Table) -> None:
    """Write all rows anew."""
    del home
    table.overwrite(table.scan().to_arrow())


def drops_and_makes_again(home: Home, table: Table) -> None:
    """Drop the table and make one of the same name."""
    catalog = home.target.catalog(home.path)
    catalog.drop_table((home.namespace, "orders"))
    # Without identifier fields, which Nessie 0.99 does not number as it numbers the columns.
    catalog.create_table((home.namespace, "orders"), schema=Schema(*table.schema().fields))


def interrupted_by(home: Home, deed: Deed) -> Ended:
    """Run the job, and let a stranger do something when its files are written and not committed."""
    meeting = barrier(2)
    run = start_job(home.path, Moment("all files closed", signals=(), barrier=meeting))
    meeting.wait(MEETING_SECONDS)
    table = home.target.table(home.path, home.namespace, "orders")
    assert table is not None
    deed(home, table)
    meeting.wait(MEETING_SECONDS)
    return run.end()


def wanted(home: Home, *, foreign: bool) -> Rows:
    """Work out the rows of the table, with the stranger's or without."""
    rows = expected(home.write, AFTER)
    return rows + expected(home.write, [FOREIGN]) if foreign and home.write != "replace" else rows


@pytest.fixture
def home(kind: Kind, write: str, make_home: MakeHome) -> Home:
    """A home whose job has landed rows, and whose source has others since."""
    made = make_home(kind, write)
    made.put(BEFORE)
    assert run_job(made.path).code == 0
    made.put(AFTER)
    return made


everywhere = pytest.mark.parametrize(
    ("kind", "write"), [(kind, write) for kind in KINDS for write in get_args(WriteMode)]
)


@everywhere
@pytest.mark.parametrize("deed", [appends, compacts], ids=lambda deed: deed.__name__)
def test_a_stranger_who_moves_rows_costs_nobody_any(
    deed: Deed, home: Home, kind: Kind, write: str, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("rivals", f"stranger {deed.__name__}", kind, write)):
        ended = interrupted_by(home, deed)
        assert ended.code == 0, ended.stderr
        assert landed(home) == wanted(home, foreign=deed is appends)


@everywhere
def test_a_stranger_who_adds_a_column_stops_the_run_and_the_next_one_lands(
    home: Home, kind: Kind, write: str, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("rivals", "stranger adds_a_column", kind, write)):
        ended = interrupted_by(home, adds_a_column)
        assert ended.code == 2
        assert "changed the table's columns" in ended.stderr
        assert landed(home) == expected(write, BEFORE)
        assert run_job(home.path).code == 0
        assert landed(home) == wanted(home, foreign=False)


@everywhere
def test_a_table_made_again_is_not_landed_in_unasked(
    home: Home, kind: Kind, write: str, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("rivals", "stranger drops_and_makes_again", kind, write)):
        for ended in (interrupted_by(home, drops_and_makes_again), run_job(home.path)):
            assert ended.code == 2
            assert "dropped and made again" in ended.stderr
            assert landed(home) == Counter()
        recreated = start(home.path, ("run", "--config", str(home.job_file), "--recreate")).end()
        assert recreated.code == 0, recreated.stderr
        assert landed(home) == wanted(home, foreign=False)


@everywhere
def test_of_two_runs_of_one_job_at_once_one_lands_and_the_other_says_so(
    home: Home, kind: Kind, write: str, request: pytest.FixtureRequest
) -> None:
    with request.config.stash[TABLE].marking(Mark("rivals", "two runs of one job", kind, write)):
        meeting = barrier(2)
        wait = Moment("all files closed", signals=(), barrier=meeting)
        both = [start_job(home.path, without_slot, wait) for _ in range(2)]
        ended = [each.end() for each in both]
        assert sorted(each.code for each in ended) == [0, 2]
        assert any("another run of this job committed first" in each.stderr for each in ended)
        assert landed(home) == wanted(home, foreign=False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("write", ["append", "merge", "history"])
def test_jobs_that_share_a_table_lose_nothing_to_each_other(
    kind: Kind, write: str, make_home: MakeHome, request: pytest.FixtureRequest
) -> None:
    home = make_home(kind, write, special={"table": "orders"})
    parts = {"one": AFTER, "other": [Row(row.id + 1000, row.at, row.value) for row in AFTER]}
    for name, rows in parts.items():
        home.put(rows, name)
        home.write_job(name, [name])
    with request.config.stash[TABLE].marking(Mark("rivals", "two first runs of two jobs on one table", kind, write)):
        meeting = barrier(2)
        wait = Moment("slot taken", signals=(), barrier=meeting)
        runs = [start_job(home.path, without_slot, wait, job=f"acme/{name}") for name in parts]
        codes = [run.end().code for run in runs]
        again = [run_job(home.path, job=f"acme/{name}").code for name in parts]
        assert set(codes) <= {0, 2}
        assert again == [0, 0]
        assert landed(home) == expected(write, parts["one"]) + expected(write, parts["other"])


@pytest.mark.parametrize("kind", KINDS)
def test_streams_of_one_job_share_a_table(kind: Kind, make_home: MakeHome) -> None:
    home = make_home(kind, "append", names=("orders", "returns"), special={"table": "orders"})
    home.put(BEFORE)
    home.put([FOREIGN], "returns")
    assert run_job(home.path).code == 0
    home.put(AFTER)
    assert run_job(home.path).code == 0
    assert landed(home) == expected("append", [*AFTER, FOREIGN])


@pytest.mark.parametrize("write", get_args(WriteMode))
def test_a_table_that_was_rolled_back_is_noticed(write: str, make_home: MakeHome) -> None:
    home = make_home("embedded", write)
    for rows in (BEFORE, AFTER):
        home.put(rows)
        assert run_job(home.path).code == 0
    table = home.target.table(home.path, home.namespace, "orders")
    assert table is not None
    table.manage_snapshots().rollback_to_snapshot(table.history()[0].snapshot_id).commit()
    ended = run_job(home.path)
    assert ended.code == 2
    assert "was rolled back" in ended.stderr
