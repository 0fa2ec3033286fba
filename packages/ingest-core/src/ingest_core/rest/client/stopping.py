"""Ends what is under way when nobody wants it any more."""

from __future__ import annotations

import threading


class ClosedError(Exception):
    """The reading was closed; nobody waits for what it would have brought."""


class Closing(threading.Event):
    """Set when a reading is closed. Whoever pauses, pauses on it."""

    def go_on(self) -> None:
        """Go on, unless it is closed.

        Raises:
            ClosedError: It is.
        """
        if self.is_set():
            raise ClosedError

    def pause(self, seconds: float) -> None:
        """Wait, unless it is closed before the time is over.

        Raises:
            ClosedError: It is.
        """
        if seconds > 0:
            self.wait(seconds)
        self.go_on()
