"""The command as a user starts it: a process of its own, and a terminal of its own."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyte
import pytest
from pyiceberg.catalog.sql import SqlCatalog

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
    customers: {path: data/customers.csv, write: replace}
target: {connector: iceberg}
"""


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as one that `nohup` started does


@dataclass
class Ended:
    """A command that has ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The report on stdout."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        """The log lines on stderr."""
        return [json.loads(line) for line in self.stderr.splitlines()]


@dataclass
class Shell:
    """A home folder and the command."""

    home: Path

    def write(self, name: str, text: str) -> Path:
        """Write a file below the home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *arguments: str, stdout: int = subprocess.PIPE, **variables: str) -> subprocess.Popen[str]:
        """Start the command and do not wait."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("INGEST_")}
        return subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "ingest_cli", *arguments],
            cwd=self.home,
            env=inherited | variables,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            # A suite in the background of a shell ignores SIGINT, and children inherit that.
            preexec_fn=_heed_interrupts,  # noqa: PLW1509  # two system calls, and no threads of ours run here
        )

    def ingest(self, *arguments: str, **variables: str) -> Ended:
        """Run the command to its end."""
        with self.start(*arguments, stdout=subprocess.PIPE, **variables) as process:
            stdout, stderr = process.communicate(timeout=120)
        return Ended(process.returncode, stdout, stderr)

    def run_job(self, *arguments: str, **variables: str) -> Ended:
        """Run the job of these tests to its end."""
        return self.ingest("run", "--config", "jobs/acme/shop.yaml", *arguments, **variables)

    def catalog(self) -> SqlCatalog:
        """Open the embedded catalog as a stranger would."""
        state = self.home / "state"
        return SqlCatalog("ingest", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=f"file://{state / 'warehouse'}")

    def rows(self, table: str, query: str = "count(*)") -> list[tuple[Any, ...]]:
        """Ask DuckDB about the current rows of a table of the embedded catalog."""
        files = [task.file.file_path for task in self.catalog().load_table(("acme", table)).scan().plan_files()]
        return duckdb.execute(f"select {query} from read_parquet(?)", [files]).fetchall()  # noqa: S608  # the test's own words

    def rows_or_none(self, table: str) -> int | None:
        """Count the rows of a table's current snapshot; ``None`` without a table or a snapshot."""
        catalog = self.catalog()
        if not catalog.table_exists(("acme", table)):
            return None
        tasks = catalog.load_table(("acme", table)).scan().plan_files()
        return sum(task.file.record_count for task in tasks)


HEIGHT = 24
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A command that runs at a terminal.

    Args:
        home: Where it runs.
        arguments: Of ``ingest``.
        width: Columns of the terminal.
        variables: Of its environment.
        stdout_is_piped: Whether stdout is none.
        stdin_is_none: Whether there is nothing to read.
    """

    home: Path
    arguments: tuple[str, ...]
    width: int = 80
    variables: dict[str, str] = field(default_factory=dict)
    stdout_is_piped: bool = False
    stdin_is_none: bool = False
    raw: str = ""

    def __enter__(self) -> Self:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, self.width, 0, 0))
        inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "ingest_cli", *self.arguments],
            cwd=self.home,
            env=inherited | {"TERM": "xterm-256color"} | self.variables,
            stdin=subprocess.DEVNULL if self.stdin_is_none else theirs,
            stdout=subprocess.PIPE if self.stdout_is_piped else theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_own_the_terminal,  # noqa: PLW1509  # two system calls, and no threads of ours run here
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._ours)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: nobody writes there any more
            while read := os.read(self._ours, 65536):
                self.raw += read.decode(errors="replace")

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Wait for the end.

        Returns:
            The exit code.
        """
        self.stdout = self.process.stdout.read().decode() if self.process.stdout else ""
        code = self.process.wait(timeout=120)
        self._reader.join(timeout=30)
        return code

    @property
    def screen(self) -> list[str]:
        """The lines that stand on the screen."""
        return self._shown()[1]

    @property
    def cursor_is_hidden(self) -> bool:
        """Whether a person is left without a cursor."""
        return bool(self._shown()[0].cursor.hidden)

    @property
    def text(self) -> str:
        """All that was ever written, without control codes."""
        return _ESCAPES.sub("", self.raw)

    def _shown(self) -> tuple[pyte.Screen, list[str]]:
        screen = pyte.Screen(self.width, 200)
        pyte.Stream(screen).feed(self.raw)
        return screen, [line.rstrip() for line in screen.display if line.strip()]


def _own_the_terminal() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as one that `nohup` started does
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A home folder with a job of two objects."""
    made = Shell(tmp_path)
    made.write("jobs/acme/shop.yaml", JOB)
    made.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")
    made.write("data/customers.csv", "id\n10\n")
    return made


@pytest.fixture
def at_terminal(shell: Shell) -> Callable[..., Terminal]:
    """Starts the command in the home folder, at a terminal of its own; takes what :class:`Terminal` takes."""
    return lambda *arguments, **said: Terminal(shell.home, arguments, **said)
