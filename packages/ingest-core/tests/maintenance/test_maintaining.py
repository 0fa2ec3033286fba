"""Maintenance of a job's tables, whole: what it does, what it tells, and what it leaves alone."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import Interrupts, JobError, MaintenanceOptions, Outcome, TransientError, load_job, maintain, plan
from ingest_core.catalogs.maintenance.table_maintenance import TableMaintenance
from ingest_core.executor.slots import tenant_slot
from ingest_core.failpoints import observe
from ingest_core.maintenance import steps
from ingest_core.plugin import RunContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Home
    from ingest_core import TableUpkeep
    from ingest_core.maintenance.options import Step
    from pyiceberg.table import Table

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
    returns: {path: "data/returns*.csv"}
target: {connector: iceberg, properties: {history.expire.max-snapshot-age-ms: 1}}
"""
STEPS_BEGIN = ["small_files", "old_snapshots", "orphans"]
"""What each step asks first."""

LONG_AGO = time.time() - timedelta(days=4).total_seconds()


@pytest.fixture
def landed(home: Home) -> Home:
    """A home with a table of six small files, six snapshots, and one file that a killed run left behind."""
    for number in range(6):
        home.write(f"data/orders-{number}.csv", f"id,name\n{number},n{number}\n")
        assert home.run(JOB).outcome is not Outcome.SUCCESS or number
    table = orders(home)
    left = Path(table.location().removeprefix("file://")) / "data" / "20260101T000000Z-dead-1.parquet"
    left.write_bytes(b"half a file")
    age(home)
    return home


@pytest.fixture(autouse=True)
def _nobody_observes() -> Iterator[None]:
    yield
    observe(None)


def age(home: Home) -> None:
    """Make all files old."""
    for file in (home.root / "state/warehouse").rglob("*"):
        os.utime(file, (LONG_AGO, LONG_AGO))


def orders(home: Home) -> Table:
    return home.catalog().load_table(("acme", "csv_orders"))


def seen_to(home: Home, options: MaintenanceOptions | None = None, job: str = JOB) -> dict[str, TableUpkeep]:
    planned = plan(load_job(home.job(job)))
    return {each.table: each for each in maintain(planned, options)}


def files(home: Home) -> set[str]:
    return {str(path) for path in (home.root / "state/warehouse").rglob("*") if path.is_file()}


def test_small_files_become_one_old_snapshots_are_forgotten_and_what_is_left_over_goes(landed: Home) -> None:
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert (upkeep.status, upkeep.errors) == ("maintained", [])
    assert (upkeep.files_before, upkeep.files_after) == (6, 1)
    assert [each.path.rpartition("/")[2] for each in upkeep.orphans] == ["20260101T000000Z-dead-1.parquet"]
    assert len(orders(landed).inspect.data_files()) == 1
    assert landed.values("csv_orders", "id", "name") == [(number, f"n{number}") for number in range(6)]


def test_a_table_that_is_not_there_yet_is_told_as_such(landed: Home) -> None:
    assert seen_to(landed)["acme.csv_returns"].status == "absent"


def test_without_a_catalog_none_is_made(home: Home) -> None:
    assert {each.status for each in seen_to(home).values()} == {"absent"}
    assert not (home.root / "state/catalog.db").exists()


def test_a_dry_run_says_the_same_and_does_nothing(landed: Home) -> None:
    before, metadata = files(landed), orders(landed).metadata
    would = seen_to(landed, MaintenanceOptions(dry_run=True))["acme.csv_orders"]
    assert (files(landed), orders(landed).metadata) == (before, metadata)
    did = seen_to(landed)["acme.csv_orders"]
    assert (would.files_before, would.files_after) == (did.files_before, did.files_after)
    assert [each.path for each in would.orphans] == [each.path for each in did.orphans]


def test_a_second_time_there_is_nothing_to_do(landed: Home) -> None:
    seen_to(landed)
    again = seen_to(landed)["acme.csv_orders"]
    assert (again.status, again.errors) == ("unchanged", [])


def test_the_next_run_goes_on_from_where_it_was(landed: Home) -> None:
    seen_to(landed)
    landed.write("data/orders-9.csv", "id,name\n9,n9\n")
    assert [each.rows for each in landed.run(JOB).objects] == [1, 0]
    assert landed.values("csv_orders", "id") == [(number,) for number in (0, 1, 2, 3, 4, 5, 9)]


def test_a_table_of_two_jobs_is_seen_to_once(landed: Home) -> None:
    options = MaintenanceOptions(dry_run=True)
    assert set(seen_to(landed, options)) == {"acme.csv_orders", "acme.csv_returns"}
    other = JOB.replace('returns: {path: "data/returns*.csv"}', 'more: {path: "data/returns*.csv", table: csv_orders}')
    assert set(seen_to(landed, options, other)) == set()


