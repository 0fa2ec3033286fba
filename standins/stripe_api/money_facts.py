"""What differs between charges, refunds, invoices and balance transactions."""

from __future__ import annotations

from standins.stripe_api.seeded import Seeded
from standins.templates import Facts

DAY = 86_400
REASONS = [None, None, "requested_by_customer", "duplicate", "fraudulent"]


def charge(of: Seeded) -> Facts:
    """Give a charge: one in eight was refunded, one in sixteen failed."""
    failed, refunded = of.bits[6] % 16 == 0, of.bits[6] % 8 == 1
    return {
        "id": of.id,
        "created": of.created,
        "amount": of.amount,
        "amount_captured": 0 if failed else of.amount,
        "amount_refunded": of.amount if refunded else 0,
        "balance_transaction": None if failed else of.twin("balance_transactions"),
        "billing_details.email": f"payer{of.index}@example.com",
        "captured": not failed,
        "currency": ("usd", "eur", "jpy")[of.bits[7] % 3],
        "customer": of.other("customers"),
        "description": f"Order #{of.index}",
        "failure_code": "card_declined" if failed else None,
        "failure_message": "Your card was declined." if failed else None,
        "metadata": {"order_id": str(of.index)} if of.bits[8] % 2 else {},
        "paid": not failed,
        "receipt_url": f"https://pay.stripe.com/receipts/payment/{of.id}",
        "refunded": refunded,
        "refunds.url": f"/v1/charges/{of.id}/refunds",
        "status": "failed" if failed else "succeeded",
    }


def refund(of: Seeded) -> Facts:
    """Give a refund."""
    return {
        "id": of.id,
        "created": of.created,
        "amount": of.amount,
        "charge": of.other("charges"),
        "metadata": {"ticket": f"T-{of.index}"} if of.bits[8] % 4 == 0 else {},
        "reason": REASONS[of.bits[7] % len(REASONS)],
        "status": "pending" if of.bits[6] % 16 == 0 else "succeeded",
    }


def balance_transaction(of: Seeded) -> Facts:
    """Give a balance transaction: one in four was changed from another currency."""
    fee = of.amount * 29 // 1000 + 30
    return {
        "id": of.id,
        "created": of.created,
        "amount": of.amount,
        "available_on": of.created + 2 * DAY,
        "description": f"Order #{of.index}",
        "exchange_rate": 1 + of.bits[7] / 1000 if of.bits[7] % 4 == 0 else None,
        "fee": fee,
        "net": of.amount - fee,
        "source": of.twin("charges"),
    }


def invoice(of: Seeded) -> Facts:
    """Give an invoice of a subscription, draft, open or paid."""
    status = ("paid", "paid", "paid", "open", "draft")[of.bits[6] % 5]
    paid = of.amount if status == "paid" else 0
    same = dict.fromkeys(
        ("amount_due", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), of.amount
    )
    line = {"lines.data.0.amount": of.amount, "lines.data.0.subtotal": of.amount, "lines.data.0.invoice": of.id}
    return {
        **same,
        **line,
        "id": of.id,
        "created": of.created,
        "amount_paid": paid,
        "amount_remaining": of.amount - paid,
        "customer": of.other("customers"),
        "customer_email": f"payer{of.index}@example.com",
        "effective_at": None if status == "draft" else of.created,
        "lines.data.0.id": f"il_{of.id[3:]}",
        "lines.url": f"/v1/invoices/{of.id}/lines",
        "metadata": {},
        "number": None if status == "draft" else f"STANDIN-{of.index:07}",
        "parent.subscription_details.subscription": of.other("subscriptions"),
        "period_start": of.created - 30 * DAY,
        "period_end": of.created,
        "status": status,
        "status_transitions.finalized_at": None if status == "draft" else of.created,
        "status_transitions.paid_at": of.created if status == "paid" else None,
        "webhooks_delivered_at": of.created,
    }
