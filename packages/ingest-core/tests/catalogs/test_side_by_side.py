"""Rows that several writers share are each written once; a failure of one leaves no writer open."""

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest
from ingest_core.catalogs.side_by_side import write_all
from ingest_core.messages import DataFile

FAULTY = 30


class Listed:
    """A writer that lists what it is given, once all of its kind have begun."""

    def __init__(self, begun: threading.Barrier, faulty: int | None = None) -> None:
        self.begun = begun
        self.faulty = faulty
        self.rows: list[int] = []
        self.abandoned = False

    def write(self, batch: pa.RecordBatch) -> None:
        if not self.rows:
            self.begun.wait(timeout=60)
        values = batch.column(0).to_pylist()
        if self.faulty in values:
            raise OSError("the disk is full")
        self.rows += values

    def flush(self) -> tuple[DataFile, ...]:
        return (DataFile("", len(self.rows), 0, self.rows),)

    def abandon(self) -> None:
        self.abandoned = True


def batches(count: int, faulty: int | None = None) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        if number == faulty:
            raise ValueError("the file is damaged")
        yield pa.record_batch([pa.array([number])], names=["number"])


def writers(count: int, faulty: int | None = None) -> list[Listed]:
    begun = threading.Barrier(count)
    return [Listed(begun, faulty) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_row_is_written_once_and_every_writer_has_some(count: int) -> None:
    shared = writers(count)
    files = write_all(batches(100), shared)
    assert sorted(row for each in shared for row in each.rows) == [*range(100)]
    assert all(each.rows for each in shared)
    assert [file.entry for file in files] == [each.rows for each in shared]
    assert not any(each.abandoned for each in shared)


@pytest.mark.parametrize("count", [1, 2])
def test_after_a_failure_to_write_nothing_more_is_read_and_all_writers_are_abandoned(count: int) -> None:
    shared = writers(count, FAULTY)
    rows = batches(1_000_000)
    with pytest.raises(OSError, match="full"):
        write_all(rows, shared)
    assert all(each.abandoned for each in shared)
    assert next(rows).column(0)[0].as_py() < 1_000_000 - 1


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_to_read_is_told_and_all_writers_are_abandoned(count: int) -> None:
    shared = writers(count)
    with pytest.raises(ValueError, match="damaged"):
        write_all(batches(100, FAULTY), shared)
    assert all(each.abandoned for each in shared)
