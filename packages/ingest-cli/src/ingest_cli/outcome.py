"""The exit code of several things that were tried."""

from __future__ import annotations

from collections.abc import Iterable

SUCCESS, PARTIAL, FAILURE = 0, 1, 2


def outcome(went_well: Iterable[bool]) -> int:
    """Give 0 where all went well, 2 where none did, and 1 between."""
    each = list(went_well)
    if all(each):
        return SUCCESS
    return PARTIAL if any(each) else FAILURE
