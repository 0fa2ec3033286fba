"""Ends the process once everything is said, without taking Python apart first.

A thread of a library's own that comes back into Python while it is taken apart, as Arrow's do that read ahead, ends
there: the process aborts, or waits for that thread for ever. And taking apart what a run has imported takes a while.

Source: Python's documentation, "C API: Thread State and the Global Interpreter Lock", on finalization.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest_cli.masking import Masking

FAILURE = 2


class Leaving:
    """The process's end, from now on: after whatever else is done at exit, since what is registered first comes last.

    Args:
        masking: Ends last: hooks at exit may print, too.
        code: The exit code, unless another one is set.
    """

    def __init__(self, masking: Masking, code: int = FAILURE) -> None:
        self._masking = masking
        self.code = code
        self._process = os.getpid()
        atexit.register(self._leave)

    def _leave(self) -> None:
        if os.getpid() != self._process:
            return  # a child that was forked ends as its own code says
        for stream in (sys.stdout, sys.stderr):
            # Whoever printed was told already; the exit code says what was done.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        try:
            self._masking.finish()
        finally:
            os._exit(self.code)
