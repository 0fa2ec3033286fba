"""Stands between the supervisor and one service: nothing that the service begins outlives either of them.

A program of its own, of the standard library alone: ``python keeper.py COMMAND...``. Its stdin is a pipe that the
supervisor holds. A ``t`` in it asks all to end (SIGTERM), a ``k`` ends them at once (SIGKILL), and so does the pipe's
end, which comes when the supervisor is gone, however it went. When the service ends by itself, what it leaves behind is
ended too, so that it starts again on clean ground. Then the keeper ends with the service's code, 128 and the number
added where a signal ended it, as shells do.

On Linux orphans of the service become the keeper's children, so it knows when the last is gone, also of those that
left the service's process group; and the kernel ends the service when its keeper is killed. Elsewhere there is the
group alone.

Source: prctl(2), PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG; systemd.kill(5), on what a unit's process leaves behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

LEFT_BEHIND_SECONDS = 8.0
"""So long may what a service left behind take to end when it is asked to."""

AGAIN_SECONDS = 0.05
"""Between two looks while all are killed: the children of a killed process become the keeper's only then."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_NOT_STARTED = 127
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Keeper:
    """Keeps a process until it and all that it began are gone.

    Args:
        argv: Its command line.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        self._signals = _signals()
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._service = _start(argv)
        self._inputs = [0, self._signals]
        self._code: int | None = None
        self._killing_from: float | None = None

    def keep(self) -> int:
        """Do what is asked until nothing is left.

        Returns:
            The service's exit code.
        """
        while self._is_anything_left():
            if self._killing_from is not None and time.monotonic() >= self._killing_from:
                self._send(signal.SIGKILL)
            self._attend()
        with contextlib.suppress(ProcessLookupError):  # on Linux always: nothing is left
            os.killpg(self._service, signal.SIGKILL)
        return self._code or 0

    def _is_anything_left(self) -> bool:
        """Take up all that has ended."""
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG):
                pid, status = ended
                if pid == 0:
                    return True
                if pid == self._service:
                    self._service_ended(os.waitstatus_to_exitcode(status))
        return False

    def _service_ended(self, code: int) -> None:
        self._code = code if code >= 0 else 128 - code
        self._send(signal.SIGTERM)
        self._kill_from(time.monotonic() + LEFT_BEHIND_SECONDS)

    def _kill_from(self, moment: float) -> None:
        self._killing_from = min(moment, moment if self._killing_from is None else self._killing_from)

    def _attend(self) -> None:
        """Wait for an order, a signal or an end, and follow."""
        ready, _, _ = select.select(self._inputs, [], [], self._pause())
        if self._signals in ready and {*os.read(self._signals, 512)} & {*_STOPS}:
            self._send(signal.SIGTERM)
        if 0 in ready:
            self._follow(os.read(0, 512))

    def _follow(self, orders: bytes) -> None:
        if not orders:
            self._inputs.remove(0)
        if not orders or b"k" in orders:
            self._kill_from(time.monotonic())
        else:
            self._send(signal.SIGTERM)

    def _pause(self) -> float | None:
        if self._killing_from is None:
            return None
        return max(AGAIN_SECONDS, self._killing_from - time.monotonic())

    def _send(self, number: signal.Signals) -> None:
        """Send a signal to the service's group, and to every orphan that left it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS denies it where only zombies are left
            os.killpg(self._service, number)
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(pid) != self._service:
                    os.kill(pid, number)


def _signals() -> int:
    """Have signals noted in a pipe, in the place of what they do by themselves.

    Returns:
        The end that is read.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, *_STOPS):
        signal.signal(number, lambda *_: None)
    return reading


def _start(argv: Sequence[str]) -> int:
    """Start the service, in a session of its own, with nothing to read."""
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == keeper:  # else it was gone before the kernel knew whom to watch
                _become(argv)
        finally:
            os._exit(_NOT_STARTED)
    return pid


def _become(argv: Sequence[str]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python ignores them, and what is ignored stays so
    try:
        os.execvp(argv[0], [*argv])  # noqa: S606  # the command line that the keeper was given
    except OSError as error:
        os.write(2, f"{argv[0]} cannot be started: {error.strerror}\n".encode(errors="surrogateescape"))


def _children() -> list[int]:
    """List the keeper's children, as far as the system tells. Source: proc(5), /proc/pid/task/tid/children."""
    with contextlib.suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()]
    return []


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(Keeper(sys.argv[1:]).keep())
