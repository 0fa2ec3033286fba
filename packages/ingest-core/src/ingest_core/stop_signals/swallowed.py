"""Raises a stop once more that nobody could hear.

Python has nobody to give an exception to that a destructor raises, or what is called as a weak reference dies: it tells
``sys.unraisablehook`` and goes on. A signal that comes while such a function runs, as some do with every import, would
be lost.

Source: Python's documentation of ``sys.unraisablehook``.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN_SECONDS = 0.05
"""After which a stop is raised again. What swallowed it takes far less; if not, that is told here once more."""

_OVER = object()
"""Is due when nothing more is to be asked for."""


class Reminder:
    """Asks for a stop once more, in a moment, until there is nobody left to ask.

    Args:
        ask: Asks for the stop. Called in a thread of its own, since what the hook raises is swallowed, too.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._due: object | None = None
        self._asking = threading.Lock()

    def soon(self) -> None:
        """Ask in a moment; once, however often this is called until then."""
        # A signal may come while this very thread starts the timer, which takes a lock: a second start would wait for
        # the first for ever.
        if self._due is None:
            self._due = due = object()
            timer = threading.Timer(AGAIN_SECONDS, self._remind, (due,))
            timer.daemon = True
            timer.start()

    def forget(self) -> None:
        """Ask no more for what was heard meanwhile. Takes no lock: a signal's handler may call it."""
        self._due = None

    def end(self) -> None:
        """Ask for nothing from now on. What is being asked is asked when this returns."""
        with self._asking:
            self._due = _OVER

    def _remind(self, due: object) -> None:
        with self._asking:
            if self._due is due:
                self._due = None
                self._ask()


@contextlib.contextmanager
def raised_again(unheard: Callable[[], None]) -> Iterator[None]:
    """Watch for a while over stops that are swallowed.

    Args:
        unheard: Called at once for each. What it raises is lost.
    """
    before = sys.unraisablehook
    # Not a function of its own, in whose frame a signal could come.
    sys.unraisablehook = told = functools.partial(_tell, before, unheard)
    try:
        yield
    finally:
        if sys.unraisablehook is told:
            sys.unraisablehook = before


def _tell(before: Callable[[UnraisableHookArgs], object], unheard: Callable[[], None], of: UnraisableHookArgs) -> None:
    if issubclass(of.exc_type, KeyboardInterrupt):
        unheard()
    else:
        before(of)


def is_unheard(frame: FrameType | None) -> bool:
    """Tell whether what would be raised in a frame would get lost in this module's own hook."""
    while frame is not None:
        if frame.f_code is _tell.__code__:
            return True
        frame = frame.f_back
    return False
