"""The values of the seed's objects: text or nothing, as HubSpot gives all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from standins.hubspot_api.properties import Kind
from standins.seeding import digest_of

Values = dict[str, str | None]
NAMES = ["Ada", "Zoë", "Łukasz", "O'Neil", 'the "Duke"', "李雷", "two\nlines", "100 %"]
STAGES = ["subscriber", "lead", "customer"]
DAY = 86_400_000
"""Milliseconds."""


def values_of(kind: Kind, seed: int, number: int, moments: tuple[int, int]) -> Values:
    """Give the values of an object.

    Args:
        kind: Its kind.
        seed: What they are made from.
        number: Its id.
        moments: When it was created and when it was changed, in milliseconds since 1970.
    """
    bits = digest_of(seed, kind.name, number)
    created, modified = moments
    return {
        "createdate": iso(created),
        "hs_object_id": str(number),
        kind.modified: iso(modified),
        "hubspot_owner_id": str(1000 + bits[15] % 7) if bits[14] % 3 else None,
        **MAKERS[kind.name](number, bits, created),
    }


def iso(moment: int) -> str:
    """Write a moment (milliseconds since 1970) as HubSpot does."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> int:
    """Read a moment, or a day, as HubSpot writes it; in milliseconds since 1970."""
    read = datetime.fromisoformat(text)
    return round((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)


def _contact(number: int, bits: bytes, _: int) -> Values:
    return {
        "email": f"contact{number}@example.com",
        "firstname": NAMES[bits[0] % len(NAMES)],
        "lastname": f"Number {number}" if bits[1] % 8 else None,
        "phone": f"+4930{number:07}" if bits[2] % 2 else None,
        "city": ("Berlin", "Zürich", "東京", None)[bits[3] % 4],
        "lifecyclestage": STAGES[bits[4] % len(STAGES)],
        "num_notes": str(bits[5]) if bits[5] % 4 else None,
        "hs_email_optout": ("true", "false", None)[bits[6] % 3],
        "date_of_birth": f"{1950 + bits[7] % 50}-0{1 + bits[8] % 9}-1{bits[9] % 10}" if bits[7] % 2 else None,
    }


def _company(number: int, bits: bytes, _: int) -> Values:
    return {
        "name": f"{NAMES[bits[0] % len(NAMES)]} & Co. {number}",
        "domain": f"company{number}.example.com",
        "city": ("Berlin", "Zürich", "東京", None)[bits[3] % 4],
        "numberofemployees": str(bits[4] * 10) if bits[4] % 4 else None,
        "is_public": ("true", "false")[bits[5] % 2],
    }


def _deal(number: int, bits: bytes, created: int) -> Values:
    return {
        "dealname": f"Deal {number}",
        "amount": f"{(bits[0] << 8 | bits[1]) / 100:.2f}" if bits[2] % 8 else None,
        "closedate": iso(created + bits[3] * DAY) if bits[4] % 2 else None,
        "dealstage": ("appointmentscheduled", "closedwon", "closedlost")[bits[5] % 3],
        "pipeline": "default",
    }


def _ticket(number: int, bits: bytes, _: int) -> Values:
    return {
        "subject": f"Ticket {number}",
        "content": NAMES[bits[0] % len(NAMES)] if bits[1] % 2 else None,
        "hs_pipeline": "0",
        "hs_pipeline_stage": str(1 + bits[2] % 4),
        "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH", None)[bits[3] % 4],
    }


MAKERS: dict[str, Callable[[int, bytes, int], Values]] = {
    "contacts": _contact,
    "companies": _company,
    "deals": _deal,
    "tickets": _ticket,
}
