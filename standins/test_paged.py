"""The plain API gives every record once in each way of paging, and moves as its data does."""

from __future__ import annotations

import itertools
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import standins
from standins import Paged, PagedSettings, Server
from standins.conftest import Ask
from standins.paged_api.paging import WAYS
from standins.paged_api.shelf import ORDERS

MANY = 1050
Turn = Callable[[Any, dict[str, str], int], str]


def turn_page(way: str) -> Turn:
    """Tell what is to be asked after an answer, in each way; nothing at the end."""
    turns: dict[str, Turn] = {
        "cursor": lambda body, _, __: f"cursor={body['next_cursor']}" if body["next_cursor"] else "",
        "last_id": lambda body, _, __: f"last_id={body['data'][-1]['id']}" if body["has_more"] else "",
        "page": lambda body, _, __: f"page={body['page'] + 1}" if body["page"] < body["pages"] else "",
        "offset": lambda body, _, seen: f"offset={seen}" if seen < body["total"] else "",
        "link": lambda _, headers, __: query_of(headers.get("link", "")),
        "next_url": lambda body, _, __: query_of(body["next"] or ""),
    }
    return turns[way]


def query_of(text: str) -> str:
    found = re.search(r"cursor=[^>&]+", text)
    return found[0] if found else ""


def read(ask: Ask, server: Server[Paged], way: str, bounds: str = "", path: str = "items") -> list[Any]:
    """Read a list whole."""
    found: list[Any] = []
    turn, place = turn_page(way), "limit=100"
    while place:
        status, headers, body = ask(server, f"/{way}/{path}?limit=100{bounds}&{place}")
        assert status == 200
        found += body if way == "link" else body["data"]
        place = turn(body, headers, len(found))
    return found


@pytest.fixture(scope="module", params=ORDERS)
def shared(request: pytest.FixtureRequest) -> Iterator[Server[Paged]]:
    """Serve items that are read only, in each order."""
    with standins.paged(PagedSettings(records=MANY, order=request.param)) as server:
        yield server


@pytest.fixture
def own() -> Iterator[Server[Paged]]:
    """Serve items that are changed, each change a second after the one before."""
    ticks = itertools.count(2_000_000_000)
    with standins.paged(PagedSettings(records=450, clock=lambda: next(ticks))) as server:
        yield server


@pytest.mark.parametrize("way", WAYS)
def test_gives_every_record_once(shared: Server[Paged], ask: Ask, way: str) -> None:
    found = read(ask, shared, way)
    assert found == shared.api.objects()
    assert len({each["id"] for each in found}) == MANY


