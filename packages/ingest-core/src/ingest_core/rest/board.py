"""Hands out stretches to those who read side by side, and takes halves back from whom has too much."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest_core.rest.templates import Values


@dataclass
class Stretch:
    """A part of a stream that one reader reads from page to page. Its reader alone changes it.

    Args:
        begin: The first value of the cursor in it.
        end: The first behind it; ``None`` for one without an end.
        parent: What the references to a parent name.
        is_open: Whether it was a part of one without an end: then nobody knows yet whether the stream reaches its end.
    """

    begin: int
    end: int | None
    parent: Values = field(default_factory=dict)
    is_open: bool = False


class Board:
    """What is left to read.

    Args:
        stretches: Taken one by one, when somebody is free.
        readers: How many read at once.
    """

    def __init__(self, stretches: Iterator[Stretch], readers: int) -> None:
        self._stretches = stretches
        self._given: deque[Stretch] = deque()
        self._changed = threading.Condition()
        # Who asks for the next stretch may wait for the API; whoever closes the board must not wait for him.
        self._asking = threading.Lock()
        self._idle = readers
        self._reading = 0
        self._is_dry = False
        self._is_over = False

    def take(self) -> Stretch | None:
        """Take a stretch; wait while there is none and others may still give one.

        Returns:
            It; ``None`` when all is read, or nobody wants the rest.
        """
        while True:
            with self._changed:
                while self._is_dry and not self._given and self._reading and not self._is_over:
                    self._changed.wait()
                if self._is_over or (self._is_dry and not self._given):
                    self._end()
                    return None
                self._idle -= 1
                self._reading += 1
                if self._given:
                    return self._given.popleft()
            if (found := self._next()) is not None:
                return found

    def _next(self) -> Stretch | None:
        """Ask for one more; who gets none reads nothing."""
        found = None
        try:
            with self._asking:
                found = None if self._is_dry else next(self._stretches, None)
            return found
        finally:
            if found is None:
                with self._changed:
                    self._is_dry = True
                self.done()

    def done(self) -> None:
        """Say that a stretch that was taken is read."""
        with self._changed:
            self._idle += 1
            self._reading -= 1
            self._changed.notify_all()

    def give(self, stretch: Stretch) -> None:
        """Leave a part of a stretch to others."""
        with self._changed:
            self._given.append(stretch)
            self._changed.notify()

    @property
    def is_hungry(self) -> bool:
        """Whether somebody has nothing to read, and nothing waits for him."""
        return self._idle > len(self._given)

    def close(self) -> None:
        """Hand out nothing any more."""
        with self._changed:
            self._end()

    def _end(self) -> None:
        self._is_over = True
        self._changed.notify_all()
