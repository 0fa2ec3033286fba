"""Owners of assets, made of the teams of contracts."""

from __future__ import annotations

import re
from collections.abc import Sequence

import dagster as dg


def owners(team: str, usernames: Sequence[str]) -> Sequence[str]:
    """Make owners of an asset of a contract's team: its members that have an address, and the team by its name."""
    people = [user for user in usernames if _is_owner(user)]
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", team).strip("-")
    return [*people, *([f"team:{name}"] if name else [])]


def _is_owner(address: str) -> bool:
    """Ask Dagster, whose idea of an address is its own."""
    if "@" not in address:
        return False
    try:
        dg.AssetSpec("any", owners=[address])
    except dg.DagsterInvalidDefinitionError:
        return False
    return True
