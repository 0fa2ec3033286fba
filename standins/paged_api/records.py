"""Items, projects and issues: a few fields each, some of them nested."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from standins.seeding import digest_of
from standins.templates import Facts

NAMES = ["Ada", "Zoë", "Łukasz", "O'Neil", 'the "Duke"', "李雷"]
ITEM: dict[str, Any] = {"owner": {"address": {}}, "kind": "item"}
PROJECT: dict[str, Any] = {"kind": "project"}
ISSUE: dict[str, Any] = {"kind": "issue", "author": {}}


def item(seed: int, number: int, moment: int) -> Facts:
    """Give an item updated at that moment (milliseconds since 1970)."""
    bits = digest_of(seed, "item", number)
    return {
        "id": f"item-{number:07}",
        "number": number,
        "name": f"Item {number}",
        "amount": (bits[0] << 8 | bits[1]) / 100,
        "active": bits[2] % 4 != 0,
        "note": None if bits[3] % 3 else f"note {bits[3]}: 100 % \n{NAMES[bits[3] % len(NAMES)]}",
        "tags": [f"tag{each}" for each in bits[4 : 4 + bits[5] % 4]],
        "attributes": {f"key_{bits[place] % 20}": str(bits[place + 1]) for place in range(6, 6 + bits[6] % 3)},
        "owner.id": bits[9],
        "owner.name": NAMES[bits[9] % len(NAMES)],
        "owner.address.city": f"City {bits[10]}",
        "owner.address.zip": f"{bits[11]:05}",
        "updated": moment // 1000,
        "updated_at": iso(moment),
    }


def project(seed: int, number: int, moment: int) -> Facts:
    """Give a project."""
    return {"id": number + 1, "name": f"Project {seed}-{number}", "updated": moment // 1000, "updated_at": iso(moment)}


def issue(seed: int, number: int, moment: int) -> Facts:
    """Give an issue; its number begins anew in each project, so that it is a key only with the project's."""
    bits = digest_of(seed, "issue", number)
    return {
        "id": number + 1,
        "title": f"Issue {number}",
        "state": ("open", "closed")[bits[0] % 2],
        "author.name": NAMES[bits[1] % len(NAMES)],
        "updated": moment // 1000,
        "updated_at": iso(moment),
    }


def iso(moment: int) -> str:
    """Write a moment (milliseconds since 1970) as ISO 8601 does, in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> int:
    """Read a moment: ISO 8601, or seconds since 1970; in milliseconds since 1970.

    Raises:
        ValueError: It is neither.
    """
    if text.replace(".", "", 1).lstrip("-").isdecimal():
        return round(float(text) * 1000)
    return round(datetime.fromisoformat(text).timestamp() * 1000)
