"""Columns that nobody knew of before they came, and values that need other types than the first ones showed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from declared import Declared, declared, definition
from ingest_core import Report
from ingest_core.testing import Answered, Asked, MemoryTables

PAGING = {"type": "cursor", "token": "next", "param": "token"}
CURSOR = {"field": "n", "unit": "number", "order": "ascending", "start": 0}


def pages_of(rows: Sequence[dict[str, Any]], size: int = 2) -> Callable[[Asked], Answered]:
    """Answer with some rows on each page, from a number on."""

    def respond(asked: Asked) -> Answered:
        found = [row for row in rows if row["n"] >= int(asked.param("from", "0"))]
        begin = int(asked.param("token", "0"))
        more = str(begin + size) if begin + size < len(found) else None
        return Answered({"data": found[begin : begin + size], "next": more})

    return respond


def landed(api: Declared, tables: MemoryTables, **special: Any) -> Report:  # noqa: ANN401  # what a job may say
    return tables.land(api.source(), **special)


def api_said(**stream: Any) -> dict[str, Any]:  # noqa: ANN401  # a stream's keys
    return definition(paging=PAGING, cursor=CURSOR, params={"from": "${window:from}"}, **stream)


def test_a_column_that_comes_late_is_landed_from_the_first_row_on(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": number} for number in range(9)]
    rows[7] |= {"late": "at last", "nested": {"a": 1}}
    rows[8] |= {"nested": {"b": [1.5]}}
    tables = MemoryTables(tmp_path / "tables")
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        assert landed(api, tables).outcome.name == "SUCCESS"
    found = tables.rows().sort_by("n")
    assert found["late"].to_pylist() == [None] * 7 + ["at last", None]
    assert found["nested"].to_pylist()[7:] == [{"a": 1, "b": None}, {"a": None, "b": [1.5]}]


def test_a_value_of_a_wider_type_widens_its_column(tmp_path: Path) -> None:
    rows = [{"n": number, "x": number if number < 7 else number + 0.5} for number in range(9)]
    tables = MemoryTables(tmp_path / "tables")
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        assert landed(api, tables).outcome.name == "SUCCESS"
    assert tables.rows().sort_by("n")["x"].to_pylist() == [*map(float, range(7)), 7.5, 8.5]


def test_a_later_run_adds_a_column_to_the_table(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": number} for number in range(3)]
    tables = MemoryTables(tmp_path / "tables")
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        landed(api, tables)
        rows += [{"n": 3}, {"n": 4}, {"n": 5, "new": True}]
        assert landed(api, tables).outcome.name == "SUCCESS"
    assert tables.rows().sort_by("n")["new"].to_pylist() == [None] * 5 + [True]


def test_a_value_that_no_type_of_the_table_takes_is_told_with_its_column(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": number, "x": number} for number in range(3)]
    tables = MemoryTables(tmp_path / "tables")
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        landed(api, tables)
        rows += [{"n": 3, "x": "three"}]
        report = landed(api, tables)
    assert report.outcome.name == "FAILURE"
    assert "the field 'x' does not fit" in str(report.objects[0].error)
    assert tables.rows().num_rows == 3


def test_prefixes_that_were_committed_stay_when_the_columns_grow(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": number} for number in range(20)]
    rows[17] |= {"late": 1}
    tables = MemoryTables(tmp_path / "tables")
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        api.settings["commit_every"] = 4
        report = landed(api, tables, commit_every=4)
    assert report.outcome.name == "SUCCESS"
    assert sorted(tables.rows()["n"].to_pylist()) == [*range(20)]


def test_keys_that_hold_nothing_are_no_columns(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": 0, "nothing": None, "empty": {}, "none": [], "inner": {"x": None, "y": 1}}]
    with declared(tmp_path, pages_of(rows), api_said()) as api:
        (stream,) = api.source().streams()
        assert stream.schema == pa.schema([("n", pa.int64()), ("inner", pa.struct([("y", pa.int64())]))])
        assert api.rows() == [{"n": 0, "inner": {"y": 1}}]


def test_free_form_maps_are_maps_at_any_depth(tmp_path: Path) -> None:
    rows = [
        {"n": 0, "metadata": {}, "lines": [{"metadata": {"a": "1"}}]},
        {"n": 1, "metadata": {"b": "2", "a number": 3}, "lines": []},
    ]
    said = {**api_said(), "maps": ["metadata"]}
    with declared(tmp_path, pages_of(rows, size=1), said) as api:
        found = api.rows()
    assert [row["metadata"] for row in found] == [[], [("b", "2"), ("a number", "3")]]
    assert found[0]["lines"] == [{"metadata": [("a", "1")]}]


def test_moments_and_blanks_come_as_they_are_declared(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"n": 0, "made": 1_700_000_000, "p": {"size": "", "when": "2024-02-29T00:00:00.5Z", "name": ""}},
        {"n": 1, "made": None, "p": {"size": "12.50", "when": "", "name": "x"}},
    ]
    types = {"p": "struct<size: double, when: timestamptz, name: string>"}
    said = api_said(epochs={"made": "s"}, blank_is_null=["p"], types=types)
    with declared(tmp_path, pages_of(rows), said) as api:
        first, second = api.rows()
    assert first["made"].isoformat() == "2023-11-14T22:13:20+00:00"
    assert first["p"]["when"].isoformat() == "2024-02-29T00:00:00.500000+00:00"
    assert (first["p"]["size"], first["p"]["name"]) == (None, None)
    assert second == {"n": 1, "made": None, "p": {"size": 12.5, "when": None, "name": "x"}}


def test_values_of_secret_columns_are_not_told(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"n": 0, "iban": 1}, {"n": 1, "iban": "DE02 1203 0000 0000 2020 51"}]
    said = api_said(types={"iban": "long"}, secret=["iban"])
    with declared(tmp_path, pages_of(rows), said) as api:
        report = landed(api, MemoryTables(tmp_path / "tables"))
    assert report.outcome.name == "FAILURE"
    assert "DE02" not in str(report)


def test_rows_that_all_come_again_are_not_appended(tmp_path: Path) -> None:
    said = definition()
    with declared(tmp_path, pages_of([{"n": 0}]), said) as api:
        tables = MemoryTables(tmp_path / "tables")
        report = landed(api, tables)
        assert "would be doubled" in str(report.objects[0].error)
        for _ in range(2):
            assert landed(api, tables, write="replace").outcome.name == "SUCCESS"
        assert tables.rows().num_rows == 1
