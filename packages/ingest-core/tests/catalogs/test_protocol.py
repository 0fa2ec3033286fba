"""A commit lands once, whatever the catalog answers. The catalog is the real embedded one; only answers are changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pytest
from ingest_core import IngestError, JobError, TransientError
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.catalogs.sending import Patience
from ingest_core.plugin import Change, DataFile, RunContext, State, StateKey, TableName
from ingest_core.state import decode, recent_with
from pyiceberg.exceptions import (
    BadRequestError,
    CommitFailedException,
    CommitStateUnknownException,
    ForbiddenError,
    UnauthorizedError,
)
from pyiceberg.types import StringType

if TYPE_CHECKING:
    from conftest import Home

NAME = TableName("acme", "orders")
KEY = StateKey("acme", "shop", "orders")
COLUMNS = pa.schema([("id", pa.int64())])
QUICK = Patience(stagings=3, sends=2, look_seconds=0.2, pause_seconds=0.01)

Post = Callable[..., Any]


class Run:
    """One run that has written its files and is about to commit."""

    def __init__(self, home: "Home", run_id: str) -> None:
        context = RunContext(home.root, "acme", "shop", run_id)
        opened = open_catalog({}, None, context)
        self.catalog = OpenedCatalog(opened.inner, context, opened.translated, opened.creator, QUICK)
        self.table = self.catalog.load(NAME) or self.catalog.create(NAME, COLUMNS)
        text = self.table.properties.get(KEY.property_name)
        before = decode(text, KEY) if text else None
        pair = (run_id, before.seq + 1 if before else 1)
        self.state = State(pair[0], pair[1], {"at": run_id}, {}, 2, 0, recent_with(pair, before))
        self.files = self.written([1, 2])

    def written(self, ids: list[int]) -> tuple[DataFile, ...]:
        """Write a data file."""
        writer = self.table.writer()
        writer.write(pa.record_batch([ids], schema=self.table.schema))
        return writer.flush()

    def commit(self, mode: Literal["append", "replace"] = "append") -> None:
        """Commit the files that were written."""
        self.catalog.commit(self.table, Change(mode, self.files), self.state, KEY)

    def answers(self, changed: Callable[[Post], Post]) -> None:
        """Put something between the protocol and the catalog's commit."""
        real = self.catalog.inner.commit_table
        self.catalog.inner.commit_table = changed(real)  # type: ignore[method-assign]  # that is the point


@pytest.fixture
def run(home: "Home") -> Run:
    return Run(home, "run-1")


def ids(home: "Home") -> list[int]:
    return sorted(home.rows("orders").column("id").to_pylist())


def state(home: "Home") -> State:
    return decode(home.catalog().load_table(("acme", "orders")).properties[KEY.property_name], KEY)


def test_rows_and_state_land_in_one_snapshot(home: "Home", run: Run) -> None:
    run.commit()
    snapshot = home.catalog().load_table(("acme", "orders")).current_snapshot()
    assert ids(home) == [1, 2]
    assert snapshot is not None
    assert state(home).sequence_number == snapshot.sequence_number
    assert snapshot.summary is not None
    assert decode(snapshot.summary.additional_properties[KEY.property_name], KEY) == state(home)


