"""A stream that is listed once and then followed by what tells of its changes."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from declared import Declared, declared, definition
from ingest_core.plugin import JobError
from ingest_core.testing import Answered, Asked

NOW = 1_700_000_000
FOLLOWED: dict[str, Any] = {
    "key": ["id"],
    "types": {"id": "string", "name": "string", "deleted": "boolean"},
    "epochs": {"as_of": "s", "created": "s"},
    "columns": {"as_of": {"value": "${load:began}"}},
    "order_by": "as_of",
    "deleted": "deleted",
    "cursor": {"field": "created", "unit": "s", "order": "descending", "start": "2020-01-01"},
    "params": {"from": "${window:from}", "until": "${window:until}"},
    "incremental": {
        "events": {
            "needs": "merge",
            "path": "/events",
            "params": {"from": "${window:from}", "until": "${window:until}"},
            "records": "data",
            "row": "data.object",
            "columns": {"as_of": {"path": "created"}, "deleted": {"path": "type", "matches": r"\.deleted$"}},
            "cursor": {"field": "created", "unit": "s", "order": "descending"},
            "identity": ["id"],
            "keeps": "30d",
        },
        "created": {},
    },
}


@dataclass
class Shop:
    """Customers, and the events of their changes; the newest first, two on a page."""

    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    now: int = NOW

    def put(self, name: str, text: str, *, after: int = 10) -> None:
        self.now += after
        is_new = name not in self.customers
        created = self.now if is_new else self.customers[name]["created"]
        self.customers[name] = {"id": name, "name": text, "created": created}
        self.tell("created" if is_new else "updated", self.customers[name])

    def drop(self, name: str, *, after: int = 10) -> None:
        self.now += after
        self.tell("deleted", self.customers.pop(name))

    def tell(self, kind: str, row: dict[str, Any]) -> None:
        number = len(self.events)
        event = {"id": f"evt_{number}", "created": self.now, "type": f"customer.{kind}", "data": {"object": {**row}}}
        self.events.append(event)

    def respond(self, asked: Asked) -> Answered:
        rows = self.events if asked.path == "/events" else [*self.customers.values()]
        low, high = int(asked.param("from", "0")), int(asked.param("until", str(10**12)))
        found = [row for row in rows if low <= row["created"] < high]
        found.sort(key=lambda row: row["created"])
        found.reverse()
        begin = int(asked.param("token", "0"))
        more = {"next": str(begin + 2)} if begin + 2 < len(found) else {}
        return Answered({"data": found[begin : begin + 2], **more}, headers={"X-Now": str(self.now)})


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    for number in range(5):
        made.put(f"c{number}", "first")
    return made


def api_of(home: Path, shop: Shop) -> Any:  # noqa: ANN401  # a context manager
    # A test may change it.
    said = definition(**copy.deepcopy(FOLLOWED), paging={"type": "cursor", "token": "next", "param": "token"})
    return declared(home, shop.respond, said)


def merged(api: Declared, position: Any, table: dict[str, str]) -> Any:  # noqa: ANN401  # a cursor
    """Load what is new into a table, as a merge does: by the moment, and of ties the last to come."""
    rows, position = api.load(position)
    for row in sorted(rows, key=lambda row: row["as_of"]):
        if row["deleted"]:
            table.pop(row["id"], None)
        else:
            table[row["id"]] = row["name"]
    return position


@contextlib.contextmanager
def followed(tmp_path: Path, shop: Shop) -> Iterator[Declared]:
    """Give the API of a shop, by the shop's own clock, whose rows are merged."""
    with api_of(tmp_path, shop) as api:
        api.settings["rows_may_repeat"] = True
        api.api.now = lambda: datetime.fromtimestamp(shop.now + 1, UTC)
        yield api


def test_what_was_listed_is_followed_by_what_tells_of_changes(tmp_path: Path, shop: Shop) -> None:
    table: dict[str, str] = {}
    with followed(tmp_path, shop) as api:
        position = merged(api, {}, table)
        assert table == {f"c{number}": "first" for number in range(5)}
        listed, position = {**table}, merged(api, position, table)
        assert table == listed
        shop.put("c1", "second", after=3600)
        shop.put("c5", "new")
        shop.drop("c2")
        position = merged(api, position, table)
    assert table == {name: row["name"] for name, row in shop.customers.items()}


