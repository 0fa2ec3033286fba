"""How many requests an API takes in a time."""

from __future__ import annotations

from collections import deque

from standins.serving.options import rate_of


class Pace:
    """A window that slides: at no moment were more than ``most`` requests taken in the seconds before it.

    Args:
        rate: The limit, as in ``100/1s``; nothing sets none.

    Raises:
        ValueError: It is no rate.
    """

    def __init__(self, rate: str = "") -> None:
        self.most, self.seconds = rate_of(rate)
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        """Take a request at that time (seconds of the monotonic clock); false where it is one too many."""
        if not self.most:
            return True
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.most:
            return False
        self._taken.append(now)
        return True

    @property
    def left(self) -> int:
        """Give how many more would be taken now."""
        return max(0, self.most - len(self._taken))

    def wait(self, now: float) -> float:
        """Give the seconds until the next one is taken."""
        return max(0.0, self._taken[0] + self.seconds - now) if self._taken and not self.left else 0.0
