"""A compaction lands once or not at all, whatever the catalog answers and whoever else commits meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from ingest_core import JobError, Outcome, TransientError
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.catalogs.sending import Patience
from ingest_core.failpoints import observe
from ingest_core.plugin import RunContext, TableName
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException, ForbiddenError
from pyiceberg.types import StringType

if TYPE_CHECKING:
    from conftest import Home
    from ingest_core.failpoints import Point
    from ingest_core.ports import Compacted

TABLE = TableName("acme", "csv_orders")
QUICK = Patience(stagings=3, sends=2, look_seconds=0.2, pause_seconds=0.01)
APPEND = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", write: append, types: {id: long, at: long}}
target: {connector: iceberg}
"""
MERGE = APPEND.replace("write: append", "write: merge, key: [id], incremental: {cursor: at}")
Post = Callable[..., Any]
COUNT = 6


def rows(home: Home, number: int, *given: tuple[int, int]) -> None:
    """Write a file of the source, by default with a row of its own."""
    lines = "".join(f"{each},{at}\n" for each, at in given or [(number, 1)])
    home.write(f"data/orders-{number}.csv", f"id,at\n{lines}")


def landed(home: Home, text: str = APPEND) -> None:
    for number in range(COUNT):
        rows(home, number)
        assert home.run(text).outcome is Outcome.SUCCESS


class Compaction:
    """A compaction that has looked at the table."""

    def __init__(self, home: Home) -> None:
        opened = open_catalog({}, None, RunContext(home.root, "acme", "maintain", "compaction"))
        self.catalog = dataclasses.replace(opened, patience=QUICK)
        table = self.catalog.load(TABLE)
        assert table is not None
        self.groups = small_files(table)

    def compact(self) -> Compacted:
        return compact(self.catalog, TABLE, self.groups)

    def answers(self, changed: Callable[[Post], Post]) -> None:
        """Put something between the compaction and the catalog's commit."""
        real = self.catalog.inner.commit_table
        self.catalog.inner.commit_table = changed(real)  # type: ignore[method-assign]  # that is the point

    def meanwhile(self, deed: Callable[[], object]) -> None:
        """Do something between the reading and the first commit."""

        def once(real: Post) -> Post:
            def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
                self.catalog.inner.commit_table = real  # type: ignore[method-assign]  # the next goes straight
                deed()
                return real(*args)

            return post

        self.answers(once)


@pytest.fixture
def compaction(home: Home) -> Compaction:
    """A compaction of a table that has one row in each of six files."""
    landed(home)
    return Compaction(home)


def table(home: Home) -> Any:  # noqa: ANN401  # pyiceberg's table, which a stranger changes in many ways
    return home.catalog().load_table(("acme", "csv_orders"))


def files(home: Home) -> int:
    return len(list(table(home).scan().plan_files()))


def ids(home: Home) -> list[int]:
    return sorted(home.rows("csv_orders").column("id").to_pylist())


