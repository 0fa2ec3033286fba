"""Stripe's connector as it ships: on a stateful stand-in, and on Stripe's own mock."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from ingest_core import Outcome, Report

from standins import Fault, Server, Serving, Stripe, StripeSettings, stripe, stripe_mock

if TYPE_CHECKING:
    from conftest import Home

STREAMS = (
    "customers",
    "charges",
    "invoices",
    "subscriptions",
    "products",
    "prices",
    "refunds",
    "balance_transactions",
    "events",
)
RECORDS = 350

JOB = """\
tenant: acme
source:
  connector: stripe
  with: {{base_url: "{url}", api_key: {key}}}
  objects: [{objects}]
target: {{connector: iceberg, write: {write}}}
"""


@pytest.fixture
def account() -> Iterator[Server[Stripe]]:
    with stripe(StripeSettings(records=RECORDS, until=int(time.time()))) as server:
        yield server


def land(home: Home, server: Server[Stripe], *objects: str, write: str = "merge") -> dict[str, str]:
    """Run a job of some objects; tell what became of each."""
    url, key = server.url, server.api.settings.key
    return told(home.run(JOB.format(url=url, key=key, objects=", ".join(objects), write=write)))


def told(report: Report) -> dict[str, str]:
    assert report.outcome is Outcome.SUCCESS, [each.error for each in report.objects]
    return {each.name: each.status for each in report.objects}


def ids(home: Home, name: str) -> list[str]:
    """List the ids of a table, as often as they stand in it."""
    return sorted(home.rows(f"stripe_{name}")["id"].to_pylist())


def ids_of(server: Server[Stripe], name: str) -> list[str]:
    return sorted(each["id"] for each in server.api.objects(name))


def row(home: Home, name: str, key: str) -> dict[str, Any]:
    """Give the one row of an id."""
    found: dict[str, Any]
    (found,) = [each for each in home.rows(f"stripe_{name}").to_pylist() if each["id"] == key]
    return found


def test_every_stream_lands_whole_and_once(home: Home, account: Server[Stripe]) -> None:
    assert set(land(home, account, *STREAMS).values()) == {"committed"}
    for name in STREAMS:
        assert ids(home, name) == ids_of(account, name), name
    assert set(land(home, account, *STREAMS).values()) == {"unchanged"}


def test_what_an_object_says_is_what_lands(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "customers")
    landed = {each["id"]: each for each in home.rows("stripe_customers").to_pylist()}
    for each in account.api.objects("customers"):
        found = landed[each["id"]]
        assert dict(found["metadata"] or ()) == each["metadata"]
        assert found["created"].timestamp() == each["created"]
        assert (found["email"], found["balance"]) == (each["email"], each["balance"])
        assert not found["deleted"]


def test_faults_of_all_kinds_cost_no_row_and_double_none(home: Home) -> None:
    faults = [
        Fault("429", every=4, retry_after=0),
        Fault("500", every=9),
        Fault("html", every=11),
        Fault("cut", every=13),
        Fault("reset", every=15),
    ]
    settings = StripeSettings(records=RECORDS, until=int(time.time()))
    with stripe(settings, Serving(faults=faults)) as server:
        land(home, server, "customers", "prices")
        for name in ("customers", "prices"):
            assert ids(home, name) == ids_of(server, name), name
        assert server.requests.statuses()[429] > 0


def test_events_bring_what_was_made_changed_and_deleted(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "customers")
    made = account.api.create("customers", name="Ada")["id"]
    account.api.update("customers", made, email="grace@example.com")  # within the second in which it was made
    changed, gone = ids_of(account, "customers")[:2]
    account.api.update("customers", changed, email="new@example.com", metadata={"a key": "a value"})
    account.api.delete("customers", gone)
    assert land(home, account, "customers") == {"customers": "committed"}
    assert ids(home, "customers") == ids_of(account, "customers")
    assert row(home, "customers", made)["email"] == "grace@example.com"
    assert row(home, "customers", changed)["email"] == "new@example.com"
    assert ("a key", "a value") in row(home, "customers", changed)["metadata"]
    assert land(home, account, "customers") == {"customers": "unchanged"}


def test_a_canceled_subscription_stays(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "subscriptions")
    name = next(each["id"] for each in account.api.objects("subscriptions") if each["status"] == "active")
    account.api.delete("subscriptions", name)
    land(home, account, "subscriptions")
    assert row(home, "subscriptions", name)["status"] == "canceled"
    assert ids(home, "subscriptions") == ids_of(account, "subscriptions")


def test_inactive_prices_are_there_too(home: Home, account: Server[Stripe]) -> None:
    name = ids_of(account, "prices")[0]
    account.api.update("prices", name, active=False)
    land(home, account, "prices")
    assert row(home, "prices", name)["active"] is False
    assert ids(home, "prices") == ids_of(account, "prices")


def test_appended_rows_go_on_by_when_they_were_made(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "customers", write="append")
    account.api.update("customers", ids_of(account, "customers")[0], email="new@example.com")
    account.api.create("customers", name="Ada")
    land(home, account, "customers", write="append")
    assert ids(home, "customers") == ids_of(account, "customers")
    assert "new@example.com" not in home.rows("stripe_customers")["email"].to_pylist()
    assert land(home, account, "customers", write="append") == {"customers": "unchanged"}


def test_a_load_that_is_replaced_holds_what_is_there_now(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "customers", write="replace")
    account.api.delete("customers", ids_of(account, "customers")[0])
    land(home, account, "customers", write="replace")
    assert ids(home, "customers") == ids_of(account, "customers")


def test_objects_that_are_deleted_while_they_are_listed_take_no_others_along(home: Home) -> None:
    with stripe(StripeSettings(records=RECORDS, until=int(time.time()))) as server:
        names = [each["id"] for each in server.api.objects("customers")]
        for number in range(2, 8):
            server.hooks.after(number, functools.partial(server.api.delete, "customers", names[number * 40]))
        land(home, server, "customers")
        land(home, server, "customers")
        assert ids(home, "customers") == ids_of(server, "customers")


def test_every_request_names_the_pinned_version_and_a_whole_page(home: Home, account: Server[Stripe]) -> None:
    land(home, account, "customers")
    for asked in account.requests.under("/v1/customers"):
        assert asked.request.headers["stripe-version"] == "2026-08-26.dahlia"
        assert "stripe-account" not in asked.request.headers
        assert ("limit", "100") in asked.request.query


def test_a_refused_key_is_told_with_the_option_that_holds_it(home: Home, account: Server[Stripe]) -> None:
    job = JOB.format(url=account.url, key="sk_test_wrong", objects="customers", write="merge")
    (found,) = home.run(job).objects
    assert "`api_key`" in str(found.error)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not stripe_mock.can_be_installed():
        pytest.skip("no Go here to build stripe-mock with")
    with stripe_mock.serve(tmp_path_factory.mktemp("go")) as url:
        yield url


def test_stripes_own_mock_takes_every_request_and_every_answer_lands(home: Home, mock: str) -> None:
    job = JOB.format(url=mock, key=stripe_mock.KEY, objects=", ".join(STREAMS), write="merge")
    assert set(told(home.run(job)).values()) == {"committed"}
    # Of prices it gives the same one for those that are active and those that are not.
    assert {name: home.rows(f"stripe_{name}").num_rows for name in STREAMS} == dict.fromkeys(STREAMS, 1)
    # By events: it gives one of 2009, which is none since the load began.
    assert set(told(home.run(job)).values()) == {"unchanged"}
