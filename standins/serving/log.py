"""The log of what was asked and answered; tests read it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from standins.serving.messages import Request

KEPT = 200_000
"""How many requests are kept; older ones are forgotten, so that a long run ends with memory left."""


@dataclass(frozen=True)
class Asked:
    """One request and what became of it.

    Args:
        request: What was asked.
        status: The status answered; 0 where the connection was reset before an answer.
        fault: The fault that struck it, or nothing.
    """

    request: Request
    status: int
    fault: str = ""


class RequestLog:
    """All that was asked, in order."""

    def __init__(self) -> None:
        self._kept: deque[Asked] = deque(maxlen=KEPT)
        self.total = 0

    def __iter__(self) -> Iterator[Asked]:
        return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, index: int) -> Asked:
        return self._kept[index]

    def note(self, asked: Asked) -> None:
        """Keep one."""
        self._kept.append(asked)
        self.total += 1

    def clear(self) -> None:
        """Forget all; the numbers of requests go on."""
        self._kept.clear()

    def under(self, path: str) -> list[Asked]:
        """Give those whose path begins so."""
        return [asked for asked in self if asked.request.path.startswith(path)]

    def statuses(self) -> Counter[int]:
        """Count the answers by status."""
        return Counter(asked.status for asked in self)
