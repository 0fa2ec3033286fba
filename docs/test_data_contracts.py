"""The page on data contracts is true: its files work together, and its table of types is what the core does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ingest_core import Outcome, load_job, plan, run
from ingest_core.contracts.column_types import LOGICAL_TYPES, column_type
from ingest_core.iceberg_types import type_name
from open_data_contract_standard.model import SchemaProperty

PAGE = (Path(__file__).parent / "data-contracts.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ROWS = re.findall(r"^\| `(\w+)`.*? \| (.*?) \| (.*?) ?\|$", PAGE, re.MULTILINE)[1:]  # behind the head
EXAMPLES: dict[str, dict[str, Any]] = {
    "object": {"properties": [{"name": "a", "logicalType": "date"}]},
    "array": {"items": {"logicalType": "date"}},
    "map": {"map": {"key": {"logicalType": "string"}, "value": {"logicalType": "date"}}},
}
"""What the types are made of that are made of others."""


def lands(logical: str, **said: object) -> str:
    kind = column_type(SchemaProperty.model_validate({"name": "x", "logicalType": logical, **said}))
    return type_name(kind) if kind is not None else "inferred"


def test_the_files_of_the_page_land_what_it_says(tmp_path: Path) -> None:
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    data = tmp_path / "data" / "orders" / "1.jsonl"
    data.parent.mkdir(parents=True)
    data.write_text('{"order_id":"1","price":1.5,"ordered_at":"2026-01-01T00:00:00Z","lines":[{"sku":"a"}]}\n', "utf-8")
    planned = plan(load_job(tmp_path / "jobs" / "acme" / "shop.yaml"))
    assert planned.objects[0].layout.key == ("order_id",)
    assert run(planned).outcome is Outcome.SUCCESS


def test_every_logical_type_has_a_row() -> None:
    assert {logical for logical, _, _ in ROWS} == {*LOGICAL_TYPES}


@pytest.mark.parametrize(("logical", "says", "unless"), ROWS)
def test_a_type_lands_as_the_table_of_types_says(logical: str, says: str, unless: str) -> None:
    kind = lands(logical, **EXAMPLES.get(logical, {}))
    assert kind.partition("<")[0] == says.split("`")[1]
    for options, other in re.findall(r"`logicalTypeOptions: (\{.*?\})`: `(.*?)`", unless):
        assert lands(logical, logicalTypeOptions=yaml.safe_load(options)) == other
    if "it has none" in unless:
        assert lands(logical) == re.sub(r"it has none: `?(.*?)`?$", r"\1", unless)
