"""Dagster's code server, which ends when it has nothing to answer with.

``dagster code-server start`` answers for a process of its own that holds the definitions and begins runs, and does not
start that one again (dagster 1.13, ``DagsterProxyApiServicer``). Once that is killed, as where memory is short, nothing
starts any more, while the port answers as before. What has ended is started again by whoever keeps it running.

``python -m ingest_dagster.services.code_server ARGUMENT...``, with those of ``dagster code-server start``.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

LOOK_SECONDS = 1.0
LOOKS = 3
"""So often in a row nothing may be seen: a process that is just being started is not there yet."""
CODE = 70
"""What it ends with. Source: sysexits.h, EX_SOFTWARE."""


def main() -> None:
    """Serve until somebody asks for a stop, or the process that holds the definitions is gone."""
    threading.Thread(target=_watch, daemon=True, name="ingest code server").start()
    sys.argv[1:1] = ["code-server", "start"]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)


def _watch() -> None:
    pause, unseen = threading.Event(), LOOKS  # before it began there is nothing to miss
    while not pause.wait(LOOK_SECONDS):
        if any(_children()):
            unseen = 0
        elif unseen < LOOKS:
            unseen += 1
            if unseen == LOOKS:
                sys.stderr.write("the process that held the definitions is gone: it was killed, or memory was short\n")
                sys.stderr.flush()
                os._exit(CODE)


def _children() -> Iterator[int]:
    """List the processes that this one began and that live, as far as the system tells. Source: proc(5)."""
    for listed in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # that thread has ended
            yield from (int(pid) for pid in listed.read_text(encoding="ascii").split() if _lives(pid))


def _lives(pid: str) -> bool:
    with contextlib.suppress(OSError):  # it has ended
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
        return state not in {"Z", "X"}
    return False


if __name__ == "__main__":
    main()
