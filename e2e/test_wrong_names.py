"""Names that the catalog or the store does not know: exit code 2, and the mend says which key of the job names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.support.nessie import SPARE_WAREHOUSE
from e2e.support.objectstore import SPARE_BUCKET

if TYPE_CHECKING:
    from e2e.conftest import Servers
    from e2e.support.home import Home
    from e2e.support.product import Product
    from e2e.support.reading import Reader


def line_of(home: Home, text: str) -> int:
    """Give the number of the job file's line that holds a text."""
    lines = home.job_file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_an_unknown_warehouse_is_2(product: Product, home: Home, reader: Reader) -> None:
    home.replace_in_job("warehouse: warehouse", "warehouse: warehuose")
    result = product.run(home)
    assert result.exit_code == 2
    assert f"flights.yaml:{line_of(home, 'warehuose')}:" in result.report["error"]
    assert "target.catalog.warehouse" in result.report["error"]
    assert "name a warehouse that the server has" in result.report["error"]
    assert not reader.exists(home.namespace, "csv_flights")


def test_a_warehouse_whose_bucket_is_not_there_is_2(product: Product, home: Home, servers: Servers) -> None:
    home.replace_in_job("warehouse: warehouse", f"warehouse: {SPARE_WAREHOUSE}")
    servers.store.files.delete_dir(SPARE_BUCKET)
    try:
        result = product.run(home)
    finally:
        servers.store.files.create_dir(SPARE_BUCKET)
    assert result.exit_code == 2
    for each in result.report["objects"]:
        assert f"flights.yaml:{line_of(home, SPARE_WAREHOUSE)}:" in each["error"]
        assert "target.catalog.warehouse" in each["error"]
        assert "The specified bucket does not exist" in each["error"]
        assert "make the bucket of the warehouse, or name another warehouse" in each["error"]
