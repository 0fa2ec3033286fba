"""Rows on paper: every value has a form that a program can read, and one that a person can."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from ingest_cli.rows import MOST_CHARACTERS, json_lines, table

ROW = {
    "text": "a\tb",
    "nothing": None,
    "whole": 2**60,
    "odd": float("nan"),
    "money": Decimal("1.50"),
    "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "day": date(2026, 1, 2),
    "hour": time(3, 4),
    "bytes": b"\x00\xff",
    "id": UUID(int=1),
    "nested": {"a": [b"\x01", {"b": float("inf")}], "pairs": [("k", 1)]},
}


def test_every_value_has_a_form_in_json() -> None:
    (line,) = json_lines("orders", [ROW])
    assert json.loads(line) == {
        "object": "orders",
        "row": {
            "text": "a\tb",
            "nothing": None,
            "whole": 2**60,
            "odd": "nan",
            "money": "1.50",
            "at": "2026-01-02T03:04:05+00:00",
            "day": "2026-01-02",
            "hour": "03:04:00",
            "bytes": "AP8=",
            "id": "00000000-0000-0000-0000-000000000001",
            "nested": {"a": ["AQ==", {"b": "inf"}], "pairs": [["k", 1]]},
        },
    }


def test_every_value_has_a_place_in_the_table() -> None:
    drawn = table(dict.fromkeys(ROW, "string"), [ROW])
    assert drawn.splitlines()[-1].split()[:4] == ["a\\tb", "NULL", str(2**60), "nan"]


def test_a_long_value_is_cut_and_says_so() -> None:
    last = table({"a": "string"}, [{"a": "x" * 500}]).splitlines()[-1].strip()
    assert (len(last), last[-1]) == (MOST_CHARACTERS, "…")