@pytest.mark.parametrize(
    "error",
    [CommitStateUnknownException("500"), ConnectionResetError(), TimeoutError(), CommitFailedException("409")],
)
def test_an_answer_that_is_lost_or_false_after_it_landed_is_seen_through(
    home: Home, compaction: Compaction, error: Exception
) -> None:
    def lose(real: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # passes on what it is given
            real(*args)
            raise error

        return post

    compaction.answers(lose)
    told = compaction.compact()
    assert told.snapshot_id == table(home).metadata.current_snapshot_id
    assert (files(home), ids(home)) == (1, [*range(COUNT)])


def test_a_stop_that_an_error_takes_the_place_of_is_not_sent_again(compaction: Compaction) -> None:
    sent: list[int] = []

    def stopped(_: Post) -> Post:
        def post(*_: Any) -> Any:  # noqa: ANN401  # as it came
            sent.append(1)
            try:
                raise KeyboardInterrupt
            finally:
                raise ConnectionResetError

        return post

    compaction.answers(stopped)
    with pytest.raises(KeyboardInterrupt):
        compaction.compact()
    assert sent == [1]


@pytest.mark.parametrize("error", [CommitStateUnknownException("500"), ConnectionResetError(), TimeoutError()])
def test_a_request_that_was_lost_is_sent_again_once(home: Home, compaction: Compaction, error: Exception) -> None:
    sent: list[object] = []

    def lose(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            sent.append(args)
            if len(sent) == 1:
                raise error
            return real(*args)

        return post

    compaction.answers(lose)
    compaction.compact()
    assert len(sent) == 2
    assert (files(home), ids(home)) == (1, [*range(COUNT)])


def test_a_request_that_is_delivered_twice_lands_once(home: Home, compaction: Compaction) -> None:
    def double(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            real(*args)
            return real(*args)

        return post

    compaction.answers(double)
    compaction.compact()
    assert (files(home), ids(home)) == (1, [*range(COUNT)])


def test_an_outcome_that_stays_unknown_is_told_and_may_still_land_without_harm(
    home: Home, compaction: Compaction
) -> None:
    held: list[tuple[object, ...]] = []

    def swallow(_: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # keeps what it is given
            held.append(args)
            raise TimeoutError

        return post

    real = compaction.catalog.inner.commit_table
    compaction.answers(swallow)
    with pytest.raises(TransientError, match="unknown whether the commit landed"):
        compaction.compact()
    assert (files(home), ids(home)) == (COUNT, [*range(COUNT)])
    real(*held[0])  # type: ignore[arg-type]  # what was under way arrives at last
    with pytest.raises(CommitFailedException):
        real(*held[1])  # type: ignore[arg-type]  # and its double is refused
    assert (files(home), ids(home)) == (1, [*range(COUNT)])


def test_what_the_catalog_forbids_is_asked_for_once(home: Home, compaction: Compaction) -> None:
    sent: list[object] = []

    def refuse(_: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # passes on what it is given
            sent.append(args)
            raise ForbiddenError("403")

        return post

    compaction.answers(refuse)
    with pytest.raises(ForbiddenError):
        compaction.compact()
    assert len(sent) == 1
    assert files(home) == COUNT


def test_rows_that_are_appended_meanwhile_stay_and_the_files_are_staged_again(
    home: Home, compaction: Compaction
) -> None:
    rows(home, 10)
    compaction.meanwhile(lambda: home.run(APPEND))
    told = compaction.compact()
    assert told.snapshot_id == table(home).metadata.current_snapshot_id
    assert (files(home), ids(home)) == (2, [*range(COUNT), 10])


def test_a_table_that_moves_all_the_time_is_left_as_it_is(home: Home, compaction: Compaction) -> None:
    def move(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            table(home).append(pa.table({"id": [7]}))
            return real(*args)

        return post

    compaction.answers(move)
    with pytest.raises(TransientError, match="others kept committing"):
        compaction.compact()
    assert files(home) == COUNT + QUICK.stagings


def test_a_merge_that_takes_a_file_away_meanwhile_is_not_undone(home: Home) -> None:
    landed(home, MERGE)
    compaction = Compaction(home)
    rows(home, 10, (3, 2))
    compaction.meanwhile(lambda: home.run(MERGE))
    with pytest.raises(TransientError, match="another writer changed"):
        compaction.compact()
    assert dict(home.values("csv_orders", "id", "at")) == {**dict.fromkeys(range(COUNT), 1), 3: 2}  # type: ignore[arg-type]  # pairs
    Compaction(home).compact()
    assert dict(home.values("csv_orders", "id", "at")) == {**dict.fromkeys(range(COUNT), 1), 3: 2}  # type: ignore[arg-type]  # pairs


def test_of_two_compactions_at_once_the_second_gives_up(home: Home, compaction: Compaction) -> None:
    rival = Compaction(home)
    compaction.meanwhile(rival.compact)
    with pytest.raises(TransientError, match="another writer changed"):
        compaction.compact()
    assert (files(home), ids(home)) == (1, [*range(COUNT)])


def test_a_compaction_that_another_one_rewrote_before_it_looked_is_known_all_the_same(
    home: Home, compaction: Compaction
) -> None:
    def land_and_vanish(real: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # passes on what it is given
            answer = real(*args)
            for number in range(20, 25):
                rows(home, number)
                home.run(APPEND)
            Compaction(home).compact()
            raise CommitStateUnknownException(str(answer))

        return post

    compaction.answers(land_and_vanish)
    told = compaction.compact()
    assert told.snapshot_id != table(home).metadata.current_snapshot_id
    assert (files(home), ids(home)) == (1, [*range(COUNT), *range(20, 25)])


def test_files_that_were_changed_since_they_were_found_are_refused_before_anything_is_written(
    home: Home, compaction: Compaction
) -> None:
    Compaction(home).compact()
    folder = home.root / "state" / "warehouse"
    before = sorted(folder.rglob("*.parquet"))
    with pytest.raises(TransientError, match="another writer changed 6 of the files"):
        compaction.compact()
    assert sorted(folder.rglob("*.parquet")) == before


def test_a_column_that_comes_meanwhile_stops_it(home: Home, compaction: Compaction) -> None:
    def grow() -> None:
        with table(home).update_schema() as update:
            update.add_column("note", StringType())

    compaction.meanwhile(grow)
    with pytest.raises(TransientError, match="changed the columns or partitions"):
        compaction.compact()
    assert (files(home), ids(home)) == (COUNT, [*range(COUNT)])


def test_a_partitioning_that_comes_meanwhile_stops_it(home: Home, compaction: Compaction) -> None:
    def divide() -> None:
        with table(home).update_spec() as update:
            update.add_identity("id")

    compaction.meanwhile(divide)
    with pytest.raises(TransientError, match="changed the columns or partitions"):
        compaction.compact()
    assert (files(home), ids(home)) == (COUNT, [*range(COUNT)])


@pytest.mark.parametrize("anew", [False, True])
def test_a_table_that_is_dropped_meanwhile_stops_it(home: Home, compaction: Compaction, anew: bool) -> None:  # noqa: FBT001  # a parameter of the test
    def drop() -> None:
        schema = table(home).schema()
        home.catalog().drop_table(("acme", "csv_orders"))
        if anew:
            home.catalog().create_table(("acme", "csv_orders"), schema=schema)

    compaction.meanwhile(drop)
    with pytest.raises(JobError, match="made anew" if anew else "dropped"):
        compaction.compact()


def test_a_table_that_is_not_there_is_told(home: Home, compaction: Compaction) -> None:
    home.catalog().drop_table(("acme", "csv_orders"))
    with pytest.raises(JobError, match=r"acme\.csv_orders is gone"):
        compaction.compact()


@pytest.mark.parametrize("text", [APPEND, MERGE])
@pytest.mark.parametrize("at", ["state read", "all files closed", "manifests staged", "before the commit is sent"])
def test_a_run_that_is_under_way_while_the_table_is_compacted_ends_right(home: Home, text: str, at: Point) -> None:
    landed(home, text)
    rows(home, 10, (10, 5), (3, 5)) if text is MERGE else rows(home, 10, (10, 5))
    done: list[Compacted] = []

    def interfere(point: Point) -> None:
        if point == at and not done:
            observe(None)
            done.append(Compaction(home).compact())

    observe(interfere)
    try:
        report = home.run(text)
    finally:
        observe(None)
    assert report.outcome is Outcome.SUCCESS, report.as_json()
    assert (report.objects[0].rows, len(done)) == (2 if text is MERGE else 1, 1)
    expected = {**dict.fromkeys(range(COUNT), 1), 10: 5, **({3: 5} if text is MERGE else {})}
    assert home.values("csv_orders", "id", "at") == sorted(expected.items(), key=repr)
    assert home.run(text).objects[0].status == "unchanged"


@pytest.mark.parametrize("text", [APPEND, MERGE])
def test_the_next_run_goes_on_from_where_it_was_and_loads_nothing_twice(home: Home, text: str) -> None:
    landed(home, text)
    before = dict(table(home).properties)
    Compaction(home).compact()
    assert table(home).properties == before
    assert home.run(text).objects[0].status == "unchanged"
    rows(home, 10)
    assert home.run(text).objects[0].rows == 1
    assert ids(home) == [*range(COUNT), 10]
    again = IcebergTable(table(home), RunContext(home.root, "acme", "maintain", "again"))
    assert small_files(again) == []
