"""The balance (docs.stripe.com/api/balance)."""

from __future__ import annotations

from typing import Any

NOTHING = {"amount": 0, "currency": "usd"}
BALANCE: dict[str, Any] = {
    "object": "balance",
    "available": [{"amount": 1_234_500, "currency": "usd", "source_types": {"card": 1_234_500}}],
    "connect_reserved": [NOTHING],
    "livemode": False,
    "pending": [{"amount": 67_800, "currency": "usd", "source_types": {"card": 67_800}}],
}
