"""Whatever became of a position is told, and a reset ends the trouble: nothing is lost or doubled, or half done."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, Report, RunOptions, load_job, plan, reset, standing
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.failpoints import observe
from ingest_core.state import State, StateKey, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Home
    from ingest_core.executor.resetting import Rows
    from ingest_core.ports import Change, Committed
    from ingest_core.ports import Table as PortTable
    from pyiceberg.table import Table

KEY = StateKey("acme", "shop", "orders")
JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv", key: [id], write: append}
target: {connector: iceberg}
"""


@pytest.fixture
def landed(home: Home) -> Home:
    """A home whose job has landed two files in two commits."""
    for number in (1, 2):
        home.write(f"data/orders-{number}.csv", f"id,name\n{number},a\n")
        assert home.run(JOB).outcome is Outcome.SUCCESS
    return home


def table(home: Home) -> Table:
    return home.catalog().load_table(("acme", "csv_orders"))


def text(home: Home) -> str:
    return table(home).properties[KEY.property_name]


def state(home: Home) -> State:
    return decode(text(home), KEY)


def reset_job(home: Home, rows: Rows | None, job: str = JOB, name: str = "shop") -> Report:
    return reset(plan(load_job(home.job(job, name))), rows)


def ids(home: Home) -> list[tuple[object, ...]]:
    return home.values("csv_orders", "id")


def put(home: Home, value: str) -> None:
    table(home).transaction().set_properties({KEY.property_name: value}).commit_transaction()


def lost(home: Home) -> None:
    """Take the position away."""
    table(home).transaction().remove_properties(KEY.property_name).commit_transaction()


def corrupt(home: Home) -> None:
    """Make the position unreadable."""
    put(home, "{")


def rewound(home: Home) -> None:
    """Put back the position of the first commit."""
    first = table(home).snapshots()[0].summary
    assert first is not None
    put(home, first.additional_properties[KEY.property_name])


def rolled_back(home: Home) -> None:
    """Show the first commit's rows."""
    now = table(home)
    now.manage_snapshots().rollback_to_snapshot(now.history()[0].snapshot_id).commit()


def rolled_back_and_appended_to(home: Home) -> None:
    """Show the first commit's rows, and as many commits as before."""
    rolled_back(home)
    for _ in range(3):
        now = table(home)
        now.append(now.scan(row_filter="id = 99").to_arrow())


def expired(home: Home) -> None:
    """Take the position away, and every snapshot that tells of it but the last, a stranger's."""
    lost(home)
    now = table(home)
    now.append(now.scan(row_filter="id = 99").to_arrow())
    now = table(home)
    head = now.current_snapshot()
    assert head is not None
    now.maintenance.expire_snapshots().by_ids(
        [each.snapshot_id for each in now.snapshots() if each.snapshot_id != head.snapshot_id]
    ).commit()


TROUBLES = [lost, corrupt, rewound, rolled_back, rolled_back_and_appended_to, expired]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_a_position_that_is_in_trouble_is_refused_until_it_is_reset(
    landed: Home, trouble: Callable[[Home], None]
) -> None:
    trouble(landed)
    before = len(ids(landed))
    refused = landed.run(JOB)
    assert (refused.outcome, refused.objects[0].error_type) == (Outcome.FAILURE, "JobError")
    assert "ingest state reset" in str(refused.objects[0].error)
    assert len(ids(landed)) == before
    assert reset_job(landed, "truncate").outcome is Outcome.SUCCESS
    assert ids(landed) == []
    assert landed.run(JOB).outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (2,)]


def test_a_reset_is_one_snapshot_that_says_who_made_it(landed: Home) -> None:
    before, snapshots = state(landed), len(table(landed).snapshots())
    report = reset_job(landed, "truncate")
    after = state(landed)
    assert (after.seq, dict(after.cursor), after.reset) == (before.seq + 1, {}, True)
    assert after.recent == ((report.run_id, after.seq), *before.recent)
    assert len(table(landed).snapshots()) == snapshots + 1
    head = table(landed).current_snapshot()
    assert head is not None
    assert head.summary is not None
    assert head.summary.additional_properties[KEY.property_name] == text(landed)
    assert head.sequence_number == after.sequence_number


def test_kept_rows_stay_and_come_again(landed: Home) -> None:
    reset_job(landed, "keep")
    assert ids(landed) == [(1,), (2,)]
    landed.run(JOB)
    assert ids(landed) == [(1,), (1,), (2,), (2,)]
    assert landed.run(JOB).objects[0].status == "unchanged"


def test_where_rows_are_appended_a_reset_wants_to_know_what_becomes_of_them(landed: Home) -> None:
    before = text(landed)
    report = reset_job(landed, None)
    assert report.outcome is Outcome.FAILURE
    assert "--truncate" in str(report.objects[0].error)
    assert "--keep-rows" in str(report.objects[0].error)
    assert text(landed) == before


