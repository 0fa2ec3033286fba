"""What a test does to the data while it is read: calls after the n-th request."""

from __future__ import annotations

from collections.abc import Callable

Deed = Callable[[], object]


class Hooks:
    """Calls that wait for their request."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[Deed]] = {}
        self._always: list[Deed] = []

    def after(self, number: int, deed: Deed) -> None:
        """Call once, when the request of that number (from 1) was answered and before the next one is read."""
        self._waiting.setdefault(number, []).append(deed)

    def after_each(self, deed: Deed) -> None:
        """Call after every request."""
        self._always.append(deed)

    def call(self, number: int) -> None:
        """Make the calls that are due."""
        for deed in self._waiting.pop(number, ()):
            deed()
        for deed in self._always:
            deed()
