"""What goes wrong is told truly: by the exit code, by the mend, and by what is in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.reading import difference
from e2e.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader

MANY_ROWS = 2_000_000


def test_a_wrong_path_exits_2_and_names_the_line_to_mend(product: Product, home: Home, reader: Reader) -> None:
    home.replace_in_job("path: data/flights/*.csv", "path: data/fligths/*.csv")
    home.replace_in_job("path: data/airports.csv", "path: data/airprots.csv")
    result = product.run(home)
    assert result.exit_code == 2
    line = next(n for n, text in enumerate(home.job_file.read_text().splitlines(), 1) if "fligths" in text)
    assert f"flights.yaml:{line}" in result.stderr
    assert "data/fligths/*.csv" in result.stderr
    assert not reader.exists(home.namespace, "csv_flights")


def test_one_missing_file_of_two_exits_1_and_the_other_table_is_there(
    product: Product, home: Home, reader: Reader
) -> None:
    home.airports.unlink()
    result = product.run(home)
    assert result.exit_code == 1
    assert result.report["outcome"] == "partial"
    assert "airports" in result.stderr
    assert reader.count(home.namespace, "csv_flights") == 500
    assert not reader.exists(home.namespace, "csv_airports")


def test_a_job_file_with_an_unknown_key_exits_2_before_anything_is_touched(product: Product, home: Home) -> None:
    home.replace_in_job("tenant: acme", "tenant: acme\ntarget_table: flights")
    result = product.run(home)
    assert result.exit_code == 2
    assert "target_table" in result.stderr
    assert not any((home.path / "state").iterdir())


def test_a_run_killed_in_the_middle_and_run_again_ends_with_exactly_the_rows_of_the_files(
    product: Product, home: Home, reader: Reader, tmp_path: Path
) -> None:
    home.write_flights(4, MANY_ROWS)
    home.replace_in_job("tenant: acme", "tenant: acme\nlogging: {level: debug}")
    with product.started(home) as container:
        wait_until(lambda: b'"batch_written"' in container.logs(stdout=False), "a batch was written")
        container.kill()
        assert container.wait()["StatusCode"] == 137
        assert b'"committed"' not in container.logs(stdout=False)
    result = product.run(home)
    assert result.exit_code == 0, result.stderr
    assert result.rows()["flights"] == 500 + MANY_ROWS
    assert difference(home.flights, reader.fetch(home.namespace, "csv_flights", tmp_path / "flights")) == []
