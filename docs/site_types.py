"""Writes which types each connector hands on, from the cases that its conformance test holds it to."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from ingest_core.iceberg_types import landed_type, type_name
from ingest_core.testing import WIDE, System

_TESTS = Path(__file__).parent.parent / "packages/ingest-core/tests/testing/test_conformance.py"

HEAD = """\
# Types

What comes through as it is, to the last digit, is held by a test for each connector: it writes the values of a column,
reads them, lands them in a table, and compares ([how](../connectors.md)). A dash: the format has no such values.
"""


def types() -> str:
    """Write the page."""
    systems = tested()
    head = ["Iceberg's type", "a value of the test", *systems]
    rows = [head, ["---"] * len(head), *(_row(name, systems) for name in WIDE.column_names)]
    return "\n".join([HEAD, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows), ""])


def tested() -> Mapping[str, type[System]]:
    """Give the systems of the conformance tests, by the names of their connectors."""
    spec = importlib.util.spec_from_file_location("tested_systems", _TESTS)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(_TESTS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kinds = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, System)]
    return {str(vars(kind)["ending"]): kind for kind in kinds if "ending" in vars(kind)}


def _row(name: str, systems: Mapping[str, type[System]]) -> list[str]:
    column = WIDE.column(name)
    value = column[0].as_py()
    shown = str(value).replace("\n", " ") if isinstance(value, (Decimal, date, time, UUID, str)) else repr(value)
    held = ["yes" if each.wide is not None and name in each.wide.column_names else "-" for each in systems.values()]
    return [f"`{type_name(landed_type(column.type))}`", f"`{shown}`", *held]