@pytest.mark.parametrize("way", WAYS)
def test_windows_meet_without_a_gap(shared: Server[Paged], ask: Ask, way: str) -> None:
    every = shared.api.objects()
    middle = sorted(each["updated_at"] for each in every)[MANY // 2]
    before, since = read(ask, shared, way, f"&until={middle}"), read(ask, shared, way, f"&since={middle}")
    assert all(each["updated_at"] < middle for each in before)
    assert all(each["updated_at"] >= middle for each in since)
    assert {each["id"] for each in before + since} == {each["id"] for each in every}
    assert len(before) + len(since) == MANY


def test_orders_by_time_as_told(shared: Server[Paged]) -> None:
    times = [each["updated_at"] for each in shared.api.objects()]
    order = shared.api.settings.order
    assert (times == sorted(times)) == (order == "ascending")
    assert (times == sorted(times, reverse=True)) == (order == "descending")
    assert max(Counter(times).values()) > 100


def test_the_same_seed_makes_the_same_records() -> None:
    first, again = (Paged(PagedSettings(records=50)).objects() for _ in range(2))
    assert first == again
    assert Paged(PagedSettings(records=50, seed=2)).objects() != first


def test_projects_have_issues_and_some_have_none(own: Server[Paged], ask: Ask) -> None:
    projects = read(ask, own, "page", path="projects")
    counts = [len(read(ask, own, "link", path=f"projects/{each['id']}/issues")) for each in projects]
    assert len(projects) == 12
    assert min(counts) == 0
    assert max(counts) > 1
    assert ask(own, "/projects/99/issues")[0] == 404


def test_gives_one_item(own: Server[Paged], ask: Ask) -> None:
    assert ask(own, "/items/item-0000007")[2]["number"] == 7
    assert ask(own, "/items/none")[0] == 404


@pytest.mark.parametrize("way", ["cursor", "last_id", "link", "next_url"])
def test_places_in_the_order_stand_where_rows_come_and_go(own: Server[Paged], ask: Ask, way: str) -> None:
    before = [each["id"] for each in own.api.objects()]
    own.hooks.after(1, lambda: own.api.remove(before[99]))
    own.hooks.after(2, lambda: own.api.remove(before[0]))
    own.hooks.after(2, lambda: own.api.put(id="new"))
    own.hooks.after(3, lambda: own.api.put(id=before[1], name="renamed"))
    found = read(ask, own, way)
    assert [each["id"] for each in found] == [*before, "new", before[1]]
    assert found[-1]["name"] == "renamed"
    assert found[-1]["updated_at"] > found[1]["updated_at"]


@pytest.mark.parametrize("way", ["page", "offset"])
def test_counted_pages_lose_a_row_where_one_was_deleted(own: Server[Paged], ask: Ask, way: str) -> None:
    before = [each["id"] for each in own.api.objects()]
    own.hooks.after(1, lambda: own.api.remove(before[0]))
    found = [each["id"] for each in read(ask, own, way)]
    assert set(before) - set(found) == {before[100]}


@pytest.mark.parametrize(
    "target", ["/items?limit=0", "/items?limit=101", "/items?cursor=none", "/page/items?page=x", "/items?since=soon"]
)
def test_refuses_what_is_wrong(own: Server[Paged], ask: Ask, target: str) -> None:
    status, _, body = ask(own, target)
    assert status == 400
    assert body["error"]["message"]


def test_lets_in_who_has_the_token_however_it_is_given(ask: Ask) -> None:
    with standins.paged(PagedSettings(records=1, token="sesame")) as server:  # noqa: S106  # of a stand-in
        basic = b64encode(b"anyone:sesame").decode()
        ways = [{"Authorization": "Bearer sesame"}, {"X-Api-Key": "sesame"}, {"Authorization": f"Basic {basic}"}]
        assert [ask(server, "/items", headers=headers)[0] for headers in ways] == [200] * 3
        assert ask(server, "/items?api_key=sesame")[0] == 200
        assert ask(server, "/items")[0] == 401
        assert ask(server, "/items", headers={"Authorization": "Bearer wrong"})[0] == 401


@pytest.mark.parametrize("grant", ["client_credentials", "refresh_token&refresh_token=refresh-token"])
def test_gives_tokens_that_end(ask: Ask, grant: str) -> None:
    with standins.paged(PagedSettings(records=1, token="sesame")) as server:  # noqa: S106  # of a stand-in
        form = f"grant_type={grant}&client_id=client&client_secret=client-secret"
        status, _, given = ask(server, "/oauth/token", "POST", body=form)
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        assert (status, ask(server, "/items", headers=headers)[0]) == (200, 200)
        server.api.tokens.revoke()
        assert ask(server, "/items", headers=headers)[0] == 401
        assert ask(server, "/oauth/token", "POST", body=form.replace("secret=client", "secret=other"))[0] == 401


def test_tells_its_limit_and_how_long_to_wait(ask: Ask) -> None:
    with standins.paged(PagedSettings(records=1, rate="2/60s")) as server:
        told = [ask(server, "/items") for _ in range(3)]
    assert [status for status, _, _ in told] == [200, 200, 429]
    assert [headers.get("x-ratelimit-remaining") for _, headers, _ in told] == ["1", "0", None]
    assert 50 < int(told[2][1]["retry-after"]) <= 60


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order 'sideways' is unknown"):
        PagedSettings(order="sideways")


def test_records_hold_what_makes_types_hard(shared: Server[Paged]) -> None:
    every = shared.api.objects()
    assert {type(each["note"]) for each in every} == {str, type(None)}
    assert {len(each["tags"]) for each in every} == {0, 1, 2, 3}
    assert len({tuple(each["attributes"]) for each in every}) > 10
    assert json.dumps(every[0]["owner"]["address"])
