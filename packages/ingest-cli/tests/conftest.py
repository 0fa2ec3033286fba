"""The command as a user starts it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
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
            preexec_fn=_heed_interrupts,  # noqa: PLW1509  # one system call, and no threads of ours run here
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


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A home folder with a job of two objects."""
    made = Shell(tmp_path)
    made.write("jobs/acme/shop.yaml", JOB)
    made.write("data/orders-1.csv", "id,name\n1,a\n2,b\n")
    made.write("data/customers.csv", "id\n10\n")
    return made
