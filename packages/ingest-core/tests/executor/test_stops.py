"""A stop waits while a commit is on its way, and goes through again afterwards."""

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from ingest_core import Outcome
from ingest_core.executor.stops import Stops
from ingest_core.merging.comparing import Comparison, Held

if TYPE_CHECKING:
    from conftest import Home

MERGE = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: data/orders.csv, write: merge, key: [id]}
    returns: {path: data/returns.csv, write: merge, key: [id]}
target: {connector: iceberg}
"""
LONG = "SELECT sum(hash(a.range * b.range)) FROM range(100000) a, range(1000) b"
"""A query that takes longer than the grace; DuckDB may hear of a signal at its end alone."""


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_after_two_commits_a_stop_goes_through_at_once() -> None:
    with Stops() as stops:
        stops.hold()
        stops.hold()
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        stop()


def test_a_stop_that_was_held_back_counts_before_the_next_step_and_has_cut_nothing() -> None:
    with Stops() as stops:
        stops.hold()
        stop()
        stops.release()
        with pytest.raises(KeyboardInterrupt):
            stops.go_on()
    assert (stops.asked, stops.cut) == (True, False)


def test_a_stop_after_the_release_is_not_held_back_and_cuts_nothing() -> None:
    stops = Stops()

    def released() -> None:
        with stops:
            stops.hold()
            stops.release()
            stop()

    with pytest.raises(KeyboardInterrupt):
        released()
    assert not stops.cut


def amid_a_query(comparison: Comparison, held: object) -> None:
    del held
    stop()
    comparison._store.execute(LONG).fetchall()  # noqa: SLF001  # a comparison of many rows


def amid_rows(comparison: Comparison, held: object) -> None:
    del held

    def rows() -> Iterator[Held]:
        yield Held(0, pa.array([0], pa.int64()), pa.record_batch({"id": pa.array([1], pa.int64())}))
        raise KeyboardInterrupt  # the grace has ended

    REAL_MATCH(comparison, rows())


REAL_MATCH = Comparison.match


@pytest.mark.parametrize("way", [amid_a_query, amid_rows])
def test_a_stop_whose_grace_ends_amid_a_merge_is_told_as_a_stop(
    home: "Home", monkeypatch: pytest.MonkeyPatch, way: object
) -> None:
    for name in ("orders", "returns"):
        home.write(f"data/{name}.csv", "id,name\n1,a\n")
    assert home.run(MERGE).outcome is Outcome.SUCCESS
    for name in ("orders", "returns"):
        home.write(f"data/{name}.csv", "id,name\n1,b\n")
    monkeypatch.setattr("ingest_core.executor.stops.GRACE_SECONDS", 0.01)
    monkeypatch.setattr(Comparison, "match", way)
    report = home.run(MERGE)
    assert (report.outcome, report.stopped) == (Outcome.FAILURE, True)
    assert [each.name for each in report.objects] == ["orders"]
    assert "the run was stopped while a commit was on its way" in str(report.objects[0].error)
