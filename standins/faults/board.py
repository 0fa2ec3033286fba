"""All faults of a server: which of them strikes a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from standins.faults.rules import LOOKING_BACK, Fault
from standins.serving.messages import Answer, Request


class Faults:
    """The faults that are on; the first that strikes a request is the only one that does.

    Args:
        faults: Those that are on from the start.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._on: list[Fault] = list(faults)
        self._seen: Counter[int] = Counter()
        self._struck: Counter[int] = Counter()
        self._pages: dict[str, Answer] = {}

    def add(self, fault: Fault) -> None:
        """Set a fault; it counts requests from now on."""
        self._on.append(fault)

    def clear(self) -> None:
        """Take all away: from now on nothing goes wrong."""
        self._on.clear()
        self._seen.clear()
        self._struck.clear()
        self._pages.clear()

    @property
    def struck(self) -> Counter[str]:
        """Count the requests that were struck, by kind."""
        counts: Counter[str] = Counter()
        for place, many in self._struck.items():
            counts[self._on[place].kind] += many
        return counts

    def strike(self, request: Request) -> Fault | None:
        """Count a request, and give the fault that strikes it."""
        found = None
        for place, fault in enumerate(self._on):
            if not request.path.startswith(fault.path) or fault.method not in {"", request.method}:
                continue
            self._seen[place] += 1
            if found is None and self._due(place, fault):
                self._struck[place] += 1
                found = fault
        return found

    def _due(self, place: int, fault: Fault) -> bool:
        over = fault.times and self._struck[place] >= fault.times
        return not over and fault.strikes(self._seen[place])

    @property
    def look_back(self) -> bool:
        """Tell whether pages have to be remembered."""
        return any(fault.kind in LOOKING_BACK for fault in self._on)

    def page_before(self, chain: str) -> Answer | None:
        """Give the page that was answered last on a chain of pages."""
        return self._pages.get(chain)

    def remember(self, chain: str, answer: Answer) -> None:
        """Keep the page that was answered last on a chain of pages; nothing is kept of no chain."""
        if chain and answer.status == 200:  # noqa: PLR2004  # OK
            self._pages[chain] = answer
