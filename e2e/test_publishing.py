"""`publish: together` on a real Nessie: all tables of a run show at one moment, or none of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ingest_core import Outcome, Report, TransientError
from ingest_core.catalogs.opened import OpenedCatalog
from ingest_core.executor import together
from ingest_core.executor.publication import Patience
from ingest_core.failpoints import PUBLISHING_POINTS, observe
from pynessie.error import NessieConflictException, NessiePermissionException, NessieServerException
from requests import ConnectionError as NoConnectionError
from requests import ReadTimeout

from e2e.conftest import Servers, started
from e2e.support.branching import Merge, around_merges, branches_below, client_of
from e2e.support.killed_run import SENT, run_killed
from e2e.support.shop import Shop

ORDERS = [(1,), (2,)]
NO_COMMIT = "2e1cfa82b035c26cbbbdae632cea070514eb8b773f616aaeaf668e2f0be8f10d"
"""The hash of a branch without any commit (Nessie's API documentation, "no-ancestor hash")."""

QUICK = Patience(branches=4, sends=2, look_seconds=0.4, pause_seconds=0.02)
MakeShop = Callable[..., Shop]


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True) as found:
        yield found


@pytest.fixture
def make_shop(tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> MakeShop:
    """Make homes whose tables no other test knows, with one file for each of two objects."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    monkeypatch.setattr(together, "PATIENCE", QUICK)

    def make(**said: Any) -> Shop:  # noqa: ANN401  # as the shop takes them
        token = secrets.token_hex(4)
        shop = Shop(servers, tmp_path / token, **{"namespace": f"ns_{token}", "name": f"shop_{token}", **said})
        shop.write("orders-1", "id,name", "1,a", "2,b")
        shop.write("customers-1", "id", "10")
        return shop

    return make


@pytest.fixture
def shop(make_shop: MakeShop) -> Shop:
    """Make a home with two objects."""
    return make_shop()


@pytest.fixture
def own_branch(make_shop: MakeShop, servers: Servers) -> Shop:
    """Make a home that lands on a branch of its own, whose head a test may move."""
    name = f"target_{secrets.token_hex(4)}"
    client = client_of(servers.nessie)
    client.create_branch(name, "main", NO_COMMIT)
    make_shop(branch=name).run()
    return make_shop(branch=name)


def statuses(report: Report) -> list[str]:
    return [each.status for each in report.objects]


def left(shop: Shop) -> list[str]:
    """Name the branches that runs of the job have left."""
    return branches_below(shop.servers.nessie, f"ingest/{shop.tenant}/{shop.name}/")


def commits_on(shop: Shop) -> list[str]:
    """Read the messages of the target branch's log, newest first."""
    return [str(entry.commit_meta.message) for entry in client_of(shop.servers.nessie).get_log(shop.branch)]


def head_of(shop: Shop) -> str:
    return str(client_of(shop.servers.nessie).get_reference(shop.branch).hash_)


def check_exact(shop: Shop) -> None:
    """Run until there is nothing new, and hold the tables against the first files."""
    assert shop.run().outcome is Outcome.SUCCESS
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])
    assert statuses(shop.run()) == ["unchanged", "unchanged"]
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])


def test_two_new_tables_show_by_one_commit_that_names_the_run(own_branch: Shop) -> None:
    shop = own_branch
    before = len(commits_on(shop))
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.SUCCESS, ["committed", "committed"])
    messages = commits_on(shop)
    assert len(messages) == before + 1
    assert f"ingest/acme/{shop.name}/{report.run_id} at " in messages[0]
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])
    assert left(shop) == []
    assert shop.notes() == ["customers", "orders"]


def test_a_target_without_any_commit_can_be_published_to(make_shop: MakeShop, servers: Servers) -> None:
    client = client_of(servers.nessie)
    name = f"target_{secrets.token_hex(4)}"
    client.create_branch(name, "main", NO_COMMIT)
    shop = make_shop(branch=name)
    assert shop.run().outcome is Outcome.SUCCESS
    assert len(commits_on(shop)) == 2
    check_exact(shop)


