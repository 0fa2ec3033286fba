"""Many small files become few, and the rows stay what they were."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import IngestError, JobError, TransientError
from ingest_core.ages import OLDEST_TO_COMMIT
from ingest_core.catalogs.columns import small
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.maintenance import compacting
from ingest_core.catalogs.maintenance.compacting import NOTHING, compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.catalogs.reading import TableFiles
from ingest_core.iceberg_types import arrow_type
from ingest_core.plugin import TableName
from ingest_core.ports import Compacted
from pyiceberg.table.snapshots import Operation

if TYPE_CHECKING:
    from conftest import Landing
    from ingest_core.ports import FileGroup
    from pyiceberg.table import Table

NAME = "orders"
TABLE = TableName("acme", NAME)
DAY = 24 * 3600 * 1_000_000
NESTED = "struct<a: int, b: list<struct<c: string>>, m: map<string, struct<d: date>>>"


def values(table: Table) -> list[dict[str, Any]]:
    """Read all rows as a merge does: pyiceberg's scan takes a null list or map of structs for an empty one."""
    files = TableFiles(table.io, table.metadata, pa.schema([small(field) for field in table.schema().as_arrow()]))
    found = [row for task in table.scan().plan_files() for _, rows in files.batches(task) for row in rows.to_pylist()]
    return sorted(found, key=repr)


def found(landing: Landing) -> list[FileGroup]:
    return small_files(IcebergTable(landing.table(NAME), landing.catalog.context))


def compacted(landing: Landing) -> Compacted:
    """Compact the table, and hold its rows against what they were."""
    before = values(landing.table(NAME))
    told = compact(landing.catalog, TABLE, found(landing))
    assert values(landing.table(NAME)) == before
    return told


def parquet(landing: Landing) -> list[pq.ParquetFile]:
    files = landing.data_files(landing.table(NAME))
    return [pq.ParquetFile(file.file_path.removeprefix("file://")) for file in files]


def numbers(first: int, count: int = 10) -> pa.RecordBatch:
    return pa.record_batch([pa.arange(first, first + count)], names=["id"])


def test_many_small_files_become_one_with_one_row_group(landing: Landing) -> None:
    for number in range(20):
        landing.land(NAME, [numbers(number * 10)])
    told = compacted(landing)
    assert (told.files_before, told.files_after, told.rows) == (20, 1, 200)
    (file,) = landing.data_files(landing.table(NAME))
    assert (file.record_count, file.file_size_in_bytes) == (200, told.bytes_after)
    assert told.bytes_before > told.bytes_after
    (opened,) = parquet(landing)
    assert opened.num_row_groups == 1
    assert opened.read().column("id").to_pylist() == [*range(200)]  # in the order in which they came
    assert found(landing) == []


def test_the_snapshot_says_that_the_rows_are_what_they_were_and_who_made_it(landing: Landing) -> None:
    for number in range(5):
        before = landing.land(NAME, [numbers(number * 10)])
    told = compacted(landing)
    table = landing.table(NAME)
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert snapshot.summary is not None
    assert (snapshot.snapshot_id, snapshot.summary.operation) == (told.snapshot_id, Operation.REPLACE)
    assert snapshot.parent_snapshot_id == before.metadata.current_snapshot_id
    said = snapshot.summary.additional_properties
    assert {name: said[name] for name in said if "ingest" in name or "total-records" in name} == {
        "ingest.run-id": "run", "ingest.compacted-files": "5", "ingest.compacted-rows": "50", "total-records": "50",
    }  # fmt: skip
    assert table.properties == before.properties


def test_the_former_files_stay_for_the_former_snapshots(landing: Landing) -> None:
    for number in range(5):
        before = landing.land(NAME, [numbers(number * 10)])
    compacted(landing)
    scan = landing.table(NAME).scan(snapshot_id=before.metadata.current_snapshot_id)
    assert sorted(scan.to_arrow().column("id").to_pylist()) == [*range(50)]


def test_without_groups_nothing_is_committed(landing: Landing) -> None:
    before = landing.land(NAME, [numbers(0)])
    assert compacted(landing) == NOTHING
    assert landing.table(NAME).metadata.current_snapshot_id == before.metadata.current_snapshot_id


def test_each_partition_gets_a_file_of_its_own_and_large_enough_ones_are_left_alone(landing: Landing) -> None:
    laid = landing.layout(["day(at)", "bucket(2, id)"])
    kind = pa.timestamp("us", tz="UTC")
    for number in range(6):
        ids = pa.arange(number * 8, number * 8 + 8)
        at = pa.array([number % 2 * DAY if place < 6 else 9 * DAY * (number + 1) for place in range(8)], kind)
        landing.land(NAME, [pa.record_batch([ids, at], names=["id", "at"])], laid)
    lone = {file.file_path for file in landing.data_files(landing.table(NAME)) if file.partition[0] >= 9}
    groups = [group.partition for group in found(landing)]
    assert groups == []  # three files of each partition are too few
    for number in range(4):
        at = pa.array([number % 2 * DAY] * 8, kind)
        landing.land(NAME, [pa.record_batch([pa.arange(100, 108), at], names=["id", "at"])], laid)
    told = compacted(landing)
    assert (told.files_before, told.files_after) == (20, 4)
    assert lone < {file.file_path for file in landing.data_files(landing.table(NAME))}


