"""HubSpot's connector on a stateful stand-in, which HubSpot's own client has read and changed whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest_core import Outcome

from standins import HubSpot, HubSpotSettings, Server, Serving, faults_of, hubspot

if TYPE_CHECKING:
    from conftest import Home

STREAMS = ("contacts", "companies", "deals", "tickets", "owners")
RECORDS = 450
FAULTS = "429:every=5,retry_after=0;500:every=9;html:every=11;cut:every=13;reset_midway:every=15"

JOB = """\
tenant: acme
source:
  connector: hubspot
  with: {{base_url: "{url}", access_token: {token}}}
  objects: [{objects}]
target: {{connector: iceberg, write: merge}}
"""


def land(home: Home, server: Server[HubSpot], *objects: str) -> dict[str, str]:
    """Run a job of some objects; tell what became of each."""
    token = server.api.settings.token
    report = home.run(JOB.format(url=server.url, token=token, objects=", ".join(objects)))
    assert report.outcome is Outcome.SUCCESS, [each.error for each in report.objects]
    return {each.name: each.status for each in report.objects}


def ids(home: Home, name: str) -> list[str]:
    return sorted(home.rows(f"hubspot_{name}")["id"].to_pylist())


def there(server: Server[HubSpot], name: str) -> list[str]:
    return sorted(each["id"] for each in server.api.objects(name))


def test_every_object_lands_whole_and_once_through_all_kinds_of_faults(home: Home) -> None:
    with hubspot(HubSpotSettings(records=RECORDS), Serving(faults=faults_of(FAULTS))) as server:
        land(home, server, *STREAMS)
        for name in STREAMS[:4]:
            assert ids(home, name) == there(server, name), name
        assert len(ids(home, "owners")) == server.api.settings.owners
        again = land(home, server, *STREAMS[:4])
        assert set(again.values()) == {"unchanged"}
        assert server.requests.statuses()[429] > 0


def test_what_is_made_changed_and_archived_while_it_is_read_lands_by_the_next_run(home: Home) -> None:
    with hubspot(HubSpotSettings(records=RECORDS)) as server:
        first, second, third = there(server, "contacts")[:3]
        server.hooks.after(3, lambda: server.api.update("contacts", first, email="first@example.com"))
        server.hooks.after(4, lambda: server.api.create("contacts", email="made@example.com"))
        land(home, server, "contacts")
        server.api.update("contacts", second, email="second@example.com")
        server.api.archive("contacts", third)
        land(home, server, "contacts")
        emails = {row["id"]: row["properties"]["email"] for row in home.rows("hubspot_contacts").to_pylist()}
        assert emails == {each["id"]: each["properties"]["email"] for each in server.api.objects("contacts")}
        assert third not in emails


def test_all_contacts_that_changed_at_once_land(home: Home) -> None:
    with hubspot(HubSpotSettings(records=300)) as server:
        land(home, server, "contacts")
        for name in there(server, "contacts"):
            server.api.update("contacts", name, email=f"{name}@example.com")
        land(home, server, "contacts")
        emails = {row["id"]: row["properties"]["email"] for row in home.rows("hubspot_contacts").to_pylist()}
        assert emails == {name: f"{name}@example.com" for name in there(server, "contacts")}
