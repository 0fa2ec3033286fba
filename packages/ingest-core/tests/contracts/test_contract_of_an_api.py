"""An API's columns have the types that the contract says; those that no record brings land without values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ingest_core import Outcome

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

    from conftest import Answer, Answering, Home

CONNECTOR = """\
version: 1
options: {base_url: {}}
base_url: "${option:base_url}"
paging: {type: none}
streams:
  orders: {path: /orders, records: data, key: [id], types: {price: double}, epochs: {at: s}}
"""
REGISTRY = "version: 1\nconnectors:\n  shop: {description: A shop, roles: [source]}\n"
ASSET = """\
apiVersion: v3.1.0
kind: DataContract
schema:
  - name: orders
    properties:
      - {name: number, logicalType: integer, description: What tells orders apart}
      - {name: price, logicalType: number, physicalType: "decimal(12, 2)"}
      - {name: at, logicalType: timestamp}
      - {name: note, logicalType: string}
"""
JOB = """\
tenant: acme
asset: orders
source:
  connector: shop
  with: {{base_url: "{url}"}}
  objects:
    orders: {{rename: {{id: number}}, write: merge}}
target: {{connector: iceberg}}
"""


def answer(_: BaseHTTPRequestHandler) -> Answer:
    return 200, {"Content-Type": "application/json"}, b'{"data":[{"id":7,"price":2.5,"at":1767225600,"more":true}]}'


def test_rows_land_as_the_contract_says(home: Home, answering: Answering) -> None:
    home.write("connectors/shop.yaml", CONNECTOR)
    home.write("registry/connectors.yaml", REGISTRY)
    home.write("assets/orders.yaml", ASSET)
    assert home.run(JOB.format(url=answering(answer))).outcome is Outcome.SUCCESS
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert home.values("shop_orders", "number", "price", "at", "note", "more") == [(7, Decimal("2.50"), at, None, True)]
    field = home.catalog().load_table(("acme", "shop_orders")).schema().find_field("number")
    assert (field.doc, field.required) == ("What tells orders apart", True)
