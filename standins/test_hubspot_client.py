"""HubSpot's own client reads the stand-in, changes it, and sees its errors as its own exceptions."""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hubspot import HubSpot as Client
from hubspot.crm import contacts, properties
from hubspot.crm.contacts.exceptions import ApiException, NotFoundException, UnauthorizedException

import standins
from standins import Fault, HubSpot, HubSpotSettings, Server
from standins.conftest import Ask
from standins.hubspot_api.properties import kinds

MANY = 1500
KINDS = ("contacts", "companies", "deals", "tickets")
TOKEN = HubSpotSettings().token
MODIFIED = {name: kind.modified for name, kind in kinds().items()}


@pytest.fixture(scope="module")
def shared() -> Iterator[Server[HubSpot]]:
    """Serve an account that is read only."""
    with standins.hubspot(HubSpotSettings(records=MANY)) as server:
        yield server


@pytest.fixture
def own() -> Iterator[Server[HubSpot]]:
    """Serve an account that is changed."""
    with standins.hubspot(HubSpotSettings(records=250, tied=20)) as server:
        yield server


def client(server: Server[HubSpot], token: str = TOKEN) -> Client:
    return Client(access_token=token, host=server.url)


def known(each: Any) -> dict[str, Any]:
    """Give what the client read, as HubSpot wrote it."""
    given: dict[str, Any] = each.to_dict()
    return {"id": given["id"], "properties": given["properties"], "archived": given["archived"]}


def ours(server: Server[HubSpot], kind: str) -> list[dict[str, Any]]:
    return [{name: each[name] for name in ("id", "properties", "archived")} for each in server.api.objects(kind)]


def search(server: Server[HubSpot], kind: str, filters: list[dict[str, Any]], **more: Any) -> list[Any]:
    """Search to the end."""
    body: dict[str, Any] = {"filterGroups": [{"filters": filters}] if filters else [], "limit": 200, **more}
    found: list[Any] = []
    while True:
        page = getattr(client(server).crm, kind).search_api.do_search(body)
        found += page.results
        if page.paging is None:
            assert page.total == len(found)
            return found
        body["after"] = page.paging.next.after


def millis(text: str) -> str:
    return str(round(datetime.fromisoformat(text).timestamp() * 1000))


@pytest.mark.parametrize("kind", KINDS)
def test_reads_every_object_whole(shared: Server[HubSpot], kind: str) -> None:
    names = [each.name for each in client(shared).crm.properties.core_api.get_all(kind).results]
    found = getattr(client(shared).crm, kind).get_all(properties=names)
    assert [known(each) for each in found] == ours(shared, kind)
    assert len({each.id for each in found}) == MANY
    assert all(MODIFIED[kind] in each.properties for each in found)
    assert {type(value) for each in found for value in each.properties.values()} == {str, type(None)}


def test_shows_a_few_properties_and_those_that_are_asked_for(shared: Server[HubSpot]) -> None:
    api = client(shared).crm.contacts.basic_api
    always = {"createdate", "hs_object_id", "lastmodifieddate"}
    assert api.get_page(limit=1).results[0].properties.keys() == always | {"email", "firstname", "lastname"}
    assert api.get_page(limit=1, properties=["city", "none"]).results[0].properties.keys() == always | {"city"}


@pytest.mark.parametrize("kind", KINDS)
def test_searches_by_the_moment_of_change(shared: Server[HubSpot], kind: str) -> None:
    name = MODIFIED[kind]
    every = {each["id"]: each["properties"][name] for each in shared.api.objects(kind)}
    low, high = sorted(every.values())[300], sorted(every.values())[1200]
    for more, less in (("GT", "LT"), ("GTE", "LTE")):
        above, below = (getattr(operator, each.lower().replace("te", "e")) for each in (more, less))
        filters = [
            {"propertyName": name, "operator": more, "value": millis(low)},
            {"propertyName": name, "operator": less, "value": millis(high)},
        ]
        found = search(shared, kind, filters, sorts=[{"propertyName": name, "direction": "ASCENDING"}])
        assert {each.id for each in found} == {id_ for id_, at in every.items() if above(at, low) and below(at, high)}
        times = [each.properties[name] for each in found]
        assert times == sorted(times)
    assert max(Counter(every.values()).values()) > 200


def test_searches_by_other_properties(shared: Server[HubSpot]) -> None:
    every = shared.api.objects("contacts")

    def ids(*filters: dict[str, Any], **more: Any) -> list[str]:
        return [each.id for each in search(shared, "contacts", list(filters), **more)]

    def ours_where(test: Any) -> list[str]:
        return [each["id"] for each in every if test(each["properties"])]

    notes = "num_notes"
    assert ids({"propertyName": "city", "operator": "EQ", "value": "Berlin"}) == ours_where(
        lambda p: p["city"] == "Berlin"
    )
    assert ids({"propertyName": "phone", "operator": "HAS_PROPERTY"}) == ours_where(lambda p: p["phone"])
    assert ids({"propertyName": notes, "operator": "BETWEEN", "value": "9", "highValue": "100"}) == ours_where(
        lambda p: p[notes] and 9 <= int(p[notes]) <= 100
    )
    last = every[1000]["id"]
    assert ids({"propertyName": "hs_object_id", "operator": "GT", "value": last}) == [e["id"] for e in every[1001:]]
    down = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    assert ids(sorts=down) == [each["id"] for each in reversed(every)]


