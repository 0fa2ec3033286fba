"""The embedded catalog is opened by several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.plugin import RunContext, TableName

if TYPE_CHECKING:
    from pathlib import Path

    from ingest_core.catalogs.opened import OpenedCatalog

OPENERS = 8


@pytest.mark.parametrize("attempt", range(5))
def test_of_many_who_open_it_first_nobody_fails(tmp_path: "Path", attempt: int) -> None:
    meeting = Barrier(OPENERS)

    def open_first(number: int) -> "OpenedCatalog":
        meeting.wait()
        return open_catalog({}, None, RunContext(tmp_path, "acme", f"job-{attempt}", f"run-{number}"))

    with ThreadPoolExecutor(OPENERS) as pool:
        catalogs = list(pool.map(open_first, range(OPENERS)))
    assert all(catalog.load(TableName("acme", "orders")) is None for catalog in catalogs)
