"""A table is laid out as the job says, from its making or in the commit of its next rows. The catalog is a real one."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_core import JobError, TransientError
from ingest_core.layout import Layout
from ingest_core.plugin import Change, State, TableName
from ingest_core.writers import fan_out

if TYPE_CHECKING:
    from conftest import Landing
    from pyiceberg.table import Table

NAME = TableName("acme", "orders")
ROWS = pa.record_batch(
    [[3, 1, 2], [date(2024, 1, 1), None, date(1969, 12, 31)], ["b", None, "a"]], names=["id", "at", "region"]
)


def described(table: "Table") -> dict[str, Any]:
    """Say how a table is laid out, by names."""
    schema = table.schema()
    return {
        "parts": [(schema.find_column_name(each.source_id), str(each.transform)) for each in table.spec().fields],
        "order": [str(each).replace(str(each.source_id), "", 1).strip() for each in table.sort_order().fields],
        "key": schema.identifier_field_names(),
        "required": {each.name for each in schema.fields if each.required},
    }


def ids(table: "Table") -> list[int]:
    return sorted(table.scan().to_arrow().column("id").to_pylist())


def land(landing: "Landing", laid: Layout, rows: pa.RecordBatch = ROWS) -> "Table":
    return landing.land("orders", [rows], laid)


def test_a_new_table_has_the_layout_from_its_making(landing: "Landing") -> None:
    laid = landing.layout(["day(at)", "bucket(4, id)"], ["region", "id desc nulls first"], ["id"], x__y="1")
    landing.catalog.create(NAME, ROWS.schema, laid)
    table = landing.table("orders")
    assert described(table) == {
        "parts": [("at", "day"), ("id", "bucket[4]")],
        "order": ["ASC NULLS FIRST", "DESC NULLS FIRST"],
        "key": {"id"},
        "required": {"id"},
    }
    assert [each.name for each in table.spec().fields] == ["at_day", "id_bucket_4"]
    assert table.properties["x.y"] == "1"


def test_another_layout_comes_with_the_next_rows_in_one_commit_and_files_keep_theirs(landing: "Landing") -> None:
    before = land(landing, landing.layout(["day(at)"], ["id"], x__y="1", x__z="kept"))
    after = land(landing, landing.layout(["region", "month(at)"], ["region desc"], x__y="2"))
    assert described(after)["parts"] == [("region", "identity"), ("at", "month")]
    assert described(after)["order"] == ["DESC NULLS LAST"]
    assert (after.properties["x.y"], after.properties["x.z"]) == ("2", "kept")
    assert len(after.metadata.metadata_log) == len(before.metadata.metadata_log) + 1
    assert [file.spec_id for file in landing.data_files(after)].count(before.spec().spec_id) == 3
    assert [file.spec_id for file in landing.data_files(after)].count(after.spec().spec_id) == 3
    assert ids(after) == [1, 1, 2, 2, 3, 3]
    assert after.scan("at = '1969-12-31'").to_arrow().num_rows == 2


def test_a_layout_that_says_nothing_leaves_a_table_as_it_is(landing: "Landing") -> None:
    before = land(landing, landing.layout(["day(at)"], ["id"], ["id"]))
    after = land(landing, Layout())
    assert described(after) == described(before)
    assert len(after.metadata.partition_specs) == len(after.metadata.schemas) == 1


def test_the_same_layout_said_again_changes_nothing(landing: "Landing") -> None:
    laid = landing.layout(["day(at)", "truncate(1, region)"], ["id"], ["id"], x__y="1")
    land(landing, laid)
    after = land(landing, laid)
    metadata = after.metadata
    assert (len(metadata.partition_specs), len(metadata.schemas), len(metadata.sort_orders)) == (1, 1, 1)


def test_an_empty_list_takes_partitions_and_order_away_and_they_can_come_back(landing: "Landing") -> None:
    before = land(landing, landing.layout(["day(at)"], ["id"]))
    bare = land(landing, landing.layout([], []))
    assert described(bare)["parts"] == described(bare)["order"] == []
    assert len(landing.data_files(bare)) == 4
    again = land(landing, landing.layout(["day(at)"], ["id"]))
    assert described(again) == described(before)
    assert again.spec() == before.spec()
    assert ids(again) == sorted([1, 2, 3] * 3)


def test_a_partitions_name_gives_way_to_a_columns(landing: "Landing") -> None:
    rows = ROWS.append_column("at_day", pa.array([1, 2, 3]))
    table = land(landing, landing.layout(["day(at)"]), rows)
    assert [each.name for each in table.spec().fields] == ["at_day_part"]
    grown = land(landing, landing.layout(["month(at)", "day(at_day)"][:1]), rows)
    assert [each.name for each in grown.spec().fields] == ["at_month"]


def test_a_column_that_takes_a_partitions_name_is_told(landing: "Landing") -> None:
    land(landing, landing.layout(["day(at)"]))
    with pytest.raises(JobError, match="at_day") as raised:
        land(landing, Layout(), ROWS.append_column("at_day", pa.array([1, 2, 3])))
    assert "rename" in raised.value.faults[0].mend


def test_a_key_is_declared_on_a_table_without_rows_and_refused_where_rows_may_lack_it(landing: "Landing") -> None:
    landing.catalog.create(NAME, ROWS.schema)
    first = land(landing, landing.layout(key=["id"]))
    assert (described(first)["key"], described(first)["required"]) == ({"id"}, {"id"})
    with pytest.raises(JobError, match="region cannot become the table's key") as raised:
        land(landing, landing.layout(key=["region"]))
    assert "--recreate" in raised.value.faults[0].mend
    assert described(landing.table("orders")) == described(first)


def test_rows_are_merged_by_a_key_that_the_table_cannot_declare(landing: "Landing") -> None:
    land(landing, Layout())
    after = land(landing, Layout(key=("region",), merged=True))
    assert described(after)["key"] == described(after)["required"] == set()


def test_a_key_of_required_columns_can_change_and_widen(landing: "Landing") -> None:
    rows = pa.record_batch([pa.array([1], pa.int32()), ["a"]], names=["id", "region"])
    land(landing, landing.layout(key=["id", "region"]), rows)
    wide = rows.cast(pa.schema([("id", pa.int64()), ("region", pa.string())]))
    table = landing.land("orders", [wide], landing.layout(key=["id"]), {"id": pa.int64()})
    assert (described(table)["key"], described(table)["required"]) == ({"id"}, {"id", "region"})
    assert str(table.schema().find_type("id")) == "long"


def test_a_row_without_a_key_is_refused(landing: "Landing") -> None:
    rows = pa.record_batch([pa.array([1, None], pa.int64())], names=["id"])
    with pytest.raises(JobError, match="1 rows have no value in the column 'id'"):
        land(landing, landing.layout(key=["id"]), rows)


def test_rows_are_sorted_in_each_row_group_and_only_a_file_sorted_as_a_whole_says_so(landing: "Landing") -> None:
    table = landing.land("orders", [ROWS, ROWS], landing.layout(sort_by=["region nulls last", "id desc"]))
    (file,) = landing.data_files(table)
    assert file.sort_order_id is None
    groups = pq.ParquetFile(file.file_path.removeprefix("file://"))
    assert groups.num_row_groups == 2
    assert groups.read_row_group(0).column("region").to_pylist() == ["a", "b", None]
    one = landing.land("orders", [ROWS])
    (claims,) = [each for each in landing.data_files(one) if each.file_path != file.file_path]
    assert claims.sort_order_id == one.sort_order().order_id


@pytest.mark.parametrize(
    ("kind", "values", "spelled", "expected"),
    [
        (pa.int64(), [2, None, -1], "v", [None, -1, 2]),
        (pa.int64(), [2, None, -1], "v desc", [2, -1, None]),
        (pa.int64(), [2, None, -1], "v DESC NULLS FIRST", [None, 2, -1]),
        (pa.string(), ["b", "a", None, "B"], "v asc nulls last", ["B", "a", "b", None]),
        (pa.bool_(), [True, None, False], "v", [None, False, True]),
        (pa.binary(2), [b"\xffa", b"\x00b", None], "v", [None, b"\x00b", b"\xffa"]),
        (pa.float64(), [2.0, float("inf"), None, -1.0], "v", [None, -1.0, 2.0, float("inf")]),
    ],
)
def test_every_type_is_sorted_with_nulls_where_they_are_wanted(
    landing: "Landing", kind: pa.DataType, values: list[Any], spelled: str, expected: list[Any]
) -> None:
    table = land(landing, landing.layout(sort_by=[spelled]), pa.record_batch([pa.array(values, kind)], names=["v"]))
    (file,) = landing.data_files(table)
    assert pq.read_table(file.file_path.removeprefix("file://")).column("v").to_pylist() == expected
    # Of floating point Arrow's order is not Iceberg's in every case, so nothing is claimed.
    assert (file.sort_order_id is None) == pa.types.is_floating(kind)


def test_files_of_partitions_are_sorted_too(landing: "Landing", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "ROW_GROUP_ROWS", 10**6)
    rows = pa.record_batch([[5, 1, 4, 2, 3, 6], ["x", "y"] * 3], names=["id", "region"])
    table = landing.land("orders", [rows, rows], landing.layout(["region"], ["id"]))
    for file in landing.data_files(table):
        found = pq.read_table(file.file_path.removeprefix("file://"), partitioning=None).column("id").to_pylist()
        assert found == sorted(found)
        assert file.sort_order_id == table.sort_order().order_id


def staged(landing: "Landing", laid: Layout) -> tuple[Any, Change, State]:
    """Write rows for a table as it is to be, and stop before the commit."""
    table = landing.catalog.load(NAME)
    assert table is not None
    grown = table.grown(pa.schema([]), laid)
    writer = grown.writer()
    writer.write(ROWS.cast(grown.schema))
    return grown, Change("append", writer.flush()), State("run", 1, {}, {}, 3, 0, (("run", 1),))


def test_a_layout_lands_on_top_of_what_others_added_meanwhile(landing: "Landing") -> None:
    landing.catalog.create(NAME, ROWS.schema)
    grown, change, state = staged(landing, landing.layout(["region"], ["id"], x__y="1"))
    landing.table("orders").append(pa.Table.from_batches([ROWS]))
    landing.catalog.commit(grown, change, state, landing.stream)
    table = landing.table("orders")
    assert described(table)["parts"] == [("region", "identity")]
    assert ids(table) == [1, 1, 2, 2, 3, 3]


def change_partitions(table: "Table") -> None:
    """Divide a table otherwise, and add rows, as another writer does."""
    with table.update_spec() as update:
        update.add_field("id", "bucket[2]")
    table.append(pa.Table.from_batches([ROWS]))


def test_partitions_that_another_writer_changed_meanwhile_stop_the_run(landing: "Landing") -> None:
    landing.catalog.create(NAME, ROWS.schema)
    grown, change, state = staged(landing, Layout())
    change_partitions(landing.table("orders"))
    with pytest.raises(TransientError, match="changed the table's columns or partitions"):
        landing.catalog.commit(grown, change, state, landing.stream)
    assert ids(landing.table("orders")) == [1, 2, 3]


def test_partitions_that_the_job_says_are_put_back_where_another_writer_changed_them_meanwhile(
    landing: "Landing",
) -> None:
    landing.catalog.create(NAME, ROWS.schema, landing.layout(["region"]))
    grown, change, state = staged(landing, landing.layout(["region"]))
    change_partitions(landing.table("orders"))
    landing.catalog.commit(grown, change, state, landing.stream)
    assert described(landing.table("orders"))["parts"] == [("region", "identity")]
    assert sorted(file.spec_id for file in landing.data_files(landing.table("orders"))) == [0, 0, 0, 1, 1, 1]
    assert ids(landing.table("orders")) == [1, 1, 2, 2, 3, 3]