def test_groups_of_filters_are_alternatives(shared: Server[HubSpot]) -> None:
    groups = [{"filters": [{"propertyName": "city", "operator": "EQ", "value": city}]} for city in ("Berlin", "Zürich")]
    page = client(shared).crm.contacts.search_api.do_search(
        {"filterGroups": groups, "properties": ["city"], "limit": 200}
    )
    assert {each.properties["city"] for each in page.results} == {"Berlin", "Zürich"}


def test_a_search_ends_at_ten_thousand() -> None:
    with standins.hubspot(HubSpotSettings(records=10_150, tied=10_100)) as server:
        api = client(server).crm.contacts.search_api
        last = api.do_search({"limit": 200, "after": "9800"})
        assert (last.total, len(last.results), last.paging.next.after) == (10_150, 200, "10000")
        for body in ({"limit": 200, "after": "10000"}, {"limit": 200, "after": "9801"}):
            with pytest.raises(ApiException) as refused:
                api.do_search(body)
            assert refused.value.status == 400
            assert json.loads(refused.value.body)["category"] == "VALIDATION_ERROR"
        moments = Counter(each["properties"]["lastmodifieddate"] for each in server.api.objects("contacts"))
        assert max(moments.values()) >= 10_100


def test_changes_are_seen(own: Server[HubSpot]) -> None:
    api = client(own).crm.contacts.basic_api
    made = api.create(
        contacts.SimplePublicObjectInputForCreate(properties={"email": "ada@example.com"}, associations=[])
    )
    changed = api.update(made.id, contacts.SimplePublicObjectInput(properties={"city": "Oslo", "email": ""}))
    assert (made.properties["email"], changed.properties["email"], changed.properties["city"]) == (
        "ada@example.com",
        None,
        "Oslo",
    )
    assert changed.updated_at >= made.updated_at == made.created_at
    since = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": millis(made.properties["createdate"])}
    assert [each.id for each in search(own, "contacts", [since])] == [made.id]
    api.archive(made.id)
    assert search(own, "contacts", [since]) == []
    assert [each.id for each in api.get_page(archived=True).results] == [made.id]
    assert api.get_page(archived=True).results[0].archived_at >= changed.updated_at
    with pytest.raises(NotFoundException):
        api.get_by_id(made.id)
    assert made.id not in [each.id for each in client(own).crm.contacts.get_all()]


def test_reads_a_batch(own: Server[HubSpot]) -> None:
    wanted = [each["id"] for each in own.api.objects("deals")[3:6]]
    body = {"inputs": [{"id": each} for each in wanted], "properties": ["amount"], "propertiesWithHistory": []}
    assert [each.id for each in client(own).crm.deals.batch_api.read(body).results] == wanted


def test_lists_stand_where_objects_come_and_go(own: Server[HubSpot]) -> None:
    before = [each["id"] for each in own.api.objects("tickets")]
    own.hooks.after(1, lambda: own.api.archive("tickets", before[99]))
    own.hooks.after(2, lambda: own.api.create("tickets", subject="late"))
    found = [each.id for each in client(own).crm.tickets.get_all()]
    assert found[:-1] == before
    assert found[-1] not in before


def test_properties_are_described_and_may_be_added(own: Server[HubSpot]) -> None:
    api = client(own).crm.properties.core_api
    types = {each.name: each.type for each in api.get_all("contacts").results}
    assert (types["lastmodifieddate"], types["num_notes"], types["city"]) == ("datetime", "number", "string")
    told = properties.PropertyCreate(
        name="colour", label="Colour", type="string", field_type="text", group_name="contactinformation"
    )
    assert api.create("contacts", told).name == "colour"
    assert not api.get_by_name("contacts", "colour").hubspot_defined
    first = own.api.objects("contacts")[0]["id"]
    own.api.update("contacts", first, colour="red")
    assert client(own).crm.contacts.basic_api.get_by_id(first, properties=["colour"]).properties["colour"] == "red"


def test_reads_owners(shared: Server[HubSpot]) -> None:
    api = client(shared).crm.owners.owners_api
    first = api.get_page(limit=4)
    rest = api.get_page(limit=4, after=first.paging.next.after)
    assert [int(each.id) for each in (*first.results, *rest.results)] == list(range(1000, 1006))
    assert [each.id for each in api.get_page(archived=True).results] == ["1006"]
    assert rest.paging is None


def test_refuses_another_token_and_one_that_is_over(shared: Server[HubSpot]) -> None:
    for token in ("another", ""):
        with pytest.raises(UnauthorizedException) as refused:
            client(shared, token).crm.contacts.basic_api.get_page()
        assert json.loads(refused.value.body)["category"] == "INVALID_AUTHENTICATION"


