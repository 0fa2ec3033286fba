"""A compaction takes no more memory the larger a table is, and may be killed at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.plugin import TableName

if TYPE_CHECKING:
    from conftest import Landing

NAME = "orders"
SCRIPT = str(Path(__file__).with_name("compaction_apart.py"))
ROWS, WIDTH = 20_000, 500
LIMIT = 340_000_000
"""Bytes; 175 to 280 MB were seen, as reader and writer happened to meet, for tables of 10 to 120 such files."""
POINTS_MET = [
    *("file open, no footer", "file closed", "all files closed", "manifests staged", "before the commit is sent"),
    *("commit answered", "commit read back"),
]
LANDED = ("commit answered", "commit read back")


def apart(landing: Landing, *point: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own Python and script
        [sys.executable, SCRIPT, str(landing.root), NAME, *point], capture_output=True, text=True, check=False
    )


def measured(landing: Landing) -> dict[str, Any]:
    ended = apart(landing)
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def land(landing: Landing, files: int) -> None:
    """Land files of 10 MB that no encoding makes smaller by more than half."""
    for number in range(files):
        texts = pa.array([os.urandom(WIDTH // 2).hex() for _ in range(ROWS)])
        landing.land(NAME, [pa.record_batch([pa.arange(number * ROWS, (number + 1) * ROWS), texts], names=["id", "t"])])


def test_a_table_of_many_times_the_memory_is_compacted_within_it(landing: Landing) -> None:
    land(landing, 80)
    told = measured(landing)
    assert (told["files"], told["rows"]) == (1, 80 * ROWS)
    assert told["taken"] < LIMIT < told["size"], told


@pytest.mark.parametrize("point", POINTS_MET)
def test_a_compaction_that_is_killed_leaves_the_table_whole_and_a_later_one_ends_it(
    landing: Landing, point: str
) -> None:
    for number in range(5):
        landing.land(NAME, [pa.record_batch([[number]], names=["id"])])
    assert apart(landing, point).returncode == -signal.SIGKILL
    assert sorted(landing.table(NAME).scan().to_arrow().column("id").to_pylist()) == [*range(5)]
    assert len(landing.data_files(landing.table(NAME))) == (1 if point in LANDED else 5)
    groups = small_files(IcebergTable(landing.table(NAME), landing.catalog.context))
    compact(landing.catalog, TableName("acme", NAME), groups)
    assert sorted(landing.table(NAME).scan().to_arrow().column("id").to_pylist()) == [*range(5)]
    assert len(landing.data_files(landing.table(NAME))) == 1
    landing.land(NAME, [pa.record_batch([[9]], names=["id"])])
    assert len(landing.table(NAME).scan().to_arrow()) == 6
