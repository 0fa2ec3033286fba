"""``docker stop`` ends a run in time, with the exit code that is true, and the next run ends with exactly the rows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from e2e.support.reading import difference
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from docker.models.containers import Container

    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader

MANY_ROWS = 2_000_000
KILLED_AFTER_SECONDS = 10
"""Docker's own patience."""


def stopped(container: Container, moment: str) -> tuple[int, dict[str, Any], float]:
    """Stop a container at a moment of its log, as an operator does; gives exit code, report and the seconds it took."""
    wait_until(lambda: moment.encode() in container.logs(stdout=False), f"{moment} is in the log")
    began = time.monotonic()
    container.stop(timeout=KILLED_AFTER_SECONDS)
    seconds = time.monotonic() - began
    report: dict[str, Any] = json.loads(container.logs(stdout=True, stderr=False))
    return int(container.wait()["StatusCode"]), report, seconds


@pytest.fixture
def long_home(home: Home) -> Home:
    """A home whose flights take seconds to land, and whose log tells of each batch."""
    home.write_flights(4, MANY_ROWS)
    home.replace_in_job("tenant: acme", "tenant: acme\nlogging: {level: debug}\nlimits: {workers: 1}")
    return home


def test_a_run_that_is_stopped_before_a_commit_exits_2_in_time_and_no_row_is_there(
    product: Product, long_home: Home, reader: Reader, tmp_path: Path
) -> None:
    with product.started(long_home) as container:
        code, report, seconds = stopped(container, '"batch_written"')
    assert (code, report["outcome"], report["stopped"], report["objects"]) == (2, "failure", True, [])
    assert seconds < KILLED_AFTER_SECONDS
    assert not reader.exists(long_home.namespace, "csv_airports")
    assert reader.count(long_home.namespace, "csv_flights") == 0  # made, with its first and empty snapshot
    assert_next_run_is_exact(product, long_home, reader, tmp_path)


def test_a_run_that_is_stopped_after_one_of_two_objects_exits_1_in_time_and_tells_of_it(
    product: Product, long_home: Home, reader: Reader, tmp_path: Path
) -> None:
    swap_objects(long_home)
    with product.started(long_home) as container:
        code, report, seconds = stopped(container, '"object": "flights", "rows"')
    assert (code, report["outcome"], report["stopped"]) == (1, "partial", True)
    assert [(entry["name"], entry["status"]) for entry in report["objects"]] == [("airports", "committed")]
    assert seconds < KILLED_AFTER_SECONDS
    assert reader.count(long_home.namespace, "csv_airports") == 3
    assert reader.count(long_home.namespace, "csv_flights") == 0
    assert_next_run_is_exact(product, long_home, reader, tmp_path)


def swap_objects(home: Home) -> None:
    """Let the small object land before the large one."""
    home.replace_in_job("    flights:\n      path: data/flights/*.csv\n      write: append\n", "")
    home.replace_in_job("target:\n", "    flights: {path: data/flights/*.csv, write: append}\ntarget:\n")


def assert_next_run_is_exact(product: Product, home: Home, reader: Reader, folder: Path) -> None:
    """A second run ends well, and the table holds each row of the files once."""
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert difference(home.flights, reader.fetch(home.namespace, "csv_flights", folder / "flights")) == []
    assert reader.count(home.namespace, "csv_airports") == 3
