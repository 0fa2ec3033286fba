"""Finds what somebody meant by a wrong name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 100
"""Characters. Nobody means a known name by a longer one, and to compare it would take long."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known name that is nearest to a wrong one; empty when none is near."""
    if len(name) > LONGEST:
        return ""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def shortened(name: str) -> str:
    """Give a name that may be shown: a long one is no name, but something that went astray."""
    return name if len(name) <= LONGEST else f"{name[:20]}..."