@pytest.mark.parametrize("write", ["merge", "replace", "history"])
def test_where_rows_that_come_again_do_no_harm_nothing_needs_to_be_said(home: Home, write: str) -> None:
    job = JOB.replace("write: append", f"write: {write}")
    home.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")
    home.run(job)
    assert reset_job(home, None, job).objects[0].status == "committed"
    assert home.run(job).outcome is Outcome.SUCCESS
    assert ids(home) == [(1,), (2,)]


def test_a_job_that_changed_may_go_on_after_a_reset(landed: Home) -> None:
    changed = JOB.replace("data/orders*.csv", "data/*orders*.csv")
    assert "the job changed" in str(landed.run(changed).objects[0].error)
    reset_job(landed, "truncate", changed)
    assert landed.run(changed).outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (2,)]
    assert landed.run(changed).objects[0].status == "unchanged"


def test_a_job_that_was_renamed_may_begin_under_its_new_name_after_a_reset(landed: Home) -> None:
    assert "name: shop" in str(landed.run(JOB, name="sales").objects[0].error)
    refused = reset_job(landed, "truncate", name="sales")
    assert "acme/shop/orders" in str(refused.objects[0].error)
    assert reset_job(landed, "keep", name="sales").outcome is Outcome.SUCCESS
    assert landed.run(JOB, name="sales").outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (1,), (2,), (2,)]


def test_a_reset_of_a_job_that_never_landed_changes_nothing_and_says_so(home: Home) -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    report = reset_job(home, "truncate")
    assert (report.outcome, report.objects[0].status) == (Outcome.SUCCESS, "unchanged")


def test_rows_of_a_table_that_the_job_never_landed_in_stay(home: Home) -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    home.run(JOB)
    other = JOB.replace("orders:", "others:").replace("{path", "{table: csv_orders, path")
    lost(home)
    assert reset_job(home, "truncate", other, "other").objects[0].status == "unchanged"
    assert ids(home) == [(1,)]


def test_a_table_that_is_gone_cannot_be_reset_and_is_told(landed: Home) -> None:
    landed.catalog().drop_table(("acme", "csv_orders"))
    report = reset_job(landed, "truncate")
    assert report.outcome is Outcome.FAILURE
    assert "--recreate" in str(report.objects[0].error)


def test_rows_are_not_taken_away_where_another_job_landed_some(landed: Home) -> None:
    landed.write("data/more.csv", "id,name\n3,c\n")
    landed.run(JOB.replace("data/orders*.csv", "data/more.csv"), name="other")
    report = reset_job(landed, "truncate")
    assert report.outcome is Outcome.FAILURE
    assert "acme/other/orders" in str(report.objects[0].error)
    assert ids(landed) == [(1,), (2,), (3,)]


def test_rows_that_were_kept_can_be_taken_away_by_another_reset(landed: Home) -> None:
    reset_job(landed, "keep")
    assert reset_job(landed, "truncate").objects[0].status == "committed"
    assert ids(landed) == []


def test_a_reset_table_that_was_rolled_back_can_be_reset_again(landed: Home) -> None:
    reset_job(landed, "truncate")
    rolled_back(landed)
    assert "was rolled back" in str(landed.run(JOB).objects[0].error)
    assert reset_job(landed, "truncate").objects[0].status == "committed"
    assert landed.run(JOB).outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (2,)]


def test_a_state_of_a_newer_release_is_not_reset_by_an_older_one(landed: Home) -> None:
    put(landed, text(landed).replace('"v":2', '"v":3'))
    report = reset_job(landed, "truncate")
    assert "has version 3" in str(report.objects[0].error)
    assert ids(landed) == [(1,), (2,)]