@pytest.mark.parametrize("publish", ["each", "together"])
def test_the_report_tells_what_the_target_branch_shows(make_shop: MakeShop, servers: Servers, publish: str) -> None:
    shop = make_shop(publish=publish)
    report = shop.run()
    hashes = [entry.hash_ for entry in servers.nessie.log()]
    for told in report.objects:
        table = shop.table(told.name)
        snapshot = table.current_snapshot()
        assert (told.snapshot_id, told.total_rows) == (snapshot.snapshot_id, table.scan().to_arrow().num_rows)
        state = table.properties[f"ingest.state.acme.{shop.name}.{told.name}"]
        assert state.count(report.run_id) == 2
        assert told.commit in hashes, "the target's own commit, not one of the branch that was merged"
        assert json.loads(state)["cursor"] == json.loads(told.cursor or "")


def test_until_the_merge_nothing_shows(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(_: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
        (branch,) = left(shop)
        seen.append((shop.rows("orders", branch=branch), shop.exists("orders"), shop.exists("customers"), shop.notes()))
        return merge()

    around_merges(monkeypatch, look)
    shop.run()
    assert seen == [(ORDERS, False, False, [])]


def test_an_object_without_news_stays_out_of_it_and_with_no_news_at_all_nothing_is_merged(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run()
    shop.write("orders-2", "id,name", "3,c")
    assert statuses(shop.run()) == ["committed", "unchanged"]
    assert shop.rows("orders") == [*ORDERS, (3,)]
    merges: list[int] = []
    around_merges(monkeypatch, lambda number, _: merges.append(number))
    before = head_of(shop)
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.SUCCESS, ["unchanged", "unchanged"])
    assert (head_of(shop), merges, left(shop)) == (before, [], [])


def test_one_object_that_fails_keeps_all_from_being_published(shop: Shop) -> None:
    (shop.path / "data/customers-1.csv").unlink()
    before = head_of(shop)
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "failed"])
    orders, customers = report.objects
    (branch,) = left(shop)
    assert "not published, since customers failed" in str(orders.error)
    assert branch in str(orders.error)
    assert (orders.rows, orders.snapshot_id, orders.error_type) == (0, None, customers.error_type)
    assert "no file at" in str(customers.error)
    assert (head_of(shop), shop.exists("orders"), shop.notes()) == (before, False, [])
    assert shop.rows("orders", branch=branch) == ORDERS
    shop.write("customers-1", "id", "10")
    check_exact(shop)


def test_a_run_of_which_every_object_failed_leaves_no_branch(shop: Shop) -> None:
    for file in (shop.path / "data").iterdir():
        file.unlink()
    report = shop.run()
    assert (report.outcome, statuses(report), left(shop)) == (Outcome.FAILURE, ["failed", "failed"], [])


def test_two_objects_may_share_a_table(make_shop: MakeShop) -> None:
    shop = make_shop(objects={"orders": {"table": "both"}, "customers": {"table": "both"}})
    assert statuses(shop.run()) == ["committed", "committed"]
    assert shop.rows("both") == [(1,), (10,), (2,)]


def test_new_columns_are_published_with_their_rows(shop: Shop) -> None:
    shop.run()
    shop.write("orders-2", "id,name,price", "3,c,1.5")
    assert shop.run().outcome is Outcome.SUCCESS
    assert shop.rows("orders", "id", "price") == [(1, None), (2, None), (3, 1.5)]


@pytest.mark.parametrize(("tenant", "job"), [("a..b", "night.ly/x..y/shop-1_"), ("_a.-", "2.0/b./c")])
def test_odd_names_of_tenants_and_jobs_are_no_hindrance(make_shop: MakeShop, tenant: str, job: str) -> None:
    shop = make_shop(tenant=tenant, name=f"{job}{secrets.token_hex(4)}")
    assert shop.run().outcome is Outcome.SUCCESS
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])


# Rivals


