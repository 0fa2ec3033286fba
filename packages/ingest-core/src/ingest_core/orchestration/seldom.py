"""Asks a question that costs something less often than whoever wants to know."""

from __future__ import annotations

import time
from collections.abc import Callable


class Seldom:
    """A question whose answer holds for a while.

    Args:
        look: Finds the answer; whatever it raises is a no.
        yes: Seconds for which a yes holds.
        no: Seconds for which a no does.
        clock: Tells the time, in seconds.
    """

    def __init__(
        self, look: Callable[[], bool], yes: float, no: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look, self._yes, self._no, self._clock = look, yes, no, clock
        self._answer, self._until = False, clock()

    def __call__(self) -> bool:
        """Give the answer, found now or a while ago.

        Raises:
            Exception: What the question raises.
        """
        if self._clock() < self._until:
            return self._answer
        try:
            self._answer = False
            self._answer = self._look()
        finally:
            self._until = self._clock() + (self._yes if self._answer else self._no)
        return self._answer
