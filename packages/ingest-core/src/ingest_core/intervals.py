"""Time slots of an interval: elapsed time from a fixed moment, the same whatever starts the runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

ANCHOR = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on slots are counted. They have no gap and no overlap, whatever clocks on walls do."""


def slot_of(seconds: int, at: datetime) -> datetime:
    """Give the beginning of the slot in which a moment lies.

    Args:
        seconds: The interval's length.
        at: The moment, with its zone.

    Returns:
        In UTC. The next slot begins ``seconds`` later.
    """
    length = timedelta(seconds=seconds)
    return ANCHOR + (at - ANCHOR) // length * length
