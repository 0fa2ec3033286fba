"""What a data contract says of a table is in the table on a real Nessie, from its making and with later rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_core import Outcome
from pyiceberg.schema import Schema

from e2e.conftest import Servers, started
from e2e.support.shop import Shop

ASSET = """\
apiVersion: v3.1.0
kind: DataContract
schema:
  - name: orders
    description: All orders.
    properties:
      - {name: id, logicalType: string, primaryKey: true, description: What tells orders apart}
      - {name: price, logicalType: number, physicalType: "decimal(12, 2)", description: In euros}
"""


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Start an S3 server and Nessie, whose clients run on the host, and remove them in the end."""
    with started(request, for_host=True) as found:
        yield found


@pytest.mark.parametrize("publish", ["each", "together"])
def test_types_key_and_descriptions_are_those_of_the_contract(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publish: str
) -> None:
    monkeypatch.delenv("INGEST_HOME", raising=False)
    token = secrets.token_hex(4)
    objects = {"orders": {"asset": "orders"}}
    shop = Shop(servers, tmp_path, f"ns_{token}", f"shop_{token}", objects=objects, publish=publish)
    asset = tmp_path / "assets" / "orders.yaml"
    asset.parent.mkdir()
    asset.write_text(ASSET, encoding="utf-8")
    shop.write("orders-1", "id,price", "007,2.5")
    assert shop.run().outcome is Outcome.SUCCESS
    first: Schema = shop.table("orders").schema()
    assert told(first) == [
        ("id", "string", True, "What tells orders apart"),
        ("price", "decimal(12, 2)", False, "In euros"),
    ]
    assert first.identifier_field_names() == {"id"}
    assert shop.table("orders").properties["comment"] == "All orders."
    asset.write_text(ASSET.replace("In euros", "In dollars").replace("All orders", "Orders"), encoding="utf-8")
    shop.write("orders-2", "id,price", "008,3.5")
    assert shop.run().outcome is Outcome.SUCCESS
    second: Schema = shop.table("orders").schema()
    assert [field.field_id for field in second.fields] == [field.field_id for field in first.fields]
    assert second.find_field("price").doc == "In dollars"
    assert shop.table("orders").properties["comment"] == "Orders."
    assert shop.rows("orders") == [("007",), ("008",)]


def told(schema: Schema) -> list[tuple[str, str, bool, str | None]]:
    """List what the contract's columns are."""
    return [(each.name, str(each.field_type), each.required, each.doc) for each in schema.fields[:2]]