@pytest.mark.parametrize("step", ["compact", "expire", "orphans"])
def test_one_step_alone(landed: Home, step: Step) -> None:
    upkeep = seen_to(landed, MaintenanceOptions(steps=frozenset([step])))["acme.csv_orders"]
    assert bool(upkeep.files_before) is (step == "compact")
    assert bool(upkeep.orphans) is (step == "orphans")
    assert not upkeep.snapshots  # of this hour


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (MaintenanceOptions(orphan_age=timedelta(days=2)), "cannot be removed after 2d"),
        (MaintenanceOptions(history=timedelta(hours=3)), "cannot be removed after 3h"),
    ],
    ids=["orphans", "history"],
)
def test_what_would_take_files_from_under_a_runs_hands_is_refused(
    landed: Home, options: MaintenanceOptions, problem: str
) -> None:
    before = files(landed)
    with pytest.raises(JobError, match=problem):
        seen_to(landed, options)
    assert files(landed) == before


def test_history_is_kept_for_a_day_whatever_the_table_says(landed: Home) -> None:
    assert seen_to(landed, MaintenanceOptions(dry_run=True))["acme.csv_orders"].snapshots == 0


def test_a_busy_tenant_is_told_and_orphans_are_removed_all_the_same(landed: Home) -> None:
    with tenant_slot(RunContext(landed.root, "acme", "other", "run-1")):
        upkeep = seen_to(landed)["acme.csv_orders"]
    assert (upkeep.status, upkeep.error_types) == ("partial", ["TransientError"])
    assert "the tenant 'acme' is busy: job 'other'" in upkeep.errors[0]
    assert len(upkeep.orphans) == 1
    assert len(orders(landed).inspect.data_files()) == 6


