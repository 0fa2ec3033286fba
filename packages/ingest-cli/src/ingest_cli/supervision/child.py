"""A process that was started, with all that it begins, and what it says."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest_core import redacted_lines

if TYPE_CHECKING:
    from ingest_core import Redactor

KEEPER = Path(__file__).with_name("keeper.py")
LAST_WORDS_SECONDS = 1.0
"""So long the reading of what was last said may go on once the process is gone."""


class Child:
    """A process under a keeper (:mod:`ingest_cli.supervision.keeper`), started at once.

    Args:
        argv: Its command line.
        environment: All of its variables.
        redactor: Knows the secrets.
        take: Takes what it says to stdout and stderr, masked, line by line, in a thread of the child's own.
    """

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], redactor: Redactor, take: Callable[[str], None]
    ) -> None:
        # Without the site's folders and the user's variables the keeper starts quickly, and holds little.
        self._process = subprocess.Popen(  # noqa: S603  # what an orchestrator that is installed says
            [sys.executable, "-I", "-S", str(KEEPER), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            bufsize=0,
            start_new_session=True,  # a terminal's Ctrl-C is for the supervisor, which then asks
        )
        self.pid = self._process.pid
        """The keeper's."""
        self._reader = threading.Thread(target=self._read, args=(redactor, take), daemon=True, name=f"output {argv[0]}")
        self._reader.start()

    def code(self) -> int | None:
        """Give the exit code, 128 and more for a signal; ``None`` while it runs, or anything that it began."""
        code = self._process.poll()
        if code is None:
            return None
        self._reader.join(LAST_WORDS_SECONDS)
        if self._process.stdin:
            self._process.stdin.close()
        return code if code >= 0 else 128 - code

    def end(self) -> None:
        """Ask it and all that it began to end."""
        self._order(b"t")

    def kill(self) -> None:
        """End it and all that it began at once."""
        self._order(b"k")

    def _order(self, order: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # it is gone, as was to be
            if self._process.stdin:
                os.write(self._process.stdin.fileno(), order)

    def _read(self, redactor: Redactor, take: Callable[[str], None]) -> None:
        if self._process.stdout:
            with self._process.stdout as said:
                for line in redacted_lines(said, redactor):
                    take(line)


def ending(code: int) -> str:
    """Say what an exit code means: ``exit code 3``, or ``killed by SIGTERM``."""
    if code <= 128:  # noqa: PLR2004  # where shells begin to count signals
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(code - 128).name}"
    return f"exit code {code}"
