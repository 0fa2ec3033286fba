"""The embedded catalog is opened by several processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from ingest_core import Outcome
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.plugin import RunContext, TableName

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Home
    from ingest_core.catalogs.opened import OpenedCatalog

OPENERS = 8


@pytest.mark.parametrize("attempt", range(5))
def test_of_many_who_open_it_first_nobody_fails(tmp_path: Path, attempt: int) -> None:
    meeting = Barrier(OPENERS)

    def open_first(number: int) -> OpenedCatalog:
        meeting.wait()
        return open_catalog({}, None, RunContext(tmp_path, "acme", f"job-{attempt}", f"run-{number}"))

    with ThreadPoolExecutor(OPENERS) as pool:
        catalogs = list(pool.map(open_first, range(OPENERS)))
    assert all(catalog.load(TableName("acme", "orders")) is None for catalog in catalogs)


@pytest.mark.parametrize("name", ["my home", "50% off", "%20", "a[1]", "größe", "it's", "a;b&c=d"])
def test_a_home_may_have_any_name_that_a_uri_can_hold(home: Home, tmp_path: Path, name: str) -> None:
    home = replace(home, root=tmp_path / "homes" / name)
    home.write("data/orders.csv", "id\n1\n2\n")
    for _ in range(2):
        assert home.run().outcome is Outcome.SUCCESS
    assert home.rows("csv_orders").num_rows == 2
    assert [folder.name for folder in (tmp_path / "homes").iterdir()] == [name]


@pytest.mark.parametrize("name", ["what?", "c#"])
def test_a_home_whose_name_no_uri_can_hold_is_refused(home: Home, tmp_path: Path, name: str) -> None:
    home = replace(home, root=tmp_path / "homes" / name)
    home.write("data/orders.csv", "id\n1\n")
    report = home.run()
    assert report.outcome is Outcome.FAILURE
    assert report.error is not None
    assert "cannot write in its URIs" in report.error
    assert not (home.root / "state/catalog.db").exists()


@pytest.mark.parametrize("damage", [b"no database at all, by far" * 100, None])
def test_a_damaged_database_is_told(home: Home, damage: bytes | None) -> None:
    home.write("data/orders.csv", "id\n1\n")
    assert home.run().outcome is Outcome.SUCCESS
    database = home.root / "state/catalog.db"
    whole = database.read_bytes()
    database.write_bytes(damage or whole[:4096] + b"\x00\xff" * (len(whole) // 2 - 2048))
    report = home.run()
    assert report.outcome is Outcome.FAILURE
    assert "state/catalog.db is no database, or is damaged" in str(report)
    database.write_bytes(whole)
    assert home.run().outcome is Outcome.SUCCESS
