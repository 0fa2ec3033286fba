"""Whole runs of jobs that read JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ingest_core.iceberg_types import arrow_type

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source:
  connector: jsonl
  objects:
    orders: {path: "data/*.jsonl"}
target: {connector: iceberg, metadata_columns: false}
"""

FIRST = """\
{"id": 1, "price": 0.10, "at": "2024-01-01T10:00:00+01:00", "lines": [{"sku": "a", "n": 2}]}
{"id": 2, "price": 7, "at": null, "lines": []}
"""


def test_nested_lines_land_typed_once_and_new_keys_become_columns(home: Home) -> None:
    home.write("data/1.jsonl", FIRST)
    assert home.run(JOB).outcome == 0
    assert home.run(JOB).objects[0].rows == 0
    home.write("data/2.jsonl", '{"id": 3, "lines": [{"sku": "b", "gift": true}], "note": "new"}\n')
    assert home.run(JOB).outcome == 0
    found = home.rows("jsonl_orders").sort_by("id")
    assert found.schema.field("at").type == arrow_type("timestamptz")
    assert found.select(["id", "price", "note"]).to_pylist() == [
        {"id": 1, "price": 0.1, "note": None},
        {"id": 2, "price": 7.0, "note": None},
        {"id": 3, "price": None, "note": "new"},
    ]
    assert [each for row in found.column("lines").to_pylist() for each in row] == [
        {"sku": "a", "n": 2, "gift": None},
        {"sku": "b", "n": None, "gift": True},
    ]


def test_types_of_the_table_hold_in_later_runs(home: Home) -> None:
    home.write("data/1.jsonl", '{"id": "007"}\n')
    assert home.run(JOB).outcome == 0
    home.write("data/2.jsonl", '{"id": 8}\n')
    assert home.run(JOB).outcome == 0
    assert home.values("jsonl_orders", "id") == [("007",), ("8",)]


@pytest.mark.parametrize("bad", ["{", '{"id": "x"}', '{"id": 2, "other": 1}'])
def test_of_a_file_with_a_bad_line_nothing_lands(home: Home, bad: str) -> None:
    good = '{"id": 1}\n' * 200_000
    home.write("data/1.jsonl", f"{good}{bad}\n{good}")
    report = home.run(JOB)
    assert report.outcome == 2
    assert "data/1.jsonl: line 200001" in str(report.objects[0].error)
    assert home.rows("jsonl_orders").num_rows == 0
