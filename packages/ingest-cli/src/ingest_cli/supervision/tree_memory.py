"""How much memory a process holds, with all that it began."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_PARENT, _RSS = 1, 21
"""Places of fields behind a process's name. Source: proc(5), /proc/pid/stat, fields 4 and 24."""


def tree_memory(pid: int) -> float | None:
    """Add up the resident memory of a process and of all that descend from it.

    Pages that several of them share are counted for each.

    Args:
        pid: The process.

    Returns:
        Megabytes (10^6 bytes); ``None`` where the system does not tell, as outside Linux.
    """
    stats = {int(folder.name): fields for folder in Path("/proc").glob("[0-9]*") if (fields := _stat(folder))}
    if pid not in stats:
        return None
    pages = sum(int(stats[each][_RSS]) for each in _descent(pid, stats))
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _stat(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        return (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []


def _descent(pid: int, stats: dict[int, list[str]]) -> Iterator[int]:
    yield pid
    for child, fields in stats.items():
        if int(fields[_PARENT]) == pid:
            yield from _descent(child, stats)
