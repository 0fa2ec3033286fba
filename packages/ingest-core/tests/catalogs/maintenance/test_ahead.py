"""Batches are read one ahead, and no further."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest
from ingest_core.catalogs.maintenance.ahead import ahead


def batches(count: int, read: list[int], faulty: int | None = None) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        if number == faulty:
            raise ValueError("the file is damaged")
        read.append(number)
        yield pa.record_batch([[number]], names=["number"])


def numbers(found: Iterator[pa.RecordBatch]) -> list[int]:
    return [batch.column(0)[0].as_py() for batch in found]


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_all_batches_come_in_their_order(count: int) -> None:
    assert numbers(ahead(batches(count, []))) == [*range(count)]


def test_a_fault_comes_in_its_place() -> None:
    found = ahead(batches(5, [], 2))
    assert [next(found).column(0)[0].as_py() for _ in range(2)] == [0, 1]
    with pytest.raises(ValueError, match="damaged"):
        next(found)


def test_the_next_batch_is_read_while_one_is_used() -> None:
    used, was_read = threading.Event(), threading.Event()

    def two() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([[0]], names=["number"])
        assert used.wait(10)
        was_read.set()
        yield pa.record_batch([[1]], names=["number"])

    found = ahead(two())
    next(found)
    used.set()
    assert was_read.wait(10)
    assert numbers(found) == [1]


def test_nothing_more_is_read_once_it_is_closed() -> None:
    read: list[int] = []
    found = ahead(batches(50, read))
    next(found)
    found.close()
    assert read in ([0], [0, 1])
