"""What differs between customers, subscriptions, products and prices."""

from __future__ import annotations

from standins.stripe_api.seeded import Seeded
from standins.templates import Facts

DAY = 86_400
PLACES = [("Berlin", "DE"), ("São Paulo", "BR"), ("Zürich", "CH"), ("東京", "JP"), ("Oslo", "NO")]
REMARKS = [None, "buys in spring", 'calls himself "the Duke"', "two\nlines", "100 % off, 5 % off: see the file", "𝄞"]


def customer(of: Seeded) -> Facts:
    """Give a customer; the keys of its metadata are its own."""
    city, country = PLACES[of.bits[6] % len(PLACES)]
    return {
        "id": of.id,
        "created": of.created,
        "address": {
            "city": city,
            "country": country,
            "line1": f"Main Street {of.index}",
            "line2": None,
            "postal_code": f"{of.bits[7]:05}",
            "state": None,
        },
        "balance": of.amount - 30_000,
        "delinquent": of.bits[8] % 16 == 0,
        "description": REMARKS[of.bits[9] % len(REMARKS)],
        "email": f"customer{of.index}@example.com" if of.bits[10] % 8 else None,
        "invoice_prefix": of.id[4:12].upper(),
        "metadata": _metadata(of),
        "name": f"Customer {of.index}",
        "next_invoice_sequence": 1 + of.bits[11] % 9,
        "phone": f"+4930{of.index:07}" if of.bits[12] % 2 else None,
        "preferred_locales": ["de", "en"][: of.bits[13] % 3],
    }


def _metadata(of: Seeded) -> dict[str, str]:
    many = of.bits[14] % 4
    return {f"key_{of.bits[place] % 40}": f"value {of.bits[place + 1]}" for place in range(many)}


def subscription(of: Seeded) -> Facts:
    """Give a subscription: one in five was cancelled."""
    status = ("active", "active", "trialing", "past_due", "canceled")[of.bits[6] % 5]
    ended = of.created + 40 * DAY if status == "canceled" else None
    return {
        "id": of.id,
        "created": of.created,
        "billing_cycle_anchor": of.created,
        "cancel_at_period_end": of.bits[7] % 8 == 0,
        "canceled_at": ended,
        "customer": of.other("customers"),
        "ended_at": ended,
        "items.data.0.id": f"si_{of.id[4:]}",
        "items.data.0.created": of.created,
        "items.data.0.current_period_start": of.created,
        "items.data.0.current_period_end": of.created + 30 * DAY,
        "items.data.0.price.id": of.other("prices"),
        "items.data.0.price.product": of.other("products"),
        "items.data.0.quantity": 1 + of.bits[8] % 3,
        "items.data.0.subscription": of.id,
        "items.url": f"/v1/subscription_items?subscription={of.id}",
        "latest_invoice": of.twin("invoices"),
        "metadata": {"seat": str(of.bits[9])} if of.bits[10] % 2 else {},
        "start_date": of.created,
        "status": status,
        "trial_start": of.created if status == "trialing" else None,
        "trial_end": of.created + 14 * DAY if status == "trialing" else None,
    }


def product(of: Seeded) -> Facts:
    """Give a product."""
    return {
        "id": of.id,
        "created": of.created,
        "active": of.bits[6] % 8 != 0,
        "default_price": of.twin("prices"),
        "description": f"The thing of number {of.index}",
        "images": [f"https://files.stripe.com/links/{of.id}"][: of.bits[7] % 2],
        "metadata": {"shelf": str(of.bits[8])},
        "name": f"Thing {of.index}",
        "updated": of.created,
    }


def price(of: Seeded) -> Facts:
    """Give a price, by month or by year."""
    return {
        "id": of.id,
        "created": of.created,
        "active": of.bits[6] % 8 != 0,
        "currency": ("usd", "eur")[of.bits[7] % 2],
        "lookup_key": f"price-{of.index}",
        "metadata": {},
        "nickname": f"Price {of.index}" if of.bits[8] % 2 else None,
        "product": of.twin("products"),
        "recurring.interval": ("month", "year")[of.bits[9] % 2],
        "unit_amount": of.amount,
        "unit_amount_decimal": str(of.amount),
    }
