"""HubSpot's connector as it ships."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hubspot_api import TOKEN, Contacts
from ingest_core import Outcome
from ingest_core.testing import Served

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: hubspot
  with: {{base_url: "{url}", access_token: {token}{more}}}
  objects: [{objects}]
target: {{connector: iceberg, write: {write}}}
"""
LONG_AGO = 1_600_000_000_000


@pytest.fixture
def contacts() -> Contacts:
    held = Contacts()
    for number in range(1, 251):
        held.put(str(number), at=LONG_AGO + number // 7, email=f"{number}@example.com")
    return held


@pytest.fixture
def api(contacts: Contacts) -> Iterator[Served]:
    with Served(contacts.answer) as served:
        yield served


def land(home: Home, api: Served, more: str = "", write: str = "merge", objects: str = "contacts") -> str:
    """Run the job; tell what became of its object."""
    report = home.run(JOB.format(url=api.url, token=TOKEN, more=more, write=write, objects=objects))
    assert report.outcome is Outcome.SUCCESS, [each.error for each in report.objects]
    return report.objects[0].status


def emails(home: Home) -> dict[str, str | None]:
    rows = home.rows("hubspot_contacts").to_pylist()
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row["properties"]["email"] for row in rows}


def test_all_contacts_land_once(home: Home, api: Served, contacts: Contacts) -> None:
    land(home, api)
    assert emails(home) == {name: row["properties"]["email"] for name, row in contacts.rows.items()}
    assert land(home, api) == "unchanged"


def test_properties_land_in_types_of_their_own(home: Home, api: Served, contacts: Contacts) -> None:
    contacts.put("1", LONG_AGO, score="1.5", is_vip="true", born="1990-02-03", color="")
    land(home, api)
    (found,) = [row["properties"] for row in home.rows("hubspot_contacts").to_pylist() if row["id"] == "1"]
    assert (found["score"], found["is_vip"], found["born"], found["color"]) == (1.5, True, date(1990, 2, 3), None)
    assert found["lastmodifieddate"] == datetime.fromtimestamp(LONG_AGO / 1000, UTC)


def test_search_brings_what_is_new_and_changed(home: Home, api: Served, contacts: Contacts) -> None:
    land(home, api, ", properties: [email]")
    contacts.put("3", email="changed@example.com")
    contacts.put("900", email="new@example.com")
    assert land(home, api, ", properties: [email]") == "committed"
    assert emails(home) == {name: row["properties"]["email"] for name, row in contacts.rows.items()}
    assert land(home, api, ", properties: [email]") == "unchanged"


def test_archived_contacts_go(home: Home, api: Served, contacts: Contacts) -> None:
    contacts.archive("5")
    land(home, api)
    assert "5" not in emails(home)
    contacts.archive("6")
    assert land(home, api) == "committed"
    assert "6" not in emails(home)
    assert len(emails(home)) == len(contacts.rows) - 2


def test_more_changes_than_a_search_gives_come_whole(home: Home, api: Served, contacts: Contacts) -> None:
    land(home, api)
    now = time.time_ns() // 1_000_000
    contacts.most_found = 600
    for number in range(1000, 2500):
        contacts.put(str(number), at=now + number // 300, email="many")
    land(home, api)
    assert len(emails(home)) == len(contacts.rows)


def test_contacts_that_change_while_they_are_searched_take_no_others_along(
    home: Home, api: Served, contacts: Contacts
) -> None:
    land(home, api)
    now = time.time_ns() // 1_000_000
    for number in range(1000, 2000):
        contacts.put(str(number), at=now + number * 1000, email="new")  # further apart than it settles
    moved = iter(range(1000, 2000, 100))

    def move() -> None:
        if (number := next(moved, None)) is not None:
            contacts.put(str(number), at=now + 5_000_000 + number, email="moved")

    contacts.answered = move
    while land(home, api) != "unchanged":  # until nothing moves any more
        pass
    assert emails(home) == {name: row["properties"]["email"] for name, row in contacts.rows.items()}


def test_owners_who_left_are_there_too(home: Home, api: Served) -> None:
    land(home, api, objects="owners")
    assert home.values("hubspot_owners", "id", "archived") == [("0", False), ("1", True)]


def test_rows_that_all_come_again_are_not_appended(home: Home, api: Served) -> None:
    (found,) = home.run(JOB.format(url=api.url, token=TOKEN, more="", write="append", objects="contacts")).objects
    assert "would be doubled" in str(found.error)


def test_a_property_that_the_account_lacks_is_told(home: Home, api: Served) -> None:
    (found,) = home.run(
        JOB.format(url=api.url, token=TOKEN, more=", properties: [emial]", write="merge", objects="contacts")
    ).objects
    assert "no field 'emial'" in str(found.error)
    assert "did you mean 'email'?" in str(found.error)