def test_partitions_without_a_value_or_a_number_are_compacted(landing: Landing) -> None:
    laid = landing.layout(["x", "place"])
    for number in range(5):
        columns = [
            pa.array([number] * 3),
            pa.array([float("nan"), None, 1.5], pa.float32()),
            pa.array([None, "", "a/b=c"]),
        ]
        landing.land(NAME, [pa.record_batch(columns, names=["id", "x", "place"])], laid)
    before = sorted(map(repr, values(landing.table(NAME))))
    told = compact(landing.catalog, TABLE, found(landing))
    assert (told.files_before, told.files_after) == (15, 3)
    assert sorted(map(repr, values(landing.table(NAME)))) == before


def test_rows_are_sorted_anew_as_the_table_wants(landing: Landing) -> None:
    laid = landing.layout(sort_by=["id desc"])
    for number in range(5):
        landing.land(NAME, [numbers(number), numbers(number * 100)], laid)
    compacted(landing)
    (file,), (opened,) = landing.data_files(landing.table(NAME)), parquet(landing)
    ids = opened.read().column("id").to_pylist()
    assert ids == sorted(ids, reverse=True)
    assert file.sort_order_id == landing.table(NAME).sort_order().order_id


def test_rows_from_before_a_column_and_a_wider_type_are_written_as_the_table_is_now(landing: Landing) -> None:
    for number in range(3):
        columns = [pa.array([number], pa.int32()), pa.array([1.5], pa.float32())]
        landing.land(NAME, [pa.record_batch(columns, names=["id", "x"])])
    wide = [pa.array([2**40], pa.int64()), pa.array([1e300]), pa.array(["new"])]
    landing.land(NAME, [pa.record_batch(wide, names=["id", "x", "note"])], given={"id": pa.int64(), "x": pa.float64()})
    landing.land(NAME, [pa.record_batch([pa.array([7])], names=["id"])])
    compacted(landing)
    (opened,) = parquet(landing)
    assert [str(field.type) for field in opened.schema_arrow] == ["int64", "double", "string"]
    assert opened.read().column("note").to_pylist().count(None) == 4


def test_nested_rows_and_null_lists_stay_what_they_are(landing: Landing) -> None:
    rows = [
        {"a": 1, "b": [{"c": "x"}, None], "m": [("k", {"d": None}), ("l", None)]},
        {"a": None, "b": None, "m": None},
        {"a": 2, "b": [], "m": []},
        None,
    ]
    for number in range(5):
        column = pa.array(rows, arrow_type(NESTED))
        landing.land(NAME, [pa.record_batch([pa.array([number] * 4), column], names=["id", "v"])])
    assert compacted(landing).rows == 20


def test_more_rows_than_a_row_group_are_written_as_several(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "ROW_GROUP_ROWS", 25)
    for number in range(6):
        landing.land(NAME, [numbers(number * 10)])
    compacted(landing)
    (opened,) = parquet(landing)
    assert [opened.metadata.row_group(place).num_rows for place in range(opened.num_row_groups)] == [30, 30]


def test_rows_that_are_not_all_written_are_not_committed(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        before = landing.land(NAME, [numbers(number * 10)])
    real = TableFiles.batches

    def lossy(*arguments: Any) -> Any:  # noqa: ANN401  # passes on what it is given
        for places, rows in real(*arguments):
            yield places, rows.slice(1)

    monkeypatch.setattr(TableFiles, "batches", lossy)
    with pytest.raises(IngestError, match="hold 50 rows by the table's metadata, and 45 were written"):
        compact(landing.catalog, TABLE, found(landing))
    assert landing.table(NAME).metadata.current_snapshot_id == before.metadata.current_snapshot_id


def test_a_file_that_cannot_be_read_stops_it_and_leaves_nothing_open(landing: Landing) -> None:
    for number in range(5):
        table = landing.land(NAME, [numbers(number * 10)])
    groups, open_before = found(landing), landing.open_files()
    Path(landing.data_files(table)[0].file_path.removeprefix("file://")).unlink()
    with pytest.raises((JobError, TransientError), match="parquet"):
        compact(landing.catalog, TABLE, groups)
    assert landing.open_files() == open_before


def test_files_that_took_too_long_to_write_are_not_committed(landing: Landing) -> None:
    for number in range(5):
        before = landing.land(NAME, [numbers(number * 10)])
    later = OLDEST_TO_COMMIT + timedelta(minutes=1)
    opened = dataclasses.replace(landing.catalog, clock=lambda: datetime.now(UTC) + later)
    with pytest.raises(JobError, match="36 hours ago"):
        compact(opened, TABLE, found(landing))
    assert landing.table(NAME).metadata.current_snapshot_id == before.metadata.current_snapshot_id