@pytest.mark.parametrize("grant", ["refresh_token", "client_credentials"])
def test_gives_tokens(own: Server[HubSpot], grant: str) -> None:
    told = {"client_id": "client", "client_secret": "client-secret", "refresh_token": "refresh-token"}
    given = Client(host=own.url).oauth.tokens_api.create(grant_type=grant, **told)
    api = client(own, given.access_token).crm.contacts.basic_api
    assert len(api.get_page().results) == 10
    own.api.tokens.revoke()
    with pytest.raises(UnauthorizedException) as refused:
        api.get_page()
    assert json.loads(refused.value.body)["category"] == "EXPIRED_AUTHENTICATION"


def test_refuses_more_than_the_rate_and_tells_how_much_is_left() -> None:
    with standins.hubspot(HubSpotSettings(records=1, rate="2/60s")) as server:
        api = client(server).crm.contacts.basic_api
        _, _, headers = api.get_page_with_http_info()
        api.get_page()
        with pytest.raises(ApiException) as refused:
            api.get_page()
    assert (headers["X-HubSpot-RateLimit-Max"], headers["X-HubSpot-RateLimit-Remaining"]) == ("2", "1")
    assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "60000"
    assert refused.value.status == 429
    assert json.loads(refused.value.body)["policyName"] == "TEN_SECONDLY_ROLLING"


def test_searches_have_a_limit_of_their_own() -> None:
    with standins.hubspot(HubSpotSettings(records=1, search_rate="2/60s")) as server:
        api = client(server).crm.contacts
        for _ in range(2):
            api.search_api.do_search({"limit": 1})
        with pytest.raises(ApiException) as refused:
            api.search_api.do_search({"limit": 1})
        assert api.basic_api.get_page().results
    assert (refused.value.status, json.loads(refused.value.body)["errorType"]) == (429, "RATE_LIMIT")


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "x"},
        {"filterGroups": [{"filters": []}]},
        {"filterGroups": [{"filters": [{"propertyName": "none", "operator": "EQ", "value": "1"}]}]},
        {
            "filterGroups": [
                {"filters": [{"propertyName": "lastmodifieddate", "operator": "GT", "value": "2025-01-01"}]}
            ]
        },
        {"filterGroups": [{"filters": [{"propertyName": "city", "operator": "LIKE", "value": "1"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "city", "operator": "HAS_PROPERTY"}]}] * 6},
        {"sorts": ["none"]},
        {"sorts": ["city", "email"]},
    ],
)
def test_refuses_searches_that_are_wrong(shared: Server[HubSpot], body: dict[str, Any]) -> None:
    with pytest.raises(ApiException) as refused:
        client(shared).crm.contacts.search_api.do_search(body)
    assert (refused.value.status, json.loads(refused.value.body)["category"]) == (400, "VALIDATION_ERROR")


def test_refuses_properties_that_may_not_be_written(own: Server[HubSpot]) -> None:
    for name in ("none", "createdate"):
        told = contacts.SimplePublicObjectInputForCreate(properties={name: "1"}, associations=[])
        with pytest.raises(ApiException, match="Property values were not valid"):
            client(own).crm.contacts.basic_api.create(told)


def test_refuses_a_page_that_is_too_long(shared: Server[HubSpot], ask: Ask) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert ask(shared, "/crm/v3/objects/contacts?limit=101", headers=headers)[0] == 400
    assert ask(shared, "/crm/v3/objects/unicorns", headers=headers)[0] == 404


def test_fails_as_told(own: Server[HubSpot]) -> None:
    own.faults.add(Fault("502", path="/crm/v3/objects", times=1))
    with pytest.raises(ApiException) as failed:
        client(own).crm.contacts.basic_api.get_page()
    assert failed.value.status == 502
    assert client(own).crm.contacts.basic_api.get_page().results


def test_the_same_seed_makes_the_same_objects() -> None:
    first, again = ([HubSpot(HubSpotSettings(records=20)).objects(kind) for kind in KINDS] for _ in range(2))
    assert first == again
    assert HubSpot(HubSpotSettings(records=20, seed=2)).objects("contacts") != first[0]


def test_objects_have_no_keys_that_the_client_does_not_know(own: Server[HubSpot], ask: Ask) -> None:
    last = own.api.objects("contacts")[-1]["id"]
    own.api.archive("contacts", last)
    known_keys = {
        f"/crm/v3/objects/contacts/{last}?archived=true": contacts.SimplePublicObjectWithAssociations,
        "/crm/v3/properties/contacts/email": properties.ModelProperty,
        "/crm/v3/objects/contacts": contacts.CollectionResponseSimplePublicObjectWithAssociationsForwardPaging,
    }
    for path, model in known_keys.items():
        status, _, body = ask(own, path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert status == 200
        assert body.keys() <= set(model.attribute_map.values())
