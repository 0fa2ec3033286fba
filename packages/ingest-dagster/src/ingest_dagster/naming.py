"""Names of Dagster's things, made of names that people gave: Dagster allows fewer characters in some of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

WATCH = "watch_runs"
"""The sensor that looks after runs whose process was killed."""

LONGEST_TAG = 63
"""Characters of a tag's key or value. Source: Dagster's documentation, "Tags"."""

SCHEDULE_TAG = "ingest/schedule"
"""Which schedule's job a run is; by it runs of one schedule are limited."""


def plain(name: str) -> str:
    """Give a name with letters, digits and underscores alone, as Dagster's jobs, schedules, ops and groups have."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def distinct(wanted: Mapping[Key, str], taken: Collection[str] = ()) -> dict[Key, str]:
    """Give each of several things a plain name of its own, the same ones to the same things in the same order.

    Args:
        wanted: The name that each would have.
        taken: Plain names that others have.
    """
    given: dict[Key, str] = {}
    for key, name in wanted.items():
        found, number = plain(name), 2
        while found in given.values() or found in taken:
            found, number = f"{plain(name)}_{number}", number + 1
        given[key] = found
    return given


def pool_of(tenant: str) -> str:
    """Give the pool in which the runs of a tenant wait for one another."""
    return f"tenant_{tenant}"


def asset_tags(texts: Sequence[str]) -> Mapping[str, str]:
    """Make tags of an asset of a contract's tags: ``tier:gold`` has a value, ``gold`` has none."""
    parts = (text.partition(":") for text in texts)
    tags = {_tag(key): _tag(value) for key, _, value in parts}
    return {key: value for key, value in tags.items() if key}


def _tag(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text.strip())[:LONGEST_TAG].strip("_")
