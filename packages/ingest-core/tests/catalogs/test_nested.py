"""Nested columns land, grow and read back equal; their field ids in Parquet are the table's."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import JobError
from ingest_core.catalogs.columns import small
from ingest_core.catalogs.reading import TableFiles
from ingest_core.fitting import fit
from ingest_core.iceberg_types import arrow_type
from ingest_core.merging import Rule
from ingest_core.plugin import Change, State, TableName

if TYPE_CHECKING:
    from conftest import Landing
    from pyiceberg.table import Table

MAP = "map<string, struct<d: decimal(9,2), e: list<list<date>>>>"
TYPE = f"struct<a: long, b: list<string>, c: {MAP}, f: fixed(2), u: uuid>"
RAW = pa.array(
    [
        {
            "a": 1,
            "b": ["x", None],
            "c": [("k", {"d": Decimal("1.50"), "e": [[date(1969, 12, 31)], None, []]}), ("n", None)],
            "f": b"ab",
            "u": UUID(int=7).bytes,
        },
        None,
        {"a": None, "b": [], "c": [], "f": None, "u": None},
    ],
    arrow_type(TYPE.replace("uuid", "fixed(16)")),
)
VALUES = [{**RAW[0].as_py(), "u": UUID(int=7)}, None, RAW[2].as_py()]


def rows(column: pa.Array, *numbers: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(numbers), column], names=["id", "v"])


def values(table: "Table") -> list[Any]:
    """Read the column ``v`` as a merge does: pyiceberg's scan takes a null list or map of structs for an empty one."""
    files = TableFiles(table.io, table.metadata, pa.schema([small(field) for field in table.schema().as_arrow()]))
    batches = [batch for task in table.scan().plan_files() for _, batch in files.batches(task)]
    found = sorted(pa.Table.from_batches(batches).to_pylist(), key=lambda row: int(row["id"]))
    return [row["v"] for row in found]


def parquet_ids(found: pa.DataType | pa.Schema) -> list[int]:
    """List the field ids of a Parquet file's columns, nested ones after their parents."""
    if isinstance(found, pa.MapType):
        inner = [found.key_field, found.item_field]
    else:
        number = len(found) if isinstance(found, pa.Schema) else found.num_fields
        inner = [found.field(place) for place in range(number)]
    return [each for field in inner for each in (int(field.metadata[b"PARQUET:field_id"]), *parquet_ids(field.type))]


def test_nested_columns_read_back_equal_and_carry_the_tables_field_ids(landing: "Landing") -> None:
    table = landing.land("nested", [rows(fit(RAW, pa.field("v", arrow_type(TYPE))), 1, 2, 3)])
    assert values(table) == VALUES
    (file,) = landing.data_files(table)
    found = pq.ParquetFile(file.file_path.removeprefix("file://")).schema_arrow
    assert sorted(parquet_ids(found)) == sorted(table.schema().field_ids)


@pytest.mark.parametrize("laid", [None, ["bucket(2, id)"]])
def test_nested_columns_grow_in_the_commit_of_their_rows_and_former_rows_have_none(
    landing: "Landing", laid: list[str] | None
) -> None:
    before = landing.land(
        "grown", [rows(pa.array([{"l": [{"x": 1}], "m": [("k", {"y": 1.5})]}], arrow_type(
            "struct<l: list<struct<x: int>>, m: map<string, struct<y: float>>>")), 1)], landing.layout(laid)
    )  # fmt: skip
    wide = arrow_type(
        "struct<m: map<string, struct<y: double, w: string>>, s: struct<t: int>, l: list<struct<x: long>>>"
    )
    new = {"m": [("k", {"y": 0.1, "w": "z"})], "s": {"t": 2}, "l": [{"x": 2**40}]}
    after = landing.land("grown", [rows(pa.array([new], wide), 2)], given={"v": wide})
    assert values(after) == [{"l": [{"x": 1}], "m": [("k", {"y": 1.5, "w": None})], "s": None}, new]
    assert len(after.metadata.metadata_log) == len(before.metadata.metadata_log) + 1
    kept = before.schema()
    assert all(after.schema().find_field(name).field_id == kept.find_field(name).field_id for name in kept.column_names)


def test_rows_that_lack_what_the_table_has_inside_get_none_there(landing: "Landing") -> None:
    landing.land("less", [rows(fit(RAW, pa.field("v", arrow_type(TYPE))), 1, 2, 3)])
    table = landing.land("less", [rows(pa.array([{"a": 5}], pa.struct([("a", pa.int32())])), 4)])
    assert values(table) == [*VALUES, {"a": 5, "b": None, "c": None, "f": None, "u": None}]


def test_a_field_that_differs_in_case_only_is_refused(landing: "Landing") -> None:
    landing.land("cased", [rows(pa.array([{"a": 1}]), 1)])
    with pytest.raises(JobError, match=r"'v\.A' differs in case only"):
        landing.land("cased", [rows(pa.array([{"A": 1}]), 2)])


def test_a_table_may_be_partitioned_and_sorted_by_a_field_of_a_struct_that_another_engine_chose(
    landing: "Landing",
) -> None:
    column = pa.array([{"a": 2}, None, {"a": 1}, {"a": 2}], pa.struct([("a", pa.int64())]))
    landing.land("inside", [rows(column, 1, 2, 3, 4)])
    with landing.table("inside").update_spec() as update:
        update.add_field("v.a", "identity")
    table = landing.land("inside", [rows(column, 5, 6, 7, 8)])
    fresh = [file for file in landing.data_files(table) if file.spec_id == table.spec().spec_id]
    assert sorted((file.partition[0] or 0, file.record_count) for file in fresh) == [(0, 1), (1, 1), (2, 2)]
    assert values(table) == column.to_pylist() * 2


def test_a_merge_leaves_nested_values_of_rows_that_stay_and_of_rows_that_come(landing: "Landing") -> None:
    landing.land("merged", [rows(fit(RAW, pa.field("v", arrow_type(TYPE))), 1, 2, 3)])
    table = landing.catalog.load(TableName("acme", "merged"))
    assert table is not None
    new = {"a": 9, "b": None, "c": None, "f": b"zz", "u": None}
    coming = rows(fit(pa.array([new, VALUES[2]], RAW.type), table.schema.field("v")), 3, 4)
    with table.gather(Rule("merge", ("id",), None, None, ()), 100_000_000) as gathering:
        writer = gathering.writer(0)
        writer.write(coming.cast(table.schema))
        change = Change("merge", writer.flush(), gathering)
        state = State("merge", 2, {}, {}, 2, 0, (("merge", 2),))
        landing.catalog.commit(table, change, state, landing.stream)
    assert values(landing.table("merged")) == [*VALUES[:2], new, VALUES[2]]


def test_columns_and_fields_that_were_renamed_are_found_by_their_ids(landing: "Landing") -> None:
    landing.land("renamed", [rows(pa.array([{"a": 1, "b": 2}]), 1)])
    with landing.table("renamed").update_schema() as update:
        update.rename_column(("v", "a"), "c")
        update.rename_column(("v", "b"), "a")
    assert values(landing.table("renamed")) == [{"c": 1, "a": 2}]
