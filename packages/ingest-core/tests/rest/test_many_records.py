"""A hundred thousand records of each vendor, through all kinds of faults: each of them once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ingest_core import Outcome

from standins import HubSpotSettings, Serving, StripeSettings, faults_of, hubspot, stripe

if TYPE_CHECKING:
    from conftest import Home

RECORDS = 100_000
FAULTS = "429:every=101,retry_after=0;500:every=173;html:every=211;cut:every=257;reset:every=307;reset_midway:every=401"

JOB = """\
tenant: acme
source:
  connector: {connector}
  with: {{base_url: "{url}"}}
  objects: [{name}]
target: {{connector: iceberg, write: merge}}
"""


def land(home: Home, connector: str, url: str, name: str, secret: str) -> list[str]:
    """Run the job, and list the ids that it landed."""
    home.write(f"secrets/acme/{connector}.yaml", secret)
    report = home.run(JOB.format(connector=connector, url=url, name=name))
    assert report.outcome is Outcome.SUCCESS, [each.error for each in report.objects]
    return sorted(home.rows(f"{connector}_{name}")["id"].to_pylist())


def test_customers_of_stripe(home: Home) -> None:
    settings = StripeSettings(records=RECORDS, until=int(time.time()))
    with stripe(settings, Serving(faults=faults_of(FAULTS))) as server:
        ids = land(home, "stripe", server.url, "customers", f"api_key: {settings.key}")
        assert ids == sorted(each["id"] for each in server.api.objects("customers"))
        assert {429, 500} <= server.requests.statuses().keys()


def test_contacts_of_hubspot(home: Home) -> None:
    settings = HubSpotSettings(records=RECORDS)
    with hubspot(settings, Serving(faults=faults_of(FAULTS))) as server:
        ids = land(home, "hubspot", server.url, "contacts", f"access_token: {settings.token}")
        assert ids == sorted(each["id"] for each in server.api.objects("contacts"))
        assert {429, 500} <= server.requests.statuses().keys()
