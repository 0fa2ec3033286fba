"""What the stand-in of Stripe is made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

UNTIL = 1_759_276_800
"""2025-10-01T00:00:00Z. The seed's records end at a fixed moment, so that every server has the same."""


@dataclass(frozen=True)
class StripeSettings:
    """One account of Stripe.

    Args:
        records: How many objects of each kind the seed makes.
        seed: What they are made from: the same number makes the same objects.
        key: The secret key of the API; any other gets 401.
        rate: How many requests it takes, as ``100/1s``; nothing sets no limit.
        until: When the newest of the seed's objects may have been created, in seconds since 1970. Events are kept for
            30 days before the clock's now: name a moment near it to have some from the start.
        days: How far the seed's objects go back from there.
        clock: Gives the time of day in seconds since 1970, for what is changed and for how long events are kept.
        version: The version of the API that the account is pinned to.
    """

    records: int = 1000
    seed: int = 1
    key: str = "sk_test_standin"
    rate: str = ""
    until: int = UNTIL
    days: int = 365
    clock: Callable[[], float] = time.time
    version: str = "2025-09-30.clover"