def test_of_two_runs_of_one_job_one_wins_and_the_other_says_that_it_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = shop.elsewhere()
    reports = _rival_before_merge(monkeypatch, rival.run)
    report = shop.run()
    assert [each.outcome for each in reports] == [Outcome.SUCCESS]
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "failed"])
    assert {each.error_type for each in report.objects} == {"TransientError"}
    assert "another run of this job published first" in str(report.objects[0].error)
    assert shop.notes() == []
    check_exact(shop)


def test_of_two_runs_of_one_job_upon_a_table_that_is_there_one_wins(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run()
    shop.write("orders-2", "id,name", "3,c")
    rival = shop.elsewhere()
    reports = _rival_before_merge(monkeypatch, rival.run)
    assert (shop.run().outcome, reports[0].outcome) == (Outcome.FAILURE, Outcome.SUCCESS)
    assert shop.run().outcome is Outcome.SUCCESS
    assert shop.rows("orders") == [*ORDERS, (3,)]


def test_two_jobs_publish_other_tables_without_hindering_each_other(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make_shop(), make_shop()
    numbers: list[int] = []
    reports = _rival_before_merge(monkeypatch, other.run, numbers)
    assert one.run().outcome is Outcome.SUCCESS
    assert [each.outcome for each in reports] == [Outcome.SUCCESS]
    assert numbers == [1, 2]
    assert (one.rows("orders"), other.rows("orders")) == (ORDERS, ORDERS)


@pytest.mark.parametrize("publish", ["each", "together"])
def test_another_job_that_lands_in_a_table_meanwhile_makes_the_same_files_land_upon_its_rows(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch, publish: str
) -> None:
    shop = make_shop()
    shop.run()
    rival = make_shop(namespace=shop.namespace, objects={"orders": {"path": "data/rival.csv"}}, publish=publish)
    rival.write("rival", "id,name", "7,r")
    shop.write("orders-2", "id,name", "3,c")
    shop.write("customers-2", "id", "11")
    numbers: list[int] = []
    reports = _rival_before_merge(monkeypatch, rival.run, numbers)
    report = shop.run()
    assert (report.outcome, reports[0].outcome) == (Outcome.SUCCESS, Outcome.SUCCESS)
    assert shop.rows("orders") == [*ORDERS, (3,), (7,)]
    assert shop.rows("customers") == [(10,), (11,)]
    assert report.objects[0].total_rows == 4
    assert len(shop.files("orders")) == 3, "the same files, not others"
    assert left(shop) == []


@pytest.mark.parametrize("write", ["merge", "history", "replace"])
def test_rows_that_are_merged_are_compared_again_with_what_others_landed(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    special = {"write": write} | ({"key": ["id"]} if write != "replace" else {})
    shop = make_shop(objects={"orders": special, "customers": {}})
    shop.run()
    shop.write("orders-2", "id,name", "2,changed", "3,c")
    (shop.path / "data/orders-1.csv").unlink()
    if write == "replace":
        table = shop.table("orders")
        _rival_before_merge(monkeypatch, lambda: table.append(table.scan(row_filter="id = 1").to_arrow()))
    else:
        rival = make_shop(namespace=shop.namespace, objects={"orders": {"path": "data/rival.csv", **special}})
        rival.write("rival", "id,name", "2,rival", "7,r")
        _rival_before_merge(monkeypatch, rival.run)
    assert shop.run().outcome is Outcome.SUCCESS
    expected = {
        "merge": [(1, "a"), (2, "changed"), (3, "c"), (7, "r")],
        "history": [(1, "a"), (2, "b"), (2, "changed"), (2, "rival"), (3, "c"), (7, "r")],
        "replace": [(2, "changed"), (3, "c")],
    }
    assert shop.rows("orders", "id", "name") == expected[write]


def test_a_table_that_two_jobs_make_at_once_gets_the_rows_of_both(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop()
    rival = make_shop(namespace=shop.namespace, objects={"orders": {"path": "data/rival.csv"}})
    rival.write("rival", "id,name", "7,r")
    reports = _rival_before_merge(monkeypatch, rival.run)
    report = shop.run()
    assert (report.outcome, reports[0].outcome) == (Outcome.SUCCESS, Outcome.SUCCESS)
    assert (shop.rows("orders"), shop.rows("customers")) == ([*ORDERS, (7,)], [(10,)])
    assert statuses(shop.run()) == ["unchanged", "unchanged"]


def test_with_others_committing_all_the_time_a_run_gives_up_and_has_published_nothing(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop()
    shop.run()
    shop.write("orders-2", "id,name", "3,c")
    numbers = []

    def append(number: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
        numbers.append(number)
        table = shop.table("orders")
        table.append(table.scan(row_filter="id = 1").to_arrow())
        return merge()

    around_merges(monkeypatch, append)
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "unchanged"])
    assert "others kept committing to the same tables" in str(report.objects[0].error)
    assert numbers == list(range(1, QUICK.branches + 1))
    assert (3,) not in shop.rows("orders")


def _rival_before_merge(
    monkeypatch: pytest.MonkeyPatch, rival: Callable[[], Any], numbers: list[int] | None = None
) -> list[Any]:
    """Let a rival go its whole way just before the first merge."""
    reports = []

    def around(number: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
        if numbers is not None:
            numbers.append(number)
        if number == 1:
            reports.append(rival())
        return merge()

    around_merges(monkeypatch, around)
    return reports


# Answers that lie


@dataclass(frozen=True)
class Lie:
    """What is done to the first merge."""

    lands: int
    answer: Exception | None


def _refusal() -> NessieConflictException:
    return NessieConflictException({}, 409, "url", "Conflict")


LIES = {
    "answer lost": Lie(1, NoConnectionError("reset")),
    "answer late": Lie(1, ReadTimeout("late")),
    "500 and landed": Lie(1, NessieServerException({}, 500, "url", "Internal")),
    "answer unreadable": Lie(1, ValueError("no JSON")),
    "request lost": Lie(0, NoConnectionError("reset")),
    "503 and not landed": Lie(0, NessieServerException({}, 503, "url", "Busy")),
    "refused and landed": Lie(1, _refusal()),
    "refused and not landed": Lie(0, _refusal()),
    "403 and landed": Lie(1, NessiePermissionException({}, 403, "url", "Forbidden")),
    "delivered twice": Lie(2, None),
    "done and not landed": Lie(0, None),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_whatever_is_answered_to_the_merge_the_run_finds_out_what_became_of_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, lie: Lie
) -> None:
    def around(number: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
        if number > 1:
            return merge()
        for _ in range(lie.lands):
            merge()
        if lie.answer:
            raise lie.answer
        return None

    around_merges(monkeypatch, around)
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.SUCCESS, ["committed", "committed"])
    assert shop.notes() == ["customers", "orders"]
    assert left(shop) == []
    check_exact(shop)


def test_who_may_not_merge_is_told_so_and_nothing_is_published(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = []

    def deny(number: int, _: Merge) -> None:
        numbers.append(number)
        raise NessiePermissionException({}, 403, "url", "Forbidden")

    with monkeypatch.context() as patch:
        around_merges(patch, deny)
        report = shop.run()
    assert (report.outcome, statuses(report), numbers) == (Outcome.FAILURE, ["failed", "failed"], [1])
    assert {each.error_type for each in report.objects} == {"JobError"}
    assert "target.branch: Nessie refuses to merge into 'main'" in str(report.objects[0].error)
    assert not shop.exists("orders")


def test_tables_that_cannot_be_read_after_the_merge_leave_it_unknown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def blind(_: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
            answer = merge()
            patch.setattr(OpenedCatalog, "load", _out_of_reach)
            return answer

        around_merges(patch, blind)
        report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "failed"])
    assert "unknown whether the run was published: the tables cannot be read: gone" in str(report.objects[0].error)
    check_exact(shop)


def _out_of_reach(*_: object) -> None:
    raise TransientError("gone")


def test_a_merge_that_stays_unknown_is_a_failure_and_may_land_later_without_harm(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Merge] = []

    def hold(_: int, merge: Merge) -> None:
        held.append(merge)
        raise NoConnectionError("reset")

    with monkeypatch.context() as patch:
        around_merges(patch, hold)
        report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "failed"])
    assert "it is unknown whether the run was published" in str(report.objects[0].error)
    assert len(held) == QUICK.sends
    assert shop.notes() == []
    held[0]()
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])
    check_exact(shop)


def test_a_merge_that_lands_after_the_next_run_is_refused_by_the_server(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Merge] = []

    def hold(_: int, merge: Merge) -> None:
        held.append(merge)
        raise NoConnectionError("reset")

    with monkeypatch.context() as patch:
        around_merges(patch, hold)
        assert shop.run().outcome is Outcome.FAILURE
    assert shop.run().outcome is Outcome.SUCCESS
    with pytest.raises(NessieConflictException):
        held[0]()
    check_exact(shop)


# Branches that move or go


def _reset(shop: Shop, to: str) -> None:
    client_of(shop.servers.nessie).assign_branch(shop.branch, shop.branch, to, head_of(shop))


def test_what_the_target_lost_while_a_run_worked_is_not_brought_back_by_its_merge(
    own_branch: Shop, make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_branch.run()
    before = head_of(own_branch)
    other = make_shop(branch=own_branch.branch, objects={"customers": {}})
    other.run()
    own_branch.write("orders-2", "id,name", "3,c")
    _rival_before_merge(monkeypatch, lambda: _reset(own_branch, before))
    assert own_branch.run().outcome is Outcome.SUCCESS
    assert own_branch.rows("orders") == [*ORDERS, (3,)]
    assert not other.exists("customers")


def test_a_position_that_went_back_while_a_run_worked_makes_it_stop(
    own_branch: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_branch.run()
    before = head_of(own_branch)
    own_branch.write("orders-2", "id,name", "3,c")
    own_branch.run()
    own_branch.write("orders-3", "id,name", "4,d")
    with monkeypatch.context() as patch:
        _rival_before_merge(patch, lambda: _reset(own_branch, before))
        report = own_branch.run()
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "unchanged"])
    assert "the position of orders moved" in str(report.objects[0].error)
    assert own_branch.run().outcome is Outcome.SUCCESS
    assert own_branch.rows("orders") == [*ORDERS, (3,), (4,)]


def test_what_was_published_and_is_gone_before_it_was_read_back_is_told(
    own_branch: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(_: int, merge: Merge) -> Any:  # noqa: ANN401  # the client's own answer
        answer = merge()
        own_branch.catalog().drop_table((own_branch.namespace, "orders"))
        return answer

    around_merges(monkeypatch, drop)
    report = own_branch.run()
    assert (report.outcome, statuses(report)) == (Outcome.PARTIAL, ["failed", "committed"])
    assert "is gone again" in str(report.objects[0].error)
    assert own_branch.notes() == ["customers"]


def test_a_note_that_cannot_be_written_is_told_of_tables_that_were_published(shop: Shop) -> None:
    state = shop.path / "state"
    state.mkdir()
    (state / "targets").touch()
    report = shop.run()
    assert (report.outcome, statuses(report)) == (Outcome.PARTIAL, ["partial", "partial"])
    assert "was published, and that could not be noted" in str(report.objects[0].error)
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])


