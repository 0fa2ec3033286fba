"""Waits for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.1


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Ask again and again until a condition holds.

    Args:
        condition: What must come true.
        what: Its description, for the error.
        seconds: The longest wait.

    Raises:
        TimeoutError: It did not come true in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds:g} s: {what}")
        time.sleep(PAUSE_SECONDS)
