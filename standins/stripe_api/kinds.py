"""The kinds of objects: their shapes, what may be asked of them, what may be written, which events they make.

The shapes under ``shapes/`` are what Stripe's own mock answers (github.com/stripe/stripe-mock, MIT licence).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from standins.stripe_api import facts, money_facts
from standins.stripe_api.seeded import Seeded
from standins.templates import Facts, put

SHAPES = Path(__file__).parent / "shapes"
BY_CUSTOMER = frozenset({"customer"})


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Args:
        name: Its name in paths, as ``customers``.
        object: Its name in objects, as ``customer``.
        facts: Gives what differs from object to object.
        steady: What is not as in Stripe's own mock, by path, in all of them.
        filters: Which values of an object a list may be filtered by.
        required: What must be given to make one.
        writable: What may be given to make or to change one, with the type of each.
        event: How the types of its events begin; nothing where there are none.
        made: How the type of the event ends that tells that one was made.
        deletable: Whether one can be deleted.
    """

    name: str
    object: str
    facts: Callable[[Seeded], Facts]
    steady: Mapping[str, Any] = field(default_factory=dict)
    filters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    writable: Mapping[str, type] = field(default_factory=dict)
    event: str = ""
    made: str = "created"
    deletable: bool = False

    @cached_property
    def shape(self) -> dict[str, Any]:
        """Give an object of this kind."""
        shape: dict[str, Any] = json.loads((SHAPES / f"{self.name}.json").read_text(encoding="utf-8"))
        for path, value in self.steady.items():
            put(shape, path, value)
        return shape


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "customers",
            "customer",
            facts.customer,
            {"discount": None, "shipping": None, "currency": "usd"},
            frozenset({"email"}),
            writable={"name": str, "email": str, "description": str, "phone": str, "balance": int, "metadata": dict},
            event="customer",
            deletable=True,
        ),
        Kind(
            "charges",
            "charge",
            money_facts.charge,
            {"shipping": None, "transfer_data": None, "refunds.data": [], "outcome": None},
            BY_CUSTOMER,
            frozenset({"amount", "currency"}),
            {"amount": int, "currency": str, "customer": str, "description": str, "source": str, "metadata": dict},
            event="charge",
            made="succeeded",
        ),
        Kind(
            "invoices",
            "invoice",
            money_facts.invoice,
            {
                "amount_overpaid": 0,
                "customer_shipping": None,
                "due_date": None,
                "from_invoice": None,
                "last_finalization_error": None,
                "next_payment_attempt": None,
                "parent.quote_details": None,
                "parent.type": "subscription_details",
                "rendering": None,
                "shipping_cost": None,
                "shipping_details": None,
                "lines.data.0.pretax_credit_amounts": [],
            },
            BY_CUSTOMER | {"status", "collection_method"},
            frozenset({"customer"}),
            {"customer": str, "description": str, "currency": str, "metadata": dict},
            event="invoice",
            deletable=True,
        ),
        Kind(
            "subscriptions",
            "subscription",
            facts.subscription,
            {
                "billing_cycle_anchor_config": None,
                "billing_schedules": [],
                "billing_thresholds": None,
                "cancel_at": None,
                "next_pending_invoice_item_invoice": None,
                "pause_collection": None,
                "pending_invoice_item_interval": None,
                "pending_update": None,
                "transfer_data": None,
                "items.data.0.billing_thresholds": None,
                "items.data.0.price.custom_unit_amount": None,
                "items.data.0.price.transform_quantity": None,
            },
            BY_CUSTOMER | {"status", "collection_method"},
            frozenset({"customer"}),
            {"customer": str, "description": str, "cancel_at_period_end": bool, "items": list, "metadata": dict},
            event="customer.subscription",
            deletable=True,
        ),
        Kind(
            "products",
            "product",
            facts.product,
            {"package_dimensions": None},
            frozenset({"active", "shippable", "url"}),
            frozenset({"name"}),
            {"name": str, "description": str, "active": bool, "unit_label": str, "metadata": dict},
            event="product",
            deletable=True,
        ),
        Kind(
            "prices",
            "price",
            facts.price,
            {"custom_unit_amount": None, "transform_quantity": None},
            frozenset({"active", "currency", "product", "type"}),
            frozenset({"currency", "product"}),
            {
                "currency": str,
                "product": str,
                "unit_amount": int,
                "nickname": str,
                "active": bool,
                "lookup_key": str,
                "metadata": dict,
            },
            event="price",
        ),
        Kind(
            "refunds",
            "refund",
            money_facts.refund,
            {},
            frozenset({"charge", "payment_intent"}),
            frozenset({"charge"}),
            {"charge": str, "amount": int, "reason": str, "metadata": dict},
            event="refund",
        ),
        Kind(
            "balance_transactions",
            "balance_transaction",
            money_facts.balance_transaction,
            {},
            frozenset({"currency", "source", "type"}),
        ),
    )
}