@pytest.mark.parametrize("point", ["batch read", "manifests staged", "before the merge is sent"])
def test_a_run_whose_branch_vanished_fails_and_says_so(shop: Shop, point: str) -> None:
    client = client_of(shop.servers.nessie)

    def delete(reached: str) -> None:
        if reached == point:
            for name in left(shop):
                if "/create-" not in name:
                    client.delete_branch(name, client.get_reference(name).hash_)

    observe(delete)
    try:
        report = shop.run()
    finally:
        observe(None)
    assert (report.outcome, statuses(report)) == (Outcome.FAILURE, ["failed", "failed"])
    assert "vanished; nothing was published" in str(report.objects[0].error)
    assert (shop.exists("orders"), shop.notes()) == (False, [])
    check_exact(shop)


def test_the_next_run_sweeps_old_branches_of_this_job_alone(shop: Shop, servers: Servers) -> None:
    client = client_of(servers.nessie)
    head = client.get_reference("main").hash_
    run_id = f"20200101T000000Z-{secrets.token_hex(16)}"
    young = f"29990101T000000Z-{secrets.token_hex(16)}"
    below = f"ingest/acme/{shop.name}/"
    old = [f"{below}{run_id}", f"{below}{run_id}-2", f"{below}{run_id}/create-01234567"]
    kept = [f"{below}{young}", f"{below}mine", f"{below}night/{run_id}", f"ingest/acme/{shop.name}2/{run_id}"]
    for name in [*old, *kept]:
        client.create_branch(name, "main", head)
    shop.run()
    assert branches_below(servers.nessie, f"ingest/acme/{shop.name}") == sorted(kept)


