"""Two containers that change the same table at once, each with a home of its own: no slot keeps them apart."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import duckdb

from e2e.support.home import make_home
from e2e.support.meeting import meeting
from e2e.support.places import commit_to
from e2e.support.reading import difference

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.product import Product
    from e2e.support.proxy import Proxy
    from e2e.support.reading import Reader


def test_what_both_merge_is_there_once_and_of_two_that_replace_one_wins_and_the_other_says_so(
    product: Product, servers: Servers, proxy: Proxy, reader: Reader, tmp_path: Path
) -> None:
    namespace = f"acme_{secrets.token_hex(4)}"
    homes = [make_home(tmp_path / f"home{number}", namespace, servers.nessie, servers.store) for number in range(2)]
    for number, home in enumerate(homes):
        home.replace_in_job(servers.nessie.network_uri, f"{proxy.address}/iceberg")
        home.replace_in_job("tenant: acme", f"tenant: acme\nname: job{number}")
        home.replace_in_job("write: append", "write: merge\n      key: [flight, day]")
        home.write_flights(3 + number, 50)
    met = [meeting(commit_to("csv_flights")), meeting(commit_to("csv_airports"))]
    proxy.rules += met  # each sends what was made upon the empty table
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(product.run, homes))
    assert [rule.met for rule in met] == [2, 2]
    assert not proxy.broken
    assert sorted(result.exit_code for result in results) == [0, 1], [result.stderr for result in results]
    (lost,) = [result for result in results if result.exit_code]
    assert [each["status"] for each in lost.report["objects"]] == ["committed", "failed"]
    assert "another job landed rows in the table meanwhile" in lost.report["objects"][1]["error"]
    assert reader.count(namespace, "csv_airports") == 3
    files = [str(file) for file in reader.fetch(namespace, "csv_flights", tmp_path / "landed")]
    flights = duckdb.read_parquet(files)
    assert flights.aggregate("count(*), count(distinct (flight, day))").fetchall() == [(600, 600)]
    homes[0].write_flights(4, 50)
    assert difference(homes[0].flights, [tmp_path / "landed" / name for name in files]) == []
