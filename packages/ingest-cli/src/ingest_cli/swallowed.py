"""Raises a stop once more that nobody could hear.

Python has nobody to give an exception to that a destructor raises, or what is called as a weak reference dies: it tells
``sys.unraisablehook`` and goes on. A signal that comes while such a function runs, as some do with every import, would
be lost.

Source: Python's documentation of ``sys.unraisablehook``.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN_SECONDS = 0.05
"""After which a stop is raised again. What swallowed it takes far less; if not, that is told here once more."""


@contextlib.contextmanager
def raised_again(stop: Callable[[], None]) -> Iterator[None]:
    """Watch for a while over stops that are swallowed.

    Args:
        stop: Asks for the stop once more. Called in a thread of its own, since what the hook raises is swallowed, too.
    """
    before = sys.unraisablehook

    def hook(told: UnraisableHookArgs) -> None:
        if issubclass(told.exc_type, KeyboardInterrupt):
            later(stop)
        else:
            before(told)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        if sys.unraisablehook is hook:
            sys.unraisablehook = before


def later(stop: Callable[[], None]) -> None:
    """Ask for the stop in a moment."""
    timer = threading.Timer(AGAIN_SECONDS, stop)
    timer.daemon = True
    timer.start()


def is_unheard(frame: FrameType | None) -> bool:
    """Tell whether what would be raised in a frame would get lost in this module's own hook."""
    while frame is not None:
        if frame.f_code.co_filename == __file__:
            return True
        frame = frame.f_back
    return False
