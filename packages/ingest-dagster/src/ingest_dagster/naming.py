"""Names of Dagster's things, made of names that people gave: Dagster allows fewer characters in some of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

LONGEST_TAG = 63
"""Characters of a tag's key or value. Source: Dagster's documentation, "Tags"."""

SCHEDULE_TAG = "ingest/schedule"
"""Which schedule's job a run is; by it runs of one schedule are limited."""


def plain(name: str) -> str:
    """Give a name with letters, digits and underscores alone, as Dagster's jobs, schedules, ops and groups have."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def distinct(names: Iterable[str], taken: Collection[str] = ()) -> Mapping[str, str]:
    """Give each of several names a plain one of its own, the same ones for the same names in the same order.

    Args:
        names: They.
        taken: Plain names that others have.
    """
    given: dict[str, str] = {}
    for name in names:
        wanted, number = plain(name), 2
        while wanted in given.values() or wanted in taken:
            wanted, number = f"{plain(name)}_{number}", number + 1
        given.setdefault(name, wanted)
    return given


def pool_of(tenant: str) -> str:
    """Give the pool in which the runs of a tenant wait for one another."""
    return f"tenant_{tenant}"


def asset_tags(texts: Sequence[str]) -> Mapping[str, str]:
    """Make tags of an asset of a contract's tags: ``tier:gold`` has a value, ``gold`` has none."""
    parts = (text.partition(":") for text in texts)
    tags = {_tag(key): _tag(value) for key, _, value in parts}
    return {key: value for key, value in tags.items() if key}


def owners(name: str, usernames: Sequence[str]) -> Sequence[str]:
    """Make owners of an asset of a contract's team: its members with an address, and the team by its name."""
    people = [user for user in usernames if re.fullmatch(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", user)]
    team = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")
    return [*people, *([f"team:{team}"] if team else [])]


def _tag(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text.strip())[:LONGEST_TAG].strip("_")
