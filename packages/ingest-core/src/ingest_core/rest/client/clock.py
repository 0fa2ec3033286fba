"""The API's own time: its cursors are told by it, and ours may go otherwise."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

COARSE = 2.0
"""Seconds by which a moment in a header may lie before the true one, and a little more (RFC 9110, section 5.6.7)."""

UNKNOWN = 60.0
"""Seconds by which two clocks may differ of which nobody knows."""


def moment_of(said: str | None) -> datetime | None:
    """Read a moment of a header; ``None`` where it holds none.

    Args:
        said: What the header holds (RFC 9110, section 5.6.7); ``None`` without one.
    """
    try:
        moment = parsedate_to_datetime(said) if said else None
    except ValueError:
        return None
    # RFC 5322, section 3.3: "-0000" is UTC, of which nobody says where.
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    """Learns the API's time from its answers."""

    def __init__(self) -> None:
        self._ahead: float | None = None

    def learn(self, headers: Mapping[str, str]) -> None:
        """Look at an answer."""
        moment = moment_of(headers.get("Date"))
        if moment is not None:
            self._ahead = moment.timestamp() - time.time()

    def passed(self) -> float:
        """Give a moment, in seconds since 1970, that has passed for the API for certain."""
        return time.time() - UNKNOWN if self._ahead is None else time.time() + self._ahead - COARSE