def meeting(rival: Callable[[], object], monkeypatch: pytest.MonkeyPatch, nth: int = 1) -> None:
    """Let a rival do something just before the n-th commit is staged."""
    real = OpenedCatalog.commit
    calls: list[Change] = []

    def commit(catalog: OpenedCatalog, written: PortTable, change: Change, *rest: State | StateKey) -> Committed:
        calls.append(change)
        if len(calls) == nth:
            rival()
        return real(catalog, written, change, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(OpenedCatalog, "commit", commit)


def freed(home: Home) -> None:
    """Give the slot free, as another home has its own."""
    (home.root / "state/locks/acme.lock").unlink()


def reset_elsewhere(home: Home) -> None:
    """Reset as from another home."""
    freed(home)
    assert reset_job(home, "truncate").outcome is Outcome.SUCCESS


def run_elsewhere(home: Home) -> None:
    """Run as from another home."""
    freed(home)
    assert home.run(JOB).outcome is Outcome.SUCCESS


def test_a_run_that_meets_a_reset_lands_nothing_and_says_so(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    landed.write("data/orders-3.csv", "id,name\n3,a\n")
    meeting(lambda: reset_elsewhere(landed), monkeypatch)
    report = landed.run(JOB)
    assert (report.outcome, report.objects[0].error_type) == (Outcome.FAILURE, "TransientError")
    assert ids(landed) == []
    assert landed.run(JOB).outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (2,), (3,)]


def test_a_reset_that_meets_a_run_takes_nothing_away_and_says_so(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    landed.write("data/orders-3.csv", "id,name\n3,a\n")
    meeting(lambda: run_elsewhere(landed), monkeypatch)
    report = reset_job(landed, "truncate")
    assert (report.outcome, report.objects[0].error_type) == (Outcome.FAILURE, "TransientError")
    assert ids(landed) == [(1,), (2,), (3,)]
    assert landed.run(JOB).objects[0].status == "unchanged"


def test_a_busy_tenant_is_not_reset(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[Report] = []
    landed.write("data/orders-3.csv", "id,name\n3,a\n")
    meeting(lambda: reports.append(reset_job(landed, "truncate")), monkeypatch)
    assert landed.run(JOB).outcome is Outcome.SUCCESS
    assert "busy" in str(reports[0].error)
    assert ids(landed) == [(1,), (2,), (3,)]


def test_a_run_that_goes_on_after_a_reset_of_what_it_landed_stops(
    landed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its next commit would say of rows that were taken away that they are there."""
    monkeypatch.setattr("ingest_core.files.tasks.PACK_BYTES", 1)
    job = JOB.replace("write: append", "write: append, commit_every: 1")
    for number in (3, 4):
        landed.write(f"data/orders-{number}.csv", f"id,name\n{number},a\n")
    points: list[str] = []

    def reset_meanwhile(point: str) -> None:
        points.append(point)
        if points.count("commit answered") == 1 and point == "commit answered":
            reset_elsewhere(landed)

    observe(reset_meanwhile)
    try:
        report = landed.run(job)
    finally:
        observe(None)
    assert report.objects[0].status == "partial"
    assert report.objects[0].error_type == "TransientError"
    assert landed.run(job).outcome is Outcome.SUCCESS
    assert ids(landed) == [(1,), (2,), (3,), (4,)]


def test_accepting_a_changed_job_is_not_needed_after_a_reset(landed: Home) -> None:
    reset_job(landed, "truncate")
    assert landed.run(JOB, RunOptions(accept_job_change=False)).objects[0].rows == 2


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_show_tells_what_the_next_run_would_refuse(landed: Home, trouble: Callable[[Home], None]) -> None:
    job = plan(load_job(landed.job(JOB)))
    (fine,) = standing(job)
    assert (fine.seq, fine.error) == (2, None)
    trouble(landed)
    (troubled,) = standing(job)
    assert troubled.error == landed.run(JOB).objects[0].error
    assert troubled.seq == {"rolled_back": 2, "rolled_back_and_appended_to": 2, "rewound": 1}.get(trouble.__name__, 0)


def test_show_tells_a_table_that_is_gone_and_a_state_of_a_newer_release(landed: Home) -> None:
    job = plan(load_job(landed.job(JOB)))
    put(landed, text(landed).replace('"v":2', '"v":3'))
    assert "has version 3" in str(standing(job)[0].error)
    landed.catalog().drop_table(("acme", "csv_orders"))
    assert "is gone" in str(standing(job)[0].error)


def test_a_lost_position_is_noticed_where_this_home_remembers_nothing(landed: Home) -> None:
    lost(landed)
    shutil.rmtree(landed.root / "state/targets")
    assert "has lost its property" in str(landed.run(JOB).objects[0].error)
    assert ids(landed) == [(1,), (2,)]


def test_names_that_are_too_long_for_a_file_land_and_are_remembered(home: Home) -> None:
    home.write("data/orders-1.csv", "id,name\n1,a\n")
    job = JOB.replace("orders:", "o" * 100 + ":").replace("{path", "{table: " + "t" * 100 + ", path")
    name = "/".join(["j" * 100] * 3)
    assert home.run(job, name=name).outcome is Outcome.SUCCESS
    home.catalog().drop_table(("acme", "t" * 100))
    assert "is gone" in str(home.run(job, name=name).objects[0].error)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"table": "acme.csv_orders"}'])
def test_a_note_that_is_damaged_is_told_and_nothing_lands(landed: Home, text: str) -> None:
    (note,) = (landed.root / "state/targets").rglob("*.json")
    whole = note.read_text()
    note.write_text(text)
    assert f"{note} cannot be read" in str(landed.run(JOB).objects[0].error)
    assert ids(landed) == [(1,), (2,)]
    note.write_text(whole)
    assert landed.run(JOB).outcome is Outcome.SUCCESS
