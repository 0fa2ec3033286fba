"""When requests arrive: the moment at which the event loop woke for them, not when their turn came."""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectors import SelectorKey


class WakingSelector(selectors.SelectSelector):
    """Waits by select(2), and keeps when it woke.

    select(2) waits to the microsecond where epoll rounds up to the next millisecond. And latencies that count from the
    wake are those told, also where many requests arrive at once and are answered one after the other.
    """

    def __init__(self) -> None:
        super().__init__()
        self.woken = time.monotonic()
        """Seconds of the monotonic clock, which is the event loop's."""

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait for something to come (called by the event loop)."""
        ready = super().select(timeout)
        self.woken = time.monotonic()
        return ready
