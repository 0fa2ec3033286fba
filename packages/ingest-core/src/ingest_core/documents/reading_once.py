"""Reads a file once for all who want it: a hundred jobs name one connector."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")

_KEPT = 64
_SETTLED_SECONDS = 2.0
"""Since when a file must be as it is. One that was changed just now may be changed again within the same tick of its
clock, and look the same. Source: git's documentation, "racy-git"."""


def reading_once(read: Callable[[Path], Read]) -> Callable[[Path], Read]:
    """Have a reader of files give what it gave before, as long as the file is the same.

    Args:
        read: Reads a file; what it gives must not be changed by anybody. What it raises is raised each time anew.
    """

    @functools.lru_cache(_KEPT)
    def kept(path: Path, version: tuple[int, ...]) -> Read:
        del version  # of the file: another one is read anew
        return read(path)

    @functools.wraps(read)
    def reading(path: Path) -> Read:
        try:
            found = path.stat()
        except OSError:
            return read(path)  # which tells what is wrong
        return kept(path, _version(found)) if time.time() - found.st_mtime > _SETTLED_SECONDS else read(path)

    return reading


def _version(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
