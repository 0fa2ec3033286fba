"""Lays a person's settings of Dagster's instance over ours."""

from __future__ import annotations

from ingest_dagster.instance.settings import Settings

_WHOLE = frozenset({"module", "class"})
"""A setting with these names a class and what it takes: parts of two of them do not mix."""


def merged(ours: Settings, theirs: Settings) -> Settings:
    """Give ours with theirs over it: key by key, a named class as a whole, lists one after the other.

    A key with nothing behind it, as where all below it is a comment, says nothing.

    Args:
        ours: What keeps the promises.
        theirs: What a person says; nothing in it breaks one.
    """
    both = dict(ours)
    for key, value in theirs.items():
        mine = ours.get(key)
        if value is None:
            continue
        if isinstance(mine, dict) and isinstance(value, dict) and not _WHOLE & {*mine, *value}:
            both[key] = merged(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            both[key] = [*mine, *value]
        else:
            both[key] = value
    return both
