"""Imports structlog without rich, which it takes wherever it finds it, for tracebacks that ours are not.

A tenth of what the start of a run costs. A terminal's progress imports rich by itself, later.
"""

from __future__ import annotations

import sys


def import_structlog() -> None:
    """Import it, unless it is imported already. Only a program of its own may do so; a library may not."""
    if {"structlog", "rich"} & set(sys.modules):
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # Python's own sign of a module that is not to be found
    try:
        import structlog  # noqa: F401, PLC0415  # imported for its effect
    finally:
        del sys.modules["rich"]
