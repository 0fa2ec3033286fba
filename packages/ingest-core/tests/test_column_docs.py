"""Descriptions travel with columns at every level, and get into tables of every type without changing anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.column_docs import Path, described, docs_in
from ingest_core.iceberg_types import arrow_type
from ingest_core.testing import WIDE

if TYPE_CHECKING:
    from conftest import Landing
    from pyiceberg.table import Table

NESTED = pa.schema(
    [
        ("a", arrow_type("struct<b: long, c: list<struct<d: string>>, e: map<string, struct<f: date>>>")),
        ("g", arrow_type("list<list<struct<h: long>>>")),
        ("i", pa.int64()),
    ]
)
PATHS = [
    ("a",),
    ("a", "b"),
    ("a", "c"),
    ("a", "c", "element", "d"),
    ("a", "e"),
    ("a", "e", "value", "f"),
    ("g",),
    ("g", "element", "element", "h"),
    ("i",),
]


@given(
    st.dictionaries(st.sampled_from(PATHS), st.text(min_size=1)), st.dictionaries(st.sampled_from(PATHS), st.just("x"))
)
def test_what_is_described_is_read_back_and_the_rest_keeps_its_own(
    before: dict[Path, str], docs: dict[Path, str]
) -> None:
    once = described(NESTED, before)
    again = described(once, docs)
    assert docs_in(again) == before | docs
    assert again == NESTED


def test_what_is_not_there_is_passed_over() -> None:
    assert docs_in(described(NESTED, {("a", "z"): "x", ("i", "b"): "x", ("j",): "x"})) == {}


def docs_of_table(table: Table) -> dict[str, str]:
    schema = table.schema()
    names = [schema.find_column_name(place) or "" for place in schema.field_ids]
    return {name: schema.find_field(name).doc or "" for name in names if schema.find_field(name).doc}


def kinds_of(table: Table) -> list[tuple[int, object, bool]]:
    return [(each.field_id, each.field_type, each.required) for each in table.schema().fields]


def test_columns_of_every_type_are_described_and_stay_as_they_are(landing: Landing) -> None:
    key = next(name for name in WIDE.column_names if pa.types.is_int64(WIDE.field(name).type))
    (rows,) = WIDE.filter(WIDE.column(key).is_valid()).to_batches()
    before = landing.land("wide", [rows], landing.layout(key=[key]))
    assert docs_of_table(before) == {}
    docs: dict[Path, str] = {(name,): f"what {name} is" for name in WIDE.column_names}
    after = landing.land("wide", [pa.record_batch(rows.columns, schema=described(WIDE.schema, docs))])
    assert docs_of_table(after) == {path[0]: text for path, text in docs.items()}
    assert kinds_of(before) == kinds_of(after)
    assert after.schema().identifier_field_names() == {key}


def test_descriptions_within_columns_are_changed_alone_or_as_the_column_grows(landing: Landing) -> None:
    rows = pa.record_batch([pa.nulls(1, field.type) for field in NESTED], schema=NESTED)
    landing.land("nested", [rows])
    docs = {path: f"what {path[-1]} is" for path in PATHS}
    found = landing.land("nested", [pa.record_batch(rows.columns, schema=described(NESTED, docs))])
    assert docs_of_table(found) == {".".join(path): text for path, text in docs.items()}
    wider = pa.schema([("a", arrow_type("struct<b: long, z: string>")), ("i", pa.int64())])
    more = described(wider, {("a", "z"): "new", ("a", "b"): "other", ("i",): "third"})
    found = landing.land("nested", [pa.record_batch([pa.nulls(1, each.type) for each in more], schema=more)])
    expected = {".".join(path): text for path, text in docs.items()}
    assert docs_of_table(found) == expected | {"a.z": "new", "a.b": "other", "i": "third"}
