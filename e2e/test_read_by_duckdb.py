"""What the image landed is read by DuckDB alone: catalog, manifests and files, as by any client of such a catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.support import duckdb_image
from e2e.support.duckdb_reader import LAKE, SOURCES, DuckDbReader
from e2e.support.images import obtain
from e2e.support.reading import either_lacks

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product

FLIGHTS = f"read_csv('{SOURCES}/flights/*.csv', union_by_name = true)"
AIRPORTS = f"read_csv('{SOURCES}/airports.csv')"


@pytest.fixture
def duckdb(servers: Servers) -> DuckDbReader:
    """Read tables by DuckDB, which is attached to Nessie."""
    return DuckDbReader(servers.stage, obtain(duckdb_image.RECIPE), servers.nessie, servers.store)


def table(home: Home, name: str) -> str:
    """Name a table as DuckDB does."""
    return f"{LAKE}.{home.namespace}.{name}"


def test_it_finds_exactly_the_rows_of_the_files(product: Product, home: Home, duckdb: DuckDbReader) -> None:
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    flights, airports = table(home, "csv_flights"), table(home, "csv_airports")
    data = home.path / "data"
    assert duckdb.query(f"FROM {flights} SELECT count(*) AS rows", data) == [{"rows": 500}]
    assert duckdb.query(either_lacks(FLIGHTS, flights), data) == []
    assert duckdb.query(either_lacks(AIRPORTS, airports), data) == []
    home.airports.write_text("iata,name,latitude\nEWR,Elsewhere,1.5\n", encoding="utf-8")
    differing = duckdb.query(either_lacks(AIRPORTS, airports), data)
    assert {row["name"] for row in differing} == {"Elsewhere", "Newark, Liberty", "Kennedy", "Los Ángeles"}


def test_it_finds_what_later_runs_changed(product: Product, home: Home, duckdb: DuckDbReader) -> None:
    product.run(home)
    home.write_flights(3, 50)
    later = home.path / "data" / "flights" / "2013-03.csv"
    header, *lines = later.read_text(encoding="utf-8").splitlines()
    later.write_text("\n".join([f"{header},gate", *(f"{line},G7" for line in lines)]) + "\n", encoding="utf-8")
    home.airports.write_text("iata,name,latitude\nSFO,San Francisco,37.6189\n", encoding="utf-8")
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    data = home.path / "data"
    assert duckdb.query(either_lacks(FLIGHTS, table(home, "csv_flights")), data) == []
    found = duckdb.query(f"FROM {table(home, 'csv_airports')} SELECT iata, latitude", data)
    assert found == [{"iata": "SFO", "latitude": 37.6189}]


def test_it_finds_rows_that_are_divided_into_partitions_and_merged(
    product: Product, home: Home, duckdb: DuckDbReader
) -> None:
    home.replace_in_job("write: append", "write: merge\n      key: [flight, day]\n      partition_by: [origin]")
    home.replace_in_job("data/flights/*.csv", "data/flights/2013-0[12].csv")
    product.run(home)
    first = home.path / "data" / "flights" / "2013-01.csv"
    first.write_text(first.read_text(encoding="utf-8").replace(",EWR,", ",LGA,"), encoding="utf-8")
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert duckdb.query(either_lacks(FLIGHTS, table(home, "csv_flights")), home.path / "data") == []