def test_a_stop_between_two_commits_keeps_the_first(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop is raised where it finds the program; what was committed is told."""
    monkeypatch.setattr(TableMaintenance, "old_snapshots", _stop)
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert upkeep.stopped
    assert (upkeep.status, upkeep.files_after, list(upkeep.orphans)) == ("partial", 1, [])
    assert len(orders(landed).inspect.data_files()) == 1


def test_an_unforeseen_fault_of_one_step_keeps_no_other_back(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TableMaintenance, "small_files", _fail)
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert upkeep.errors == ["unexpected: ZeroDivisionError: no"]
    assert (upkeep.status, len(upkeep.orphans)) == ("partial", 1)


@pytest.mark.parametrize("error", [RuntimeError("no lock is held"), TransientError("it does not answer")], ids=repr)
@pytest.mark.parametrize("place", ["small_files", "old_snapshots", "orphans"])
def test_a_stop_that_an_error_takes_the_place_of_ends_the_maintenance(
    landed: Home, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception
) -> None:
    begun: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:  # noqa: ANN401  # whatever it is given
            begun.append(name)
            if name != place:
                return real(*given)
            try:
                raise KeyboardInterrupt
            finally:
                raise error

        return noting

    for name in STEPS_BEGIN:
        monkeypatch.setattr(TableMaintenance, name, noted(name, getattr(TableMaintenance, name)))
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert (upkeep.stopped, upkeep.error_types, begun[-1]) == (True, ["TransientError"], place)
    assert upkeep.errors == ["maintenance was stopped\n  mend: start it again; nothing is half done"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_stop_while_a_table_is_told_ends_maintenance_before_the_next(landed: Home, number: int) -> None:
    assert landed.run(JOB.replace("orders*", "none*").replace("returns*", "orders*")).outcome is Outcome.PARTIAL
    told: list[TableUpkeep] = []
    with Interrupts():
        for upkeep in maintain(plan(load_job(landed.job(JOB)))):
            told.append(upkeep)
            if len(told) == number:
                signal.raise_signal(signal.SIGTERM)
    assert [each.table for each in told] == ["acme.csv_orders", "acme.csv_returns"]
    assert [each.stopped for each in told] == [False, True]
    assert [each.status for each in told] == ["maintained", "failed" if number == 1 else "unchanged"]


@pytest.mark.parametrize(("nth", "files", "snapshots"), [(1, 6, 0), (2, 6, 5)], ids=["compaction", "expiry"])
def test_a_stop_waits_for_a_commit_and_what_it_did_is_told(landed: Home, nth: int, files: int, snapshots: int) -> None:
    shift(landed, timedelta(days=10))
    met: list[str] = []

    def stop(point: str) -> None:
        if point == "commit answered":
            met.append(point)
            if len(met) == nth:
                signal.raise_signal(signal.SIGTERM)

    observe(stop)
    with Interrupts():
        (upkeep,) = seen_to(landed).values()
    assert (upkeep.stopped, upkeep.status, upkeep.orphans) == (True, "partial", [])
    assert (upkeep.files_before, upkeep.snapshots) == (files, snapshots)
    assert len(orders(landed).inspect.data_files()) == 1
    assert len(orders(landed).snapshots()) == 7 - snapshots


def test_much_is_rewritten_in_several_commits(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    partitioned = JOB.replace('orders*.csv"', 'orders*.csv", partition_by: [name]')
    for number in range(5):
        landed.write(f"data/orders-1{number}.csv", "id,name\n1,a\n2,b\n")
        landed.run(partitioned)
    before = len(orders(landed).snapshots())
    monkeypatch.setattr(steps, "BYTES_OF_A_COMMIT", 1)
    upkeep = seen_to(landed, job=partitioned)["acme.csv_orders"]
    assert upkeep.errors == []
    assert len(orders(landed).snapshots()) - before >= 2
    assert len(landed.values("csv_orders", "id")) == 16


def test_a_run_that_lands_meanwhile_keeps_its_rows(landed: Home) -> None:
    """Of two that meet at the table one looks again; slots would keep them apart within one home."""
    met: list[str] = []

    def land(point: str) -> None:
        if point == "before the commit is sent" and not met:
            met.append(point)
            landed.write("data/orders-9.csv", "id,name\n9,n9\n")
            home = type(landed)(landed.root)
            (landed.root / "state/locks").rename(landed.root / "state/locks-of-the-other")
            assert [each.rows for each in home.run(JOB).objects] == [1, 0]

    observe(land)
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert met
    assert upkeep.errors == []
    assert landed.values("csv_orders", "id") == [(number,) for number in (0, 1, 2, 3, 4, 5, 9)]
    assert len(orders(landed).inspect.data_files()) == 2


def _stop(*_: object) -> list[int]:
    raise KeyboardInterrupt


def _fail(*_: object) -> list[int]:
    raise ZeroDivisionError("no")


def test_a_dry_run_names_the_files_of_the_snapshots_that_would_be_forgotten(home: Home) -> None:
    replaced = JOB.replace('orders*.csv"', 'orders*.csv", write: replace').replace(
        'returns: {path: "data/returns*.csv"}', ""
    )
    for number in range(3):
        home.write("data/orders.csv", f"id,name\n{number},a\n")
        assert home.run(replaced).outcome is Outcome.SUCCESS
    shift(home, timedelta(days=10))
    age(home)
    chosen: frozenset[Step] = frozenset(["expire", "orphans"])
    would = seen_to(home, MaintenanceOptions(chosen, dry_run=True), replaced)["acme.csv_orders"]
    did = seen_to(home, MaintenanceOptions(chosen), replaced)["acme.csv_orders"]
    assert would.snapshots == did.snapshots == 2
    assert sorted(each.path for each in would.orphans) == sorted(each.path for each in did.orphans)
    assert any(each.path.endswith(".parquet") for each in did.orphans)


@pytest.mark.parametrize("said", [str(2**63 - 1), "99999999999999999999"], ids=["longest", "longer"])
def test_history_may_be_kept_for_ever(landed: Home, said: str) -> None:
    set_history(landed, said)
    assert (
        seen_to(landed, MaintenanceOptions(dry_run=True, orphan_age=timedelta(days=999_999)))["acme.csv_orders"].errors
        == []
    )


@pytest.mark.parametrize("said", ["-1", "five days", "²"])
def test_a_length_of_history_that_is_none_is_told_with_the_mend(landed: Home, said: str) -> None:
    set_history(landed, said)
    upkeep = seen_to(landed)["acme.csv_orders"]
    assert "should be a whole number of milliseconds" in upkeep.errors[0]
    assert (upkeep.status, upkeep.error_types) == ("failed", ["JobError"])


def test_a_stop_amid_removal_tells_what_is_gone(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    table = orders(landed)
    folder = Path(table.location().removeprefix("file://")) / "data"
    for number in range(3):
        (folder / f"dead-{number}.parquet").write_bytes(b"half")
    age(landed)
    monkeypatch.setattr(steps, "FILES_AT_ONCE", 2)
    real, calls = TableMaintenance.remove, list[int]()

    def remove(*arguments: object) -> object:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(TableMaintenance, "remove", remove)
    upkeep = seen_to(landed, MaintenanceOptions(steps=frozenset(["orphans"])))["acme.csv_orders"]
    assert (upkeep.stopped, upkeep.status, len(upkeep.orphans)) == (True, "partial", 2)
    assert not any(Path(each.path.removeprefix("file://")).exists() for each in upkeep.orphans)


def set_history(home: Home, said: str) -> None:
    """Let the table say how long its history is kept."""
    with orders(home).transaction() as transaction:
        transaction.set_properties({"history.expire.max-snapshot-age-ms": said})


def shift(home: Home, length: timedelta) -> None:
    """Make the table's snapshots older, in its own metadata."""
    file = Path(orders(home).metadata_location.removeprefix("file://"))
    metadata = json.loads(file.read_text(encoding="utf-8"))
    for entry in (*metadata["snapshots"], *metadata["snapshot-log"]):
        entry["timestamp-ms"] -= length // timedelta(milliseconds=1)
    file.write_text(json.dumps(metadata), encoding="utf-8")
