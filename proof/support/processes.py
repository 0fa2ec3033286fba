"""Runs the command in processes of their own, forked from a warm one, so that hundreds of kills take minutes.

The warm process has imported everything and started nothing: no thread, no connection. Each child is the real command,
from its arguments to its exit code.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from threading import Barrier
from typing import Any

SECONDS = 120
Tampering = Callable[[], None]
"""Something that is done to a process before it begins to be the command; it must be picklable."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["proof.support.warm"])

_asking = threading.Lock()
"""Held by whoever asks how a child ended: the answer can be read once, and each start asks for all children. A second
reader at the same time takes the end of the answer for a child that nobody knows of, which ended with 255."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended.

    Args:
        code: Its exit code; a signal's number, negative, when that ended it.
        stdout: What it printed.
        stderr: What it logged.
    """

    code: int
    stdout: str
    stderr: str

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    @property
    def report(self) -> dict[str, Any]:
        """The report on standard output."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


class Started:
    """A command that was started."""

    def __init__(self, arguments: Sequence[str], outputs: Path, tampering: Sequence[Tampering]) -> None:
        outputs.mkdir(parents=True, exist_ok=True)
        self._outputs = [outputs / f"{id(self)}.{name}" for name in ("stdout", "stderr")]
        for path in self._outputs:
            path.touch()
        self.process = _context.Process(target=_command, args=(list(arguments), self._outputs, tampering))
        with _asking:
            self.process.start()

    def wait(self, seconds: float) -> int | None:
        """Wait until it has ended, so long at most; give its exit code then."""
        wait([self.process.sentinel], seconds)
        with _asking:
            return self.process.exitcode

    def end(self) -> Ended:
        """Wait until it has ended."""
        code = self.wait(SECONDS)
        if code is None:
            self.process.kill()
            raise TimeoutError(f"not ended in {SECONDS} s: {self._outputs[1].read_text()}")
        return Ended(code, *(path.read_text(encoding="utf-8") for path in self._outputs))


def barrier(parties: int) -> Barrier:
    """Make a place where processes wait for one another."""
    made: Barrier = _context.Barrier(parties)
    return made


def start(home: Path, arguments: Sequence[str], *tampering: Tampering) -> Started:
    """Start a command on a home folder.

    Args:
        home: The home folder.
        arguments: The command's, without its name.
        tampering: What is done to the process before it begins, in this order.
    """
    return Started(arguments, home / "outputs", tampering)


def start_job(home: Path, *tampering: Tampering, job: str = "acme/shop") -> Started:
    """Start a job of the home's."""
    return start(home, ("run", "--config", str(home / f"jobs/{job}.yaml")), *tampering)


def run_job(home: Path, *tampering: Tampering, job: str = "acme/shop") -> Ended:
    """Run a job of the home's to its end."""
    return start_job(home, *tampering, job=job).end()


def _command(arguments: list[str], outputs: list[Path], tampering: Sequence[Tampering]) -> None:
    """Be the command, in the child."""
    for descriptor, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115  # the process's own, until it ends
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    for tamper in tampering:
        tamper()
    from ingest_cli.main import main  # noqa: PLC0415  # in the child alone

    sys.argv = ["ingest", *arguments]
    main()
