"""Runs land in tables in memory as they do in tables on a disk."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pytest
from ingest_core import TransientError
from ingest_core.plugin import Batch, Change, Checkpoint, RunContext, Split, State, StateKey, TableName
from ingest_core.registry import load_plugin
from ingest_core.testing import MemorySource, MemorySystem, MemoryTables, plain_rows

KEY = StateKey("testing", "landing", "rows")


class BreaksLater(MemorySource):
    """Breaks behind its second checkpoint."""

    def read(self, split: Split) -> Iterator[Batch | Checkpoint]:
        yield from islice(super().read(split), 4)
        raise self.failure()


@pytest.fixture
def tables(tmp_path: Path) -> MemoryTables:
    return MemoryTables(tmp_path)


@pytest.fixture
def system(tmp_path: Path) -> MemorySystem:
    found = MemorySystem(tmp_path)
    found.put(plain_rows(0, 5))
    return found


def numbers(tables: MemoryTables) -> list[int]:
    return sorted(tables.rows().column("id").to_pylist())


def test_a_run_lands_what_is_new_and_one_with_nothing_new_changes_nothing(
    tables: MemoryTables, system: MemorySystem
) -> None:
    first = tables.land(system.source())
    system.put(plain_rows(10, 2))
    second, third = tables.land(system.source()), tables.land(system.source())
    assert [report.objects[0].status for report in (first, second, third)] == ["committed", "committed", "unchanged"]
    assert numbers(tables) == [0, 1, 2, 3, 4, 10, 11]


def test_rows_are_merged_by_key(tables: MemoryTables, system: MemorySystem) -> None:
    tables.land(system.source(), write="merge", key=["id"])
    system.put(plain_rows(3, 4))
    assert tables.land(system.source(), write="merge", key=["id"]).objects[0].total_rows == 7
    assert numbers(tables) == [0, 1, 2, 3, 4, 5, 6]


def test_a_source_that_fails_midway_leaves_nothing(tables: MemoryTables, system: MemorySystem) -> None:
    report = tables.land(system.broken())
    assert (report.objects[0].status, numbers(tables)) == ("failed", [])


def test_what_was_committed_before_a_failure_stays_and_is_gone_on_from(
    tables: MemoryTables, system: MemorySystem
) -> None:
    assert tables.land(BreaksLater(system), commit_every=1).objects[0].status == "partial"
    assert numbers(tables) == [0, 1]
    tables.land(system.source(), commit_every=1)
    assert numbers(tables) == [0, 1, 2, 3, 4]


def test_of_two_commits_of_a_job_upon_one_table_the_second_is_refused(tmp_path: Path) -> None:
    context = RunContext(tmp_path, "testing", "landing", "run")
    catalog = load_plugin("ingest.catalogs", "memory")({}, None, context)
    table = catalog.create(TableName("testing", "rows"), pa.schema([("id", pa.int64())]))
    writer = table.writer()
    writer.write(pa.record_batch({"id": pa.array([1], pa.int64())}))
    change = Change("append", writer.flush())
    catalog.commit(table, change, State("a", 1, {}, {}, 1, 0, (("a", 1),)), KEY)
    with pytest.raises(TransientError, match="another run of this job committed first"):
        catalog.commit(table, change, State("b", 1, {}, {}, 1, 0, (("b", 1),)), KEY)
    assert numbers(MemoryTables(tmp_path)) == [1]


def test_neither_rows_nor_commits_touch_the_disk(tables: MemoryTables, system: MemorySystem, tmp_path: Path) -> None:
    tables.land(system.source())
    found = {path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {("state", "locks"), ("state", "targets")}


def test_a_table_that_is_not_there_is_told(tables: MemoryTables) -> None:
    with pytest.raises(KeyError, match="rows"):
        tables.rows()
