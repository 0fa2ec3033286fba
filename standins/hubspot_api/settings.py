"""What the stand-in of HubSpot is made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from standins.oauth import Client

UNTIL = 1_759_276_800
"""2025-10-01T00:00:00Z. The seed's records end at a fixed moment, so that every server has the same."""


@dataclass(frozen=True)
class HubSpotSettings:
    """One account (portal) of HubSpot.

    Args:
        records: How many contacts, companies, deals and tickets the seed makes, of each.
        seed: What they are made from: the same number makes the same records.
        token: The access token of a private app; tokens of ``POST /oauth/v1/token`` are good too, any other gets 401.
        rate: How many requests it takes, as ``190/10s``; nothing sets no limit.
        search_rate: How many searches it takes, as ``5/1s``; nothing sets no limit.
        until: When the newest of the seed's records was changed at the latest, in seconds since 1970.
        days: How far the seed's records go back from there.
        tied: How many records of each kind were changed at once, in the same millisecond, as by an import.
        owners: How many owners there are.
        clock: Gives the time of day in seconds since 1970, for what is changed.
        client: Who gets tokens.
    """

    records: int = 1000
    seed: int = 1
    token: str = "pat-na1-standin"  # noqa: S105  # of a stand-in
    rate: str = ""
    search_rate: str = ""
    until: int = UNTIL
    days: int = 365
    tied: int = 250
    owners: int = 7
    clock: Callable[[], float] = time.time
    client: Client = field(default_factory=Client)
