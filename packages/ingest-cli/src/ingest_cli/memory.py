"""Keeps the process from holding memory that was freed.

Source: Arrow's documentation, "Environment Variables"; glibc's mallopt(3).
"""

from __future__ import annotations

import ctypes
import os

ARENAS = 2
"""Heaps of the system's allocator. Each keeps what was freed in it; by default a process gets eight for each core."""

_M_ARENA_MAX = -8


def give_back() -> None:
    """Choose allocators that give freed memory back, unless whoever started the command chose others.

    To be called before any thread begins, and before Arrow is imported, which reads its choice then.
    """
    # Its own pool keeps up to 100 MB more of what was freed, and is no quicker.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's alone
    if mallopt and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt(_M_ARENA_MAX, ARENAS)
