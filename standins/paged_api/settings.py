"""What the plain API is made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from standins.oauth import Client
from standins.paged_api.shelf import ORDERS

UNTIL = 1_759_276_800
"""2025-10-01T00:00:00Z."""


@dataclass(frozen=True)
class PagedSettings:
    """A plain API.

    Args:
        records: How many items the seed makes.
        seed: What they are made from: the same number makes the same items.
        order: How lists are ordered by ``updated_at``: ``ascending``, ``descending``, or ``none``: it is scattered.
        page_size: The most records that a page has; a request may ask for fewer with ``limit``.
        token: What must be given: as bearer, in the field X-Api-Key, as ``api_key`` in the query, or as password of
            basic authentication; or a token of ``POST /oauth/token``. Nothing lets everyone in.
        rate: How many requests it takes, as ``100/1s``; nothing sets no limit.
        until: When the newest of the seed's items was updated at the latest, in seconds since 1970.
        days: How far the seed's items go back from there.
        projects: How many projects there are, each with some issues, and some with none.
        clock: Gives the time of day in seconds since 1970, for what is changed.
        client: Who gets tokens at ``/oauth/token``.
    """

    records: int = 1000
    seed: int = 1
    order: str = "ascending"
    page_size: int = 100
    token: str = ""
    rate: str = ""
    until: int = UNTIL
    days: int = 365
    projects: int = 12
    clock: Callable[[], float] = time.time
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise ValueError(f"order {self.order!r} is unknown: name one of {', '.join(ORDERS)}")