def test_of_several_changes_in_one_second_the_last_holds(tmp_path: Path, shop: Shop) -> None:
    table: dict[str, str] = {}
    with followed(tmp_path, shop) as api:
        position = merged(api, {}, table)
        shop.put("c9", "made", after=3600)
        for text in ("changed", "changed again", "and again"):
            shop.put("c9", text, after=0)
        shop.put("c8", "made", after=0)
        shop.drop("c8", after=0)
        position = merged(api, position, table)
        assert table["c9"] == "and again"
        assert "c8" not in table
        shop.put("c9", "in the same second still", after=0)
        merged(api, position, table)
    assert table["c9"] == "in the same second still"


def test_a_position_from_before_what_the_api_keeps_is_followed_by_a_full_load(tmp_path: Path, shop: Shop) -> None:
    table: dict[str, str] = {}
    with followed(tmp_path, shop) as api:
        position = merged(api, {}, table)
        shop.put("c1", "told by an event that nobody has any more", after=60)
        shop.events.clear()
        shop.now += 31 * 86_400
        position = merged(api, position, table)
        assert table["c1"] == "told by an event that nobody has any more"
        shop.put("c1", "once more")
        merged(api, position, table)
    assert table["c1"] == "once more"


def test_rows_that_are_appended_go_on_by_when_they_were_made(tmp_path: Path, shop: Shop) -> None:
    with api_of(tmp_path, shop) as api:
        rows, position = api.load()
        shop.put("c1", "changed")
        shop.put("c7", "made later")
        later, _ = api.load(position)
    assert len(rows) == 5
    assert [row["id"] for row in later] == ["c7"]


@pytest.mark.parametrize(("strategy", "told"), [("event", "no strategy 'event'"), ("events", "say `write: merge`")])
def test_a_strategy_that_does_not_fit_is_told(tmp_path: Path, shop: Shop, strategy: str, told: str) -> None:
    with api_of(tmp_path, shop) as api:
        api.settings["strategy"] = strategy
        with pytest.raises(JobError, match=told):
            api.rows()


def test_who_follows_changes_only_now_is_given_all_once_more(tmp_path: Path, shop: Shop) -> None:
    with api_of(tmp_path, shop) as api:
        api.api.now = lambda: datetime.fromtimestamp(shop.now + 1, UTC)
        _, position = api.load()
        shop.put("c1", "changed before")
        api.settings["rows_may_repeat"] = True
        table: dict[str, str] = {}
        merged(api, position, table)
    assert table["c1"] == "changed before"


def test_who_followed_changes_does_not_append_all_once_more(tmp_path: Path, shop: Shop) -> None:
    with api_of(tmp_path, shop) as api:
        api.settings["rows_may_repeat"] = True
        _, position = api.load()
        api.settings["rows_may_repeat"] = False
        with pytest.raises(JobError, match="goes on by another way now"):
            api.load(position)


def test_a_position_by_another_field_is_refused(tmp_path: Path, shop: Shop) -> None:
    with api_of(tmp_path, shop) as api:
        _, position = api.load()
        api.said["streams"]["rows"]["cursor"]["unit"] = "ms"
        with pytest.raises(JobError, match="another cursor"):
            api.load(position)


def test_a_position_does_not_grow_too_old_while_nothing_happens(tmp_path: Path, shop: Shop) -> None:
    table: dict[str, str] = {}
    with followed(tmp_path, shop) as api:
        shop.now += 3600
        position = merged(api, {}, table)
        moved = []
        for _ in range(40):  # no day goes by without a load, and nothing is told for longer than events are kept
            shop.now += 86_400
            shop.events = [event for event in shop.events if event["created"] > shop.now - 30 * 86_400]
            rows, position_then = api.load(position)
            assert rows == []
            moved.append(position_then != position)
            position = position_then
        assert sum(moved) < 10  # most of them commit nothing
        shop.drop("c2")
        merged(api, position, table)
    assert table == {name: row["name"] for name, row in shop.customers.items()}


def test_a_deletion_after_a_month_without_news_is_seen(tmp_path: Path, shop: Shop) -> None:
    table: dict[str, str] = {}
    with followed(tmp_path, shop) as api:
        position = merged(api, {}, table)
        for day in range(31):
            shop.now += 86_400
            if day == 30:
                shop.drop("c2")
            position = merged(api, position, table)
    assert table == {name: row["name"] for name, row in shop.customers.items()}