# Kills and stops


MOMENTS = [
    *(("first", moment) for moment in ("table made on its branch", "commit read back", *PUBLISHING_POINTS, SENT)),
    *(("later", moment) for moment in ("commit read back", *PUBLISHING_POINTS, SENT)),
]


@pytest.mark.parametrize(("when", "moment"), MOMENTS)
def test_killed_at_any_moment_the_next_run_ends_with_exactly_the_rows(shop: Shop, when: str, moment: str) -> None:
    wanted: Sequence[tuple[int]] = ORDERS
    if when == "later":
        shop.run()
        shop.write("orders-2", "id,name", "3,c")
        shop.write("customers-2", "id", "11")
        wanted = [*ORDERS, (3,)]
    before = (shop.rows("orders"), shop.rows("customers"))
    after = (wanted, [(10,), (11,)] if when == "later" else [(10,)])
    killed = run_killed(shop.write_job(), shop.path, moment)
    assert killed.returncode == -9, killed.stderr
    assert (shop.rows("orders"), shop.rows("customers")) in (before, after)
    assert shop.run().outcome is Outcome.SUCCESS
    assert (shop.rows("orders"), shop.rows("customers")) == after
    assert statuses(shop.run()) == ["unchanged", "unchanged"]
    assert (shop.rows("orders"), shop.rows("customers")) == after


