"""Stripe's own client reads the stand-in, changes it, and sees its errors as its own exceptions."""

from __future__ import annotations

import json
import operator
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import stripe

import standins
from standins import Fault, Server, Stripe, StripeSettings
from standins.stripe_api.kinds import KINDS

MANY = 1000
KEY = StripeSettings().key


@pytest.fixture(scope="module")
def shared() -> Iterator[Server[Stripe]]:
    """Serve an account that is read only."""
    with standins.stripe(StripeSettings(records=MANY, until=int(time.time()))) as server:
        yield server


@pytest.fixture
def own() -> Iterator[Server[Stripe]]:
    """Serve an account that is changed."""
    with standins.stripe(StripeSettings(records=450)) as server:
        yield server


def client(server: Server[Stripe], key: str = KEY, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": server.url}, max_network_retries=retries)


def read(server: Server[Stripe], kind: str, **params: Any) -> list[Any]:
    return list(getattr(client(server).v1, kind).list({"limit": 100, **params}).auto_paging_iter())


def plain(thing: stripe.StripeObject) -> Any:
    """Give an object as it came: the client makes decimal numbers of some texts."""
    return json.loads(json.dumps(thing.to_dict(), default=str))


@pytest.mark.parametrize("kind", KINDS)
def test_reads_every_object_whole_and_in_order(shared: Server[Stripe], kind: str) -> None:
    params = {"status": "all"} if kind == "subscriptions" else {}
    found = read(shared, kind, **params)
    assert [plain(each) for each in found] == shared.api.objects(kind)
    assert len({each.id for each in found}) == MANY
    assert all(newer.created >= older.created for newer, older in pairwise(found))


def test_a_second_holds_more_objects_than_a_page(shared: Server[Stripe]) -> None:
    created = [each["created"] for each in shared.api.objects("customers")]
    assert max(created.count(moment) for moment in set(created)) > 100


def test_reads_backwards(shared: Server[Stripe]) -> None:
    ids = [each["id"] for each in shared.api.objects("products")]
    page = client(shared).v1.products.list({"limit": 30, "ending_before": ids[100]})
    assert [each.id for each in page.data] == ids[70:100]
    assert page.has_more


@pytest.mark.parametrize("bounds", [("gt", "lt"), ("gte", "lt"), ("gt", "lte"), ("gte", "lte")])
def test_filters_by_created(shared: Server[Stripe], bounds: tuple[str, str]) -> None:
    every = shared.api.objects("customers")
    low, high = every[900]["created"], every[300]["created"]
    found = read(shared, "customers", created={bounds[0]: low, bounds[1]: high})
    above, below = (getattr(operator, name.replace("te", "e")) for name in bounds)
    wanted = [each["id"] for each in every if above(each["created"], low) and below(each["created"], high)]
    assert [each.id for each in found] == wanted
    assert wanted


def test_filters_by_other_values(shared: Server[Stripe]) -> None:
    someone = shared.api.objects("charges")[0]["customer"]
    assert {each.customer for each in read(shared, "charges", customer=someone)} == {someone}
    assert read(shared, "events", delivery_success=True)
    assert {each.active for each in read(shared, "prices", active=False)} == {False}
    assert {each.type for each in read(shared, "events", types=["price.created", "product.created"])} == {
        "price.created",
        "product.created",
    }


def test_leaves_cancelled_subscriptions_out_unless_asked(own: Server[Stripe]) -> None:
    every = [each["status"] for each in own.api.objects("subscriptions")]
    assert len(read(own, "subscriptions")) == len(every) - every.count("canceled") < len(every)
    assert len(read(own, "subscriptions", status="canceled")) == every.count("canceled")
    assert {each.status for each in read(own, "subscriptions", status="ended")} == {"canceled"}


def test_reads_one_object_and_the_balance(shared: Server[Stripe]) -> None:
    (last,) = shared.api.objects("invoices")[-1:]
    assert plain(client(shared).v1.invoices.retrieve(last["id"])) == last
    assert client(shared).v1.balance.retrieve().object == "balance"


def test_keeps_events_for_thirty_days() -> None:
    day, until = 86_400, 1_700_000_000
    now = [float(until)]
    with standins.stripe(StripeSettings(records=300, until=until, clock=lambda: now[0])) as server:
        every = read(server, "events")
        assert {each.type for each in every} >= {"customer.created", "customer.updated", "charge.succeeded"}
        assert [each.id for each in every] == [each["id"] for each in server.api.objects("events")]
        now[0] += 10 * day
        kept = read(server, "events")
        assert [each.id for each in kept] == [each.id for each in every if each.created >= now[0] - 30 * day]
        assert 0 < len(kept) < len(every)
        with pytest.raises(stripe.InvalidRequestError, match="No such event"):
            client(server).v1.events.retrieve(every[-1].id)


def test_changes_are_seen_and_make_events(own: Server[Stripe]) -> None:
    customers = client(own).v1.customers
    made = customers.create({"name": "Ada", "metadata": {"a": "1", "b": "2"}})
    assert (made.name, made.email, plain(made)["metadata"]) == ("Ada", None, {"a": "1", "b": "2"})
    customers.update(made.id, {"email": "ada@example.com", "metadata": {"a": "", "c": "3"}})
    assert plain(customers.list().data[0]) == plain(customers.retrieve(made.id))
    assert plain(customers.retrieve(made.id))["metadata"] == {"b": "2", "c": "3"}
    assert customers.delete(made.id).deleted
    assert customers.retrieve(made.id).deleted
    assert made.id not in [each.id for each in customers.list({"limit": 100}).data]
    events = client(own).v1.events.list().data
    assert [each.type for each in events] == ["customer.deleted", "customer.updated", "customer.created"]
    assert plain(events[1])["data"]["previous_attributes"] == {"email": None, "metadata": {"a": "1", "b": "2"}}
    assert [plain(each)["data"]["object"]["id"] for each in events] == [made.id] * 3


def test_cancelling_a_subscription_makes_its_event(own: Server[Stripe]) -> None:
    first = client(own).v1.subscriptions.list().data[0]
    assert client(own).v1.subscriptions.cancel(first.id).status == "canceled"
    assert client(own).v1.events.list().data[0].type == "customer.subscription.deleted"
    assert first.id not in [each.id for each in read(own, "subscriptions")]


def test_data_may_move_while_it_is_read(own: Server[Stripe]) -> None:
    before = {each["id"] for each in own.api.objects("customers")}
    own.hooks.after(2, lambda: own.api.create("customers", name="Late"))
    found = [each.id for each in read(own, "customers")]
    assert set(found) == before
    assert len(found) == len(before)
    assert len(own.api.objects("customers")) == len(before) + 1


def test_a_cursor_that_was_deleted_is_refused(own: Server[Stripe]) -> None:
    last = own.api.objects("customers")[99]["id"]
    own.hooks.after(1, lambda: own.api.delete("customers", last))
    with pytest.raises(stripe.InvalidRequestError, match="No such customer") as refused:
        read(own, "customers")
    assert (refused.value.param, refused.value.http_status) == ("starting_after", 400)


def test_what_is_sent_again_is_done_once(own: Server[Stripe]) -> None:
    own.faults.add(Fault("reset", method="POST", times=1))
    made = client(own, retries=2).v1.products.create({"name": "Thing"})
    assert own.requests.under("/v1/products")[-1].fault == ""
    assert [each["id"] for each in own.api.objects("products")].count(made.id) == 1
    assert len(own.api.objects("products")) == 451


def test_refuses_another_key_and_none(shared: Server[Stripe]) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided: sk_test_"):
        client(shared, "sk_test_another_one").v1.customers.list()


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"colour": "red"}, "colour"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"created": {"after": 1}}, "created"),
        ({"starting_after": "cus_none"}, "starting_after"),
    ],
)
def test_names_the_parameter_that_is_wrong(shared: Server[Stripe], params: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(shared).v1.customers.list(params)
    assert (refused.value.http_status, refused.value.param) == (400, param)


def test_refuses_to_make_what_lacks_a_value(own: Server[Stripe]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: currency"):
        client(own).v1.charges.create({"amount": 100})


def test_refuses_more_than_the_rate() -> None:
    with standins.stripe(StripeSettings(records=1, rate="3/60s")) as server:
        for _ in range(3):
            client(server).v1.customers.list()
        with pytest.raises(stripe.RateLimitError, match="rate limit exceeded"):
            client(server).v1.customers.list()
        assert server.requests.statuses() == {200: 3, 429: 1}


def test_notes_the_version_that_was_asked(own: Server[Stripe]) -> None:
    client(own).v1.customers.list(options={"stripe_version": "2024-06-20"})
    assert own.requests[-1].request.headers["stripe-version"] == "2024-06-20"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_fails_as_stripe_does(own: Server[Stripe], status: int) -> None:
    own.faults.add(Fault(str(status), times=1))
    with pytest.raises(stripe.APIError) as failed:
        client(own).v1.customers.list()
    assert failed.value.http_status == status
    assert client(own, retries=1).v1.customers.list().data
