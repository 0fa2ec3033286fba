"""Owners: the people of the account (developers.hubspot.com/docs/api-reference/crm-owners-v3)."""

from __future__ import annotations

from typing import Any

from standins.hubspot_api.errors import invalid
from standins.serving.messages import Request

FIRST = 1000
MOST = 500
WITHOUT_LIMIT = 100


def owners(many: int) -> list[dict[str, Any]]:
    """Give the owners; the last is archived."""
    return [_owner(FIRST + number, archived=number == many - 1) for number in range(many)]


def page(every: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    """Answer a list of owners.

    Raises:
        HubSpotError: The limit is wrong.
    """
    limit, after = request.first("limit") or str(WITHOUT_LIMIT), request.first("after") or "0"
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST or not after.isdecimal():
        raise invalid(f"limit must be from 1 to {MOST} and after a number, they are {limit!r} and {after!r}")
    archived, email = request.first("archived").lower() == "true", request.first("email")
    found = [each for each in every if each["archived"] == archived and email in {"", each["email"]}]
    rest = [each for each in found if int(each["id"]) > int(after)]
    shown = rest[: int(limit)]
    paging = {"paging": {"next": {"after": shown[-1]["id"]}}} if len(rest) > len(shown) else {}
    return {"results": shown, **paging}


def _owner(number: int, *, archived: bool) -> dict[str, Any]:
    return {
        "id": str(number),
        "email": f"owner{number}@example.com",
        "type": "PERSON",
        "firstName": f"Owner {number}",
        "lastName": "Stand-in",
        "userId": None if archived else number * 10,
        "userIdIncludingInactive": number * 10,
        "createdAt": "2024-01-02T03:04:05.678Z",
        "updatedAt": "2024-02-03T04:05:06.789Z",
        "archived": archived,
        "teams": [{"id": "1", "name": "Sales", "primary": True}] if number % 2 else [],
    }
