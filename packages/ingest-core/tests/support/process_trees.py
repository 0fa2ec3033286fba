"""Ends processes with all that they began."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path


def kill_all_of(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started, as the kernel does with a container."""
    for group in groups(process.pid):
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.killpg(group, signal.SIGKILL)
    process.wait()


def descent(pid: int) -> list[int]:
    """List all processes that came of one, and live."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def groups(pid: int) -> set[int]:
    """List the process groups of a process and of all that came of it."""
    found = set()
    for each in (pid, *descent(pid)):
        with suppress(ProcessLookupError):
            found.add(os.getpgid(each))
    return found