@pytest.mark.parametrize("moment", ["run's branch made", "batch read", "commit read back"])
def test_stopped_before_the_merge_nothing_is_published(shop: Shop, moment: str) -> None:
    stopped = run_killed(shop.write_job(), shop.path, moment, "SIGTERM")
    report = json.loads(stopped.stdout.splitlines()[-1])
    assert (stopped.returncode, report["objects"]) == (2, []), stopped.stderr
    assert report["error"].startswith("the run was stopped\n")
    assert not shop.exists("orders")
    check_exact(shop)


@pytest.mark.parametrize("moment", ["before the merge is sent", "merge answered", "publication read back"])
def test_stopped_while_the_merge_is_on_its_way_the_report_says_what_became_of_it(shop: Shop, moment: str) -> None:
    stopped = run_killed(shop.write_job(), shop.path, moment, "SIGTERM,SIGTERM")
    report = json.loads(stopped.stdout.splitlines()[-1])
    assert (stopped.returncode, report["outcome"]) == (0, "success"), stopped.stderr
    assert [each["status"] for each in report["objects"]] == ["committed", "committed"]
    assert (shop.rows("orders"), shop.rows("customers")) == (ORDERS, [(10,)])


def test_a_job_may_go_from_each_to_together_and_back(shop: Shop) -> None:
    for number, publish in enumerate(["each", "together", "each"], 3):
        shop.publish = publish
        shop.write(f"orders-{number}", "id,name", f"{number},x")
        assert shop.run().outcome is Outcome.SUCCESS
    assert shop.rows("orders") == [*ORDERS, (3,), (4,), (5,)]