@pytest.mark.parametrize(
    "error",
    [
        CommitStateUnknownException("500"),
        ConnectionResetError(),
        TimeoutError(),
        CommitFailedException("409"),
        ForbiddenError("403"),
    ],
)
def test_an_answer_that_is_lost_or_false_after_it_landed_is_seen_through(
    home: "Home", run: Run, error: Exception
) -> None:
    def lose(real: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # passes on what it is given
            real(*args)
            raise error

        return post

    run.answers(lose)
    run.commit()
    assert ids(home) == [1, 2]


@pytest.mark.parametrize("error", [CommitStateUnknownException("500"), ConnectionResetError(), TimeoutError()])
def test_a_request_that_was_lost_is_sent_again_once(home: "Home", run: Run, error: Exception) -> None:
    def lose(real: Post) -> Post:
        sent: list[object] = []

        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            sent.append(args)
            if len(sent) == 1:
                raise error
            return real(*args)

        return post

    run.answers(lose)
    run.commit()
    assert ids(home) == [1, 2]


def test_a_request_that_is_delivered_twice_lands_once(home: "Home", run: Run) -> None:
    def double(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            real(*args)
            return real(*args)

        return post

    run.answers(double)
    run.commit()
    assert ids(home) == [1, 2]


def test_a_token_that_ran_out_behind_the_commit_leaves_open_whether_it_landed(
    home: "Home", run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise JobError("the catalog refuses us: expired", "mend the token", ("target", "catalog"))

    def land_and_expire(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            answer = real(*args)
            monkeypatch.setattr(run.catalog.inner, "load_table", refuse)
            return answer

        return post

    run.answers(land_and_expire)
    with pytest.raises(JobError, match=r"unknown whether the commit landed.*expired"):
        run.commit()
    assert ids(home) == [1, 2]


def break_down(*_: object) -> None:
    """Fail as nobody has foreseen."""
    raise KeyError("metadata")


def test_a_table_that_turns_unreadable_behind_the_commit_leaves_open_whether_it_landed(
    home: "Home", run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_metadata(real: Post) -> Post:
        def post(*args: Any) -> object:  # noqa: ANN401  # passes on what it is given
            answer = real(*args)
            monkeypatch.setattr(run.catalog.inner, "load_table", break_down)
            return answer

        return post

    run.answers(break_metadata)
    with pytest.raises(IngestError, match=r"unknown whether the commit landed.*KeyError"):
        run.commit()
    assert ids(home) == [1, 2]


def test_a_commit_that_cannot_be_read_back_is_said_to_have_landed(
    home: "Home", run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest_core.catalogs.protocol.fits", break_down)
    with pytest.raises(IngestError, match=r"the commit landed, but .*KeyError"):
        run.commit()
    assert ids(home) == [1, 2]


@pytest.mark.parametrize("error", [BadRequestError("400"), ForbiddenError("403"), UnauthorizedError("401")])
def test_an_answer_that_would_be_the_same_again_is_asked_for_once(home: "Home", run: Run, error: Exception) -> None:
    sent: list[object] = []

    def refuse(_: Post) -> Post:
        def post(*args: Any) -> None:  # noqa: ANN401  # passes on what it is given
            sent.append(args)
            raise error

        return post

    run.answers(refuse)
    with pytest.raises(type(error)):
        run.commit()
    assert len(sent) == 1
    assert ids(home) == []


def test_an_outcome_that_stays_unknown_is_told_and_nothing_is_guessed(home: "Home", run: Run) -> None:
    def swallow(_: Post) -> Post:
        def post(*_: Any) -> None:  # noqa: ANN401  # takes what it is given
            raise TimeoutError

        return post

    run.answers(swallow)
    with pytest.raises(TransientError, match="unknown whether the commit landed"):
        run.commit()
    assert ids(home) == []


def test_an_answer_of_success_without_the_commit_is_not_believed(home: "Home", run: Run) -> None:
    run.answers(lambda _: lambda *_: None)
    with pytest.raises(TransientError, match="unknown whether the commit landed"):
        run.commit()
    assert ids(home) == []


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_of_two_runs_of_one_job_the_second_loses_and_says_so(
    home: "Home", run: Run, mode: Literal["append", "replace"]
) -> None:
    rival = Run(home, "run-2")
    rival.commit()
    with pytest.raises(TransientError, match="another run of this job committed first"):
        run.commit(mode)
    assert ids(home) == [1, 2]
    assert state(home).run_id == "run-2"


def test_files_are_staged_again_upon_what_a_stranger_appended(home: "Home", run: Run) -> None:
    stranger = home.catalog().load_table(("acme", "orders"))
    stranger.append(pa.table({"id": [7]}))
    run.commit()
    assert ids(home) == [1, 2, 7]


def test_files_do_not_land_under_columns_that_a_stranger_changed(home: "Home", run: Run) -> None:
    with home.catalog().load_table(("acme", "orders")).update_schema() as update:
        update.add_column("note", StringType())
    with pytest.raises(TransientError, match="changed the table's columns"):
        run.commit()
    assert ids(home) == []


def grown(home: "Home") -> Run:
    """A run whose rows have a column that the table lacks."""
    run = Run(home, "run-1")
    run.table = run.table.grown(pa.schema([("extra", pa.string())]))
    writer = run.table.writer()
    writer.write(pa.record_batch([[1, 2], ["x", "y"]], schema=run.table.schema))
    run.files = writer.flush()
    return run


def test_a_column_and_its_first_rows_land_in_one_commit(home: "Home") -> None:
    run = grown(home)
    assert home.catalog().load_table(("acme", "orders")).schema().column_names == ["id"]
    run.commit()
    table = home.catalog().load_table(("acme", "orders"))
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert snapshot.schema_id == table.schema().schema_id
    assert home.rows("orders").to_pylist() == [{"id": 1, "extra": "x"}, {"id": 2, "extra": "y"}]


def test_a_column_is_staged_again_upon_what_a_stranger_appended(home: "Home") -> None:
    run = grown(home)
    home.catalog().load_table(("acme", "orders")).append(pa.table({"id": [7]}))
    run.commit()
    assert ids(home) == [1, 2, 7]


@pytest.mark.parametrize("taken_away", [False, True])
def test_two_writers_that_add_a_column_do_not_mix_their_values(home: "Home", taken_away: bool) -> None:  # noqa: FBT001  # a parameter of the test
    run = grown(home)
    with home.catalog().load_table(("acme", "orders")).update_schema() as update:
        update.add_column("rival", StringType())
    if taken_away:
        with home.catalog().load_table(("acme", "orders")).update_schema() as update:
            update.delete_column("rival")
    with pytest.raises(TransientError, match="changed the table's columns"):
        run.commit()
    assert ids(home) == []


def test_a_table_that_was_dropped_meanwhile_stops_the_run(home: "Home", run: Run) -> None:
    home.catalog().drop_table(("acme", "orders"))
    with pytest.raises(JobError, match="dropped while the run was writing"):
        run.commit()


def test_a_table_that_was_made_again_meanwhile_stops_the_run(home: "Home", run: Run) -> None:
    home.catalog().drop_table(("acme", "orders"))
    home.catalog().create_table(("acme", "orders"), schema=COLUMNS)
    with pytest.raises(JobError, match="dropped and made again"):
        run.commit()
    assert ids(home) == []


def test_replace_is_one_snapshot_with_its_own_rows_only(home: "Home", run: Run) -> None:
    run.commit()
    second = Run(home, "run-2")
    second.files = second.written([5])
    second.state = State("run-2", 2, {}, {}, 1, 0, recent_with(("run-2", 2), state(home)))
    second.commit("replace")
    assert ids(home) == [5]
    assert len(home.catalog().load_table(("acme", "orders")).snapshots()) == 2


def test_replace_does_not_remove_what_another_job_landed_meanwhile(home: "Home", run: Run) -> None:
    other = StateKey("acme", "other", "orders")
    rival = Run(home, "run-2")
    rival.catalog.commit(rival.table, Change("append", rival.files), rival.state, other)
    with pytest.raises(TransientError, match="another job landed rows"):
        run.commit("replace")
    assert ids(home) == [1, 2]


def test_a_commit_without_files_moves_the_state_and_makes_a_snapshot(home: "Home", run: Run) -> None:
    run.files = ()
    run.state = State("run-1", 1, {"at": "x"}, {}, 0, 0, recent_with(("run-1", 1), None))
    run.commit()
    assert state(home).cursor == {"at": "x"}
    assert home.catalog().load_table(("acme", "orders")).current_snapshot() is not None


def test_two_first_runs_that_create_the_table_at_once_share_it(home: "Home") -> None:
    first = open_catalog({}, None, RunContext(home.root, "acme", "shop", "a"))
    second = open_catalog({}, None, RunContext(home.root, "acme", "shop", "b"))
    assert first.create(NAME, COLUMNS).uuid == second.create(NAME, COLUMNS).uuid


def test_a_data_file_carries_its_runs_id_and_the_tables_field_ids(run: Run) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415  # here alone

    (file,) = run.files
    path = file.path.removeprefix("file://")
    assert "/run-1-" in path
    field = pq.read_schema(path).field("id")
    assert field.metadata[b"PARQUET:field_id"] == b"1"
