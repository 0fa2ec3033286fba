"""A run starts with what it needs, and one that finds nothing new is over soon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell

APPENDED = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/orders*.csv"}}}
target: {connector: iceberg}
"""
MOST_SECONDS = 1.0
IMPORTS = "import ingest_core, ingest_core.catalogs.embedded, ingest_core.connectors.csv, ingest_core.engines.native"
RUN = """
import json, sys
from ingest_cli.main import ingest
ingest(["run", *sys.argv[1:]], standalone_mode=False)
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""


def modules(shell: Shell, *arguments: str) -> set[str]:
    line = [sys.executable, "-c", RUN, *arguments]
    ended = subprocess.run(line, cwd=shell.home, capture_output=True, text=True, check=True)  # noqa: S603  # our own lines
    return set(json.loads(ended.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [("--config", "jobs/acme/shop.yaml"), ("--job-dir", "jobs")], ids="".join)
def test_a_run_imports_nothing_that_it_does_not_need(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.write("jobs/acme/shop.yaml", APPENDED)
    found = modules(shell, *arguments)
    assert {"pyarrow", "pyiceberg", "structlog"} <= found
    assert not found & {"duckdb", "rich", "pygments", "pynessie", "boto3", "pandas"}


def seconds(shell: Shell, *arguments: str) -> float:
    """Give the processor time of one call, its start and end included."""
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
    environment = os.environ | {"INGEST_HOME": str(shell.home)}
    pid = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=nowhere)
    _, status, used = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_utime + used.ru_stime


def test_a_run_that_finds_nothing_new_takes_less_than_a_second_beyond_its_imports(shell: Shell) -> None:
    path = shell.write("jobs/acme/shop.yaml", APPENDED)
    run = ("-m", "ingest_cli", "run", "--config", str(path))
    seconds(shell, *run)
    # Other processes only ever add to the figures, so the least of some is nearest to the truth.
    imports = min(seconds(shell, "-c", IMPORTS) for _ in range(3))
    assert min(seconds(shell, *run) for _ in range(3)) - imports < MOST_SECONDS
