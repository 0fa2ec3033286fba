"""A preview shows rows as a run would land them, reads no more than it shows, and lets go of what it opened."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import load_job, plan, preview
from ingest_core.connectors.csv import division
from ingest_core.files import news

if TYPE_CHECKING:
    from conftest import Home

JOB = """\
tenant: acme
source: {connector: csv, objects: {orders: {path: "data/*.csv"%s}}}
target: {connector: iceberg}
"""


def open_data_files(home: Home) -> list[str]:
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [name for link in links if (name := str(link.readlink())).startswith(f"{home.root}/data")]


def test_rows_of_several_files_are_shown_up_to_the_limit_and_none_stays_open(home: Home) -> None:
    for number in range(3):
        home.write(f"data/{number}.csv", f"id,price\n{number},1.50\n{number},2.50\n")
    (seen,) = preview(plan(load_job(home.job(JOB % ', types: {price: "decimal(9,2)"}, rename: {id: order_id}'))), 3)
    assert seen.columns == {"order_id": "long", "price": "decimal(9, 2)"}
    assert [(row["order_id"], str(row["price"])) for row in seen.rows] == [(0, "1.50"), (0, "2.50"), (1, "1.50")]
    assert open_data_files(home) == []


def test_a_large_file_is_not_divided_for_a_look(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the file was read through")

    monkeypatch.setattr(news, "LEAST_DIVIDED", 1)
    monkeypatch.setattr(division, "parts_of", never)
    home.write("data/a.csv", "id\n" + "1\n" * 1000)
    (seen,) = preview(plan(load_job(home.job(JOB % ""))), 1)
    assert (len(seen.rows), seen.error) == (1, None)


def test_an_object_without_rows_has_its_columns(home: Home) -> None:
    home.write("data/a.csv", "id,name\n")
    (seen,) = preview(plan(load_job(home.job(JOB % ""))))
    assert (dict(seen.columns), list(seen.rows), seen.error) == ({"id": "string", "name": "string"}, [], None)


def test_what_a_run_would_refuse_is_told_with_its_line(home: Home) -> None:
    home.write("data/a.csv", "id\n1\n")
    (seen,) = preview(plan(load_job(home.job(JOB % ", write: merge, key: [nope]"))))
    assert "shop.yaml:2" in str(seen.error)
    assert "lands no column 'nope'" in str(seen.error)


def test_what_was_landed_before_is_shown_again(home: Home) -> None:
    home.write("data/a.csv", "id\n1\n")
    home.run(JOB % "")
    (seen,) = preview(plan(load_job(home.job(JOB % ""))))
    assert [row["id"] for row in seen.rows] == [1]


def test_a_time_beyond_pythons_years_is_shown_as_text(home: Home) -> None:
    (home.root / "data").mkdir()
    times = pa.array([0, 10**18], pa.int64()).cast(pa.timestamp("us"))
    nested = pa.StructArray.from_arrays([times], ["at"])
    pq.write_table(pa.table({"at": times, "nested": nested}), home.root / "data/a.parquet")
    text = (JOB % "").replace("csv", "parquet")
    (seen,) = preview(plan(load_job(home.job(text))))
    assert seen.rows[0]["at"] == datetime(1970, 1, 1)  # noqa: DTZ001  # a time without a zone
    assert [str(10**18) in str(seen.rows[1]["at"]), seen.rows[1]["nested"]] == [
        True,
        "<struct<at: timestamp>, out of range>",
    ]
