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
    """

    begin: int
    end: int | None
    parent: Values = field(default_factory=dict)


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
        self._idle = readers
        self._reading = 0
        self._is_over = False

    def take(self) -> Stretch | None:
        """Take a stretch; wait while there is none and others may still give one.

        Returns:
            It; ``None`` when all is read, or nobody wants the rest.
        """
        with self._changed:
            while not self._is_over:
                found = self._given.popleft() if self._given else next(self._stretches, None)
                if found is not None:
                    self._idle -= 1
                    self._reading += 1
                    return found
                if not self._reading:
                    self._end()
                    break
                self._changed.wait()
            return None

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
