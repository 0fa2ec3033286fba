"""Small files of one partition are found and grouped, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.catalogs.iceberg_table import IcebergTable
from ingest_core.catalogs.maintenance.grouping import small_files

if TYPE_CHECKING:
    from conftest import Landing
    from ingest_core.ports import FileGroup
    from pyiceberg.table import Table

NAME = "orders"
TARGET = "write__target_file_size_bytes"


def batch(first: int, count: int = 10, place: str = "a") -> pa.RecordBatch:
    return pa.record_batch(
        [pa.arange(first, first + count), pa.array([place] * count, pa.string())], names=["id", "place"]
    )


def land(landing: Landing, *counts: int, target: int | None = None, by: list[str] | None = None) -> Table:
    """Land a file of so many rows by each of some commits."""
    said = {"write.target-file-size-bytes": str(target)} if target else {}
    laid = landing.layout(by, **said)
    for number, count in enumerate(counts):
        landing.land(NAME, [batch(number * 1000, count)], laid)
    return landing.table(NAME)


def found(landing: Landing, table: Table) -> list[FileGroup]:
    return small_files(IcebergTable(table, landing.catalog.context))


def shapes(groups: list[FileGroup]) -> list[tuple[str, int]]:
    return sorted((group.partition, group.files) for group in groups)


@pytest.mark.parametrize(("count", "groups"), [(1, []), (4, []), (5, [("", 5)]), (9, [("", 9)])])
def test_five_small_files_are_worth_it_and_fewer_are_not(
    landing: Landing, count: int, groups: list[tuple[str, int]]
) -> None:
    assert shapes(found(landing, land(landing, *[10] * count))) == groups


def test_a_group_tells_its_files_rows_and_bytes(landing: Landing) -> None:
    table = land(landing, 10, 20, 30, 40, 50)
    (group,) = found(landing, table)
    assert (group.rows, group.size) == (150, sum(file.file_size_in_bytes for file in landing.data_files(table)))


def test_two_files_that_fill_one_together_are_worth_it(landing: Landing) -> None:
    size = landing.data_files(land(landing, 10, 10))[0].file_size_in_bytes
    table = land(landing, 0, target=size * 2 + 10)
    assert shapes(found(landing, table)) == [("", 2)]


def test_files_of_three_quarters_of_the_target_are_not_small(landing: Landing) -> None:
    size = landing.data_files(land(landing, *[10] * 8))[0].file_size_in_bytes
    assert found(landing, land(landing, 0, target=int(size / 0.76))) == []
    assert len(found(landing, land(landing, 0, target=int(size / 0.48)))) == 4


def test_files_are_packed_to_no_more_than_the_target(landing: Landing) -> None:
    size = landing.data_files(land(landing, *[10] * 30))[0].file_size_in_bytes
    groups = found(landing, land(landing, 0, target=10 * size + 200))
    assert shapes(groups) == [("", 10)] * 3
    assert len({task.file.file_path for group in groups for task in group.entry}) == 30


def test_files_are_grouped_within_their_partition(landing: Landing) -> None:
    laid = landing.layout(["place"])
    for number in range(6):
        places = ["a", "b"] if number < 5 else ["a", "c"]
        landing.land(NAME, [batch(number * 10, 5, place) for place in places], laid)
    assert shapes(found(landing, landing.table(NAME))) == [("place=a", 6), ("place=b", 5)]


def test_files_of_no_number_are_of_one_partition(landing: Landing) -> None:
    laid = landing.layout(["x"])
    for number in range(5):
        columns = [pa.array([number]), pa.array([float("nan")], pa.float32())]
        landing.land(NAME, [pa.record_batch(columns, names=["id", "x"])], laid)
    assert shapes(found(landing, landing.table(NAME))) == [("x=nan", 5)]


def test_files_of_a_former_partitioning_are_left_alone(landing: Landing) -> None:
    for number in range(5):
        landing.land(NAME, [batch(number)])
    for number in range(5):
        table = landing.land(NAME, [batch(number)], landing.layout(["place"]))
    assert shapes(found(landing, table)) == [("place=a", 5)]


def test_a_table_of_a_newer_format_is_told_with_the_mend(landing: Landing) -> None:
    table = land(landing, *[10] * 5)
    table.metadata = table.metadata.model_copy(update={"format_version": 3})
    with pytest.raises(JobError, match="version 3") as raised:
        found(landing, table)
    assert "the engine that made it" in raised.value.faults[0].mend


def test_a_table_without_rows_has_nothing_small(landing: Landing) -> None:
    assert found(landing, land(landing, 0)) == []
