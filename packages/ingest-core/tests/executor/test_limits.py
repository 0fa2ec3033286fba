"""What a run takes is bounded by the job's limits, however much there is to read."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome, foresee, load_job, plan
from ingest_core.files import FileSource
from ingest_core.limits import LIBRARIES, WORKER, gathering_memory, share_of, workers_at_once
from ingest_core.plugin import Batch, Checkpoint, Split
from structlog.testing import capture_logs

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
target: {connector: iceberg}
limits: {workers: 8, memory: %s}
"""


@pytest.fixture(autouse=True)
def data(home: "Home", monkeypatch: pytest.MonkeyPatch) -> None:
    """Write files that are a split each."""
    monkeypatch.setattr("ingest_core.files.tasks.PACK_BYTES", 1)
    for number in range(12):
        home.write(f"data/orders-{number:02}.csv", f"id,name\n{number},x\n")


class Counted:
    """Reads as a source does, and counts how many read at once; each waits for so many others, if they come."""

    def __init__(self, expected: int) -> None:
        self._read = FileSource.read
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0
        self._barrier = threading.Barrier(expected)

    def read(self, source: FileSource, split: Split) -> Iterator[Batch | Checkpoint]:
        """Read a split in the source's place."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self._barrier.wait(30)
        yield from self._read(source, split)
        with self._lock:
            self._now -= 1


@pytest.mark.parametrize(("memory", "at_once"), [("256MB", 1), ("512MB", 2), ("620MB", 4)])
def test_no_more_splits_are_read_at_once_than_the_memory_holds_and_the_plan_and_the_log_say_so(
    home: "Home", monkeypatch: pytest.MonkeyPatch, memory: str, at_once: int
) -> None:
    (told,) = foresee(plan(load_job(home.job(JOB % memory))))
    assert (told.splits, told.workers) == (12, at_once)
    counted = Counted(at_once)
    monkeypatch.setattr(FileSource, "read", lambda source, split: counted.read(source, split))  # noqa: PLW0108  # a bound method would not be given the source
    with capture_logs() as logs:
        assert home.run(JOB % memory).outcome is Outcome.SUCCESS
    assert counted.most == at_once
    (bounded,) = [line for line in logs if line["event"] == "workers_bounded"]
    assert (bounded["workers"], bounded["asked"]) == (at_once, 8)


def test_nothing_is_told_where_the_memory_holds_all_workers(home: "Home") -> None:
    with capture_logs() as logs:
        assert home.run(JOB % "1GB").outcome is Outcome.SUCCESS
    assert "workers_bounded" not in [line["event"] for line in logs]


@pytest.mark.parametrize("memory", [400_000_000, 512_000_000, 1_000_000_000, 8_000_000_000])
@pytest.mark.parametrize("asked", [1, 2, 8, 64])
def test_what_is_divided_is_no_more_than_there_is(memory: int, asked: int) -> None:
    workers = workers_at_once(asked, memory)
    assert 1 <= workers <= asked
    assert LIBRARIES + workers * WORKER <= memory
    share = share_of(memory, workers)
    assert share.memory <= 16_000_000 or LIBRARIES + workers * (WORKER + share.memory) <= memory
    assert memory // 4 <= gathering_memory(memory, workers) < memory
