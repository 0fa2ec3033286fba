"""The servers themselves, what the other tests stand on; and what only newer ones say, said by this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from e2e.support.nessie import ADVISED, FILE_IO
from e2e.support.nessie_image import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader

ORPHANS = ("maintain", "--config", "/app/jobs/acme/flights.yaml", "--only", "orphans")


def test_rows_written_through_nessie_are_read_back_from_s3(servers: Servers, reader: Reader, tmp_path: Path) -> None:
    reader.catalog.create_namespace("smoke")
    created = reader.catalog.create_table(("smoke", "numbers"), schema=pa.schema([("n", pa.int64())]))
    assert created.location().startswith("s3://")
    reader.table("smoke", "numbers").append(pa.table({"n": [1, 2, 3]}))
    assert reader.count("smoke", "numbers") == 3
    assert len(reader.fetch("smoke", "numbers", tmp_path / "copies")) == 1
    assert any("numbers" in entry.message for entry in servers.nessie.log())


def test_the_server_is_the_oldest_that_is_served(servers: Servers, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--nessie-image"):
        pytest.skip("an option names another one")
    assert ".".join(map(str, servers.nessie.version())) == VERSION


def test_how_python_reaches_files_is_the_jobs_to_say_not_the_servers(
    product: Product, home: Home, servers: Servers, reader: Reader
) -> None:
    # Nessie says it from 0.100 on, of each table; an older one says it of a warehouse when it is told to.
    assert servers.nessie.settings(ADVISED)["py-io-impl"] == FILE_IO
    home.replace_in_job("warehouse: warehouse", f"warehouse: {ADVISED}")
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert f"/{ADVISED}/" in reader.table(home.namespace, "csv_flights").location()
    assert reader.count(home.namespace, "csv_flights") == 500
    # Orphans can be listed by Arrow alone.
    listed = product.run(home, ORPHANS)
    assert listed.exit_code == 0, listed.stdout + listed.stderr
