"""The main job: CSV files land in Iceberg tables on Nessie, by the image."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import duckdb

from e2e.support.home import make_rivals
from e2e.support.reading import difference

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader


def test_a_file_job_lands_exactly_the_rows_of_its_files(
    product: Product, home: Home, reader: Reader, tmp_path: Path
) -> None:
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert result.rows() == {"flights": 500, "airports": 3}
    assert reader.count(home.namespace, "csv_flights") == 500
    assert reader.count(home.namespace, "csv_airports") == 3
    flights = reader.fetch(home.namespace, "csv_flights", tmp_path / "flights")
    airports = reader.fetch(home.namespace, "csv_airports", tmp_path / "airports")
    assert difference(home.flights, flights) == []
    assert difference(str(home.airports), airports) == []


def test_the_run_is_found_in_the_commit_log_of_nessie(product: Product, home: Home, servers: Servers) -> None:
    report = product.run(home).report
    ours = [entry for entry in servers.nessie.log() if entry.properties.get("run-id") == report["run_id"]]
    assert ours
    assert {(entry.properties["tenant"], entry.properties["job"]) for entry in ours} == {("acme", "flights")}
    assert any(report["run_id"] in entry.message for entry in ours)


def test_a_second_run_loads_nothing_twice(product: Product, home: Home, reader: Reader) -> None:
    product.run(home)
    again = product.run(home)
    assert again.exit_code == 0, again.stderr
    assert again.rows()["flights"] == 0
    assert reader.count(home.namespace, "csv_flights") == 500
    assert reader.count(home.namespace, "csv_airports") == 3


def test_a_file_that_arrives_later_is_the_only_one_loaded(
    product: Product, home: Home, reader: Reader, tmp_path: Path
) -> None:
    product.run(home)
    home.write_flights(3, 50)
    later = product.run(home)
    assert later.exit_code == 0, later.stderr
    assert later.rows()["flights"] == 50
    assert difference(home.flights, reader.fetch(home.namespace, "csv_flights", tmp_path / "flights")) == []


def test_a_new_column_lands_with_its_first_rows(product: Product, home: Home, reader: Reader, tmp_path: Path) -> None:
    product.run(home)
    home.write_flights(3, 50)
    later = home.path / "data" / "flights" / "2013-03.csv"
    lines = later.read_text(encoding="utf-8").splitlines()
    later.write_text("\n".join([f"{lines[0]},gate", *(f"{line},G7" for line in lines[1:])]) + "\n", encoding="utf-8")
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert reader.count(home.namespace, "csv_flights") == 550
    files = reader.fetch(home.namespace, "csv_flights", tmp_path / "flights")
    landed = duckdb.read_parquet([str(file) for file in files], union_by_name=True)
    gates = landed.aggregate("count(*) filter (gate = 'G7'), count(*) filter (gate is null)")
    assert gates.fetchall() == [(50, 500)]


def test_first_ever_runs_at_once_share_the_table_and_lose_no_row(
    product: Product, servers: Servers, reader: Reader, tmp_path: Path
) -> None:
    homes = make_rivals(tmp_path, servers.nessie, servers.store)
    namespace = homes[0].namespace
    with ThreadPoolExecutor(len(homes)) as pool:
        results = list(pool.map(product.run, homes))
    assert [result.exit_code for result in results] == [0, 0, 0], [result.stderr for result in results]
    assert reader.count(namespace, "csv_flights") == 3 * 500
    assert reader.count(namespace, "csv_airports") == 3 * 3


def test_the_report_is_json_on_stdout_and_the_log_is_json_on_stderr(product: Product, home: Home) -> None:
    result = product.run(home)
    assert result.report["outcome"] == "success"
    names = [event["event"] for event in result.events if event["level"] == "info"]
    assert names[0] == "job_started"
    assert names[-1] == "job_finished"
    assert {"object_started", "committed", "object_finished"} <= set(names)
    # What is said before the run begins, as of a file of secrets that everybody may read, bears no run.
    of_the_run = [event for event in result.events if event["level"] == "info"]
    assert {(event["tenant"], event["job"], event["run_id"]) for event in of_the_run} == {
        ("acme", "flights", result.report["run_id"])
    }
