"""A merge takes no more memory than the job allows, however large the table is and however much comes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pytest
from ingest_core import Outcome
from ingest_core.limits import LEAST_GATHERING

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    NAME:
      path: "data/NAME*.csv"
      key: [id]
      incremental: {cursor: at}
      types: {id: long, at: long, text: string}
target: {connector: iceberg, write: WRITE}
limits: {memory: 256MB}
"""
LIMIT = 256_000_000
SLACK = 96_000_000
"""What the allocators keep of what was let go of."""


def job(name: str, write: str) -> str:
    return JOB.replace("NAME", name).replace("WRITE", write)


def rows(home: "Home", file: str, count: int, at: int, step: int = 1) -> None:
    """Write rows of about 110 bytes, of every so many of the ids."""
    ids = pc.multiply(pa.arange(0, count), step)
    parts = [pc.random(count, initializer=place).cast(pa.string()) for place in range(at, at + 5)]
    text = pc.binary_join_element_wise(*parts, "-")
    path = home.write(f"data/{file}.csv", "")
    pa_csv.write_csv(pa.table({"id": ids, "at": pa.repeat(pa.scalar(at), count), "text": text}), path)


def measured(home: "Home", write: str) -> dict[str, Any]:
    """Run the job in a process of its own."""
    rows(home, "small-1", 100, 1)
    jobs = [str(home.job(job(name, write), name)) for name in ("small", "large")]
    script = str(Path(__file__).with_name("measured_run.py"))
    ended = subprocess.run(  # noqa: S603  # our own Python and script
        [sys.executable, script, *jobs],
        env={**os.environ, "INGEST_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize(
    ("write", "first", "count", "step"), [("merge", "append", 3_000_000, 4), ("history", "history", 1_200_000, 2)]
)
def test_what_is_compared_with_a_table_larger_than_the_limit_goes_to_disk_and_the_run_stays_within_it(
    home: "Home", write: str, first: str, count: int, step: int
) -> None:
    rows(home, "large-1", count, 1)
    assert home.run(job("large", first).replace("256MB", "4GB"), name="large").outcome is Outcome.SUCCESS
    coming = count // step
    rows(home, "large-2", coming, 10, step)
    told = measured(home, write)
    assert (told["outcome"], told["rows"]) == ("SUCCESS", coming), told
    assert told["taken"] < LIMIT + SLACK, told
    assert told["on_disk"] > LEAST_GATHERING, told
    found = home.rows("csv_large").column("at")
    assert pc.sum(pc.equal(found, 10)).as_py() == coming
    assert len(found) == (count if write == "merge" else count + coming)
