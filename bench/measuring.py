"""Runs a whole process and measures it: wall time, processor time, and the peak memory of it and its children."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage
from tempfile import TemporaryFile

EVERY = 0.02
"""Seconds between two looks at the memory."""

LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""Variables of whoever measures that are not passed on: without compiled modules each import compiles anew."""

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measured:
    """What a process took.

    Args:
        wall: Seconds from its start to its end.
        cpu: Seconds of processors, its own and the system's for it, children included.
        peak: Bytes in memory at the worst moment that was seen, children included.
        out: What it printed.
    """

    wall: float
    cpu: float
    peak: int
    out: str


class FailedError(RuntimeError):
    """A process that was to be measured failed."""


def measure(command: Sequence[str], folder: Path) -> Measured:
    """Run a command to its end.

    Args:
        command: The program and its arguments.
        folder: Where it runs.

    Raises:
        FailedError: It ended with another code than 0.
    """
    os.sync()  # what others wrote is not this one's to wait for
    with TemporaryFile() as out, TemporaryFile() as err:
        began = time.perf_counter()
        environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)  # noqa: S603  # our own command lines
        peak, status, usage = _watched(child.pid)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise FailedError(f"{' '.join(command)} ended with {child.returncode}:\n{err.read().decode()[-4000:]}")
        return Measured(wall, usage.ru_utime + usage.ru_stime, peak, out.read().decode())


def _watched(pid: int) -> tuple[int, int, struct_rusage]:
    """Look at a process until it has ended: its peak, its status, and what it used."""
    peak = 0
    while True:
        peak = max(peak, sum(map(_resident, _family(pid))), _highest(pid))
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, status, usage
        time.sleep(EVERY)


def _family(pid: int) -> Iterator[int]:
    """Give a process and all that it started, as far as they live."""
    yield pid
    for tasks in PROC.glob(f"{pid}/task/*/children"):
        for child in _text(tasks).split():
            yield from _family(int(child))


def _resident(pid: int) -> int:
    fields = _text(PROC / str(pid) / "statm").split()
    return int(fields[1]) * PAGE if fields else 0


def _highest(pid: int) -> int:
    """Give the peak that the kernel kept of one process, which no look can miss but the last moment's."""
    lines = _text(PROC / str(pid) / "status").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _text(path: Path) -> str:
    """Read a file of a process, which may have ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
