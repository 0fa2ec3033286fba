"""A partitioned table takes whatever rows there are; each file has the rows of one partition, and says which."""

import math
import resource
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.layout import Layout, partition_field
from ingest_core.layout_checks import layout_faults
from ingest_core.limits import Share, files_of
from ingest_core.plugin import TableName
from ingest_core.writers import fan_out
from ingest_core.writers.partitions import LONGEST_FOLDER
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.transforms import parse_transform

if TYPE_CHECKING:
    from conftest import Landing
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

NAIVE = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59))  # noqa: DTZ001  # a timestamp without zone
VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.bool_(): st.booleans(),
    pa.int32(): st.integers(-(2**31) + 2, 2**31 - 1),  # truncated, the least two overflow, in Java as here
    pa.int64(): st.integers(-(2**63) + 2, 2**63 - 1),
    pa.float32(): st.floats(width=32),
    pa.float64(): st.floats(),
    pa.date32(): st.dates(),
    pa.time64("us"): st.times(),
    pa.timestamp("us"): NAIVE,
    pa.timestamp("us", tz="UTC"): NAIVE.map(lambda at: at.replace(tzinfo=UTC)),
    pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    pa.binary(): st.binary(max_size=8),
    pa.binary(4): st.binary(min_size=4, max_size=4),
    pa.uuid(): st.uuids().map(lambda each: each.bytes),
    pa.decimal128(9, 2): st.decimals(-9_999_999, 9_999_999, places=2),
    pa.decimal128(38, 5): st.decimals(Decimal(-(10**32)), Decimal(10**32), places=5),
}
TRANSFORMS = ("identity(v)", "year(v)", "month(v)", "day(v)", "hour(v)", "bucket(7, v)", "truncate(3, v)")


def possible() -> list[tuple[pa.DataType, str]]:
    """Pair every type with every transform that takes it."""
    return [
        (kind, transform)
        for kind in VALUES
        for transform in TRANSFORMS
        if not layout_faults(Layout((partition_field(transform),)), pa.schema([("v", kind)]), ())
    ]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], pa.RecordBatch]:
    """Draw a partition by ``v``, or by ``v`` and ``w``, and rows for it."""
    kind, transform = draw(st.sampled_from(possible()))
    few = draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=6))
    values = draw(st.lists(st.sampled_from(few), min_size=1, max_size=30))
    other = draw(st.lists(st.sampled_from([None, "a", "b"]), min_size=len(values), max_size=len(values)))
    columns = [pa.array(range(len(values))), pa.array(values, kind), pa.array(other, pa.string())]
    return [transform, *draw(st.sampled_from([[], ["w"]]))], pa.record_batch(columns, names=["id", "v", "w"])


SMALL = Share(memory=30_000, files=2)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, landing: "Landing") -> None:
    """Make the bounds small enough for a test to meet them."""
    monkeypatch.setattr(fan_out, "ROW_GROUP_ROWS", 4)
    landing.share = SMALL


def read(file: "DataFile") -> pa.Table:
    """Read one data file on its own."""
    return pq.ParquetFile(file.file_path.removeprefix("file://")).read()


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
def test_floating_point_columns_are_refused(kind: pa.DataType) -> None:
    (fault,) = layout_faults(Layout((partition_field("v"),)), pa.schema([("v", kind)]), ())
    assert fault.mend == "identity takes any column that is neither nested nor floating point"


def test_a_table_that_another_engine_partitioned_by_a_double_is_refused(landing: "Landing") -> None:
    landing.catalog.create(TableName("acme", "doubles"), pa.schema([("v", pa.float64())]), landing.layout(["v"]))
    table = landing.catalog.load(TableName("acme", "doubles"))
    assert table is not None
    with pytest.raises(JobError, match="cannot be kept exactly"):
        table.writer()


def like(value: Any) -> Any:  # noqa: ANN401  # of any type
    """Make not-a-number equal to itself, and tell no zero from the other."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def rows(table: pa.Table | pa.RecordBatch) -> list[tuple[Any, ...]]:
    return sorted([tuple(map(like, row.values())) for row in table.to_pylist()], key=repr)


def expected_value(table: "Table", value: Any) -> Any:  # noqa: ANN401  # of any type
    """Transform one value as pyiceberg does one by one: another way than the writer's."""
    field = table.spec().fields[0]
    if isinstance(value, uuid.UUID) and str(field.transform) == "identity":
        return value
    physical = PartitionKey([PartitionFieldValue(field, value)], table.spec(), table.schema()).partition[0]
    return None if physical is None else field.transform.transform(table.schema().find_type("v"))(physical)


@pytest.mark.usefixtures("small")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_whatever_rows_and_transform_the_table_reads_back_equal_and_files_hold_their_partition_alone(
    landing: "Landing", case: tuple[list[str], pa.RecordBatch]
) -> None:
    parts, batch = case
    table = landing.land(f"t{uuid.uuid4().hex}", [batch, batch.slice(1)], landing.layout(parts))
    assert rows(table.scan().to_arrow()) == rows(pa.concat_tables([pa.table(batch), pa.table(batch.slice(1))]))
    for file in landing.data_files(table):
        assert file.spec_id == table.spec().spec_id
        for row in read(file).to_pylist():
            assert like(file.partition[0]) == like(expected_value(table, row["v"]))
            assert "w" not in parts or file.partition[1] == row["w"]


@pytest.mark.parametrize(
    ("kind", "transform", "values", "folders"),
    [
        (pa.date32(), "day(v)", [date(1969, 12, 31), date(1970, 1, 1), None],
         {"v_day=1969-12-31", "v_day=1970-01-01", "v_day=null"}),
        (pa.timestamp("us"), "hour(v)", [datetime(1969, 12, 31, 23, 59)], {"v_hour=1969-12-31-23"}),  # noqa: DTZ001
        (pa.timestamp("us", tz="UTC"), "month(v)", [datetime(1969, 12, 31, tzinfo=UTC)], {"v_month=1969-12"}),
        (pa.int64(), "truncate(10, v)", [-1, 9], {"v_trunc_10=-10", "v_trunc_10=0"}),
        (pa.decimal128(9, 2), "truncate(50, v)", [Decimal("10.65"), Decimal("-0.01")],
         {"v_trunc_50=10.50", "v_trunc_50=-0.50"}),
        (pa.string(), "v", ["a/b c=d%", "", "..", "ü"],
         {"v=a%2Fb+c%3Dd%25", "v=", "v=..", "v=%C3%BC"}),
        (pa.string(), "bucket(16, v)", ["iceberg"], {"v_bucket_16=9"}),
        (
            pa.uuid(),
            "v",
            [uuid.UUID(int=1).bytes],
            {"v=00000000-0000-0000-0000-000000000001"},
        ),
        (pa.time64("us"), "v", [time(1, 2, 3)], {"v=01%3A02%3A03"}),
    ],
)  # fmt: skip
def test_partitions_are_named_as_iceberg_names_them(
    landing: "Landing", kind: pa.DataType, transform: str, values: list[Any], folders: set[str]
) -> None:
    table = landing.land(
        f"t{uuid.uuid4().hex}", [pa.record_batch([pa.array(values, kind)], names=["v"])], landing.layout([transform])
    )
    assert {file.file_path.split("/")[-2] for file in landing.data_files(table)} == folders


def test_a_value_too_long_for_a_folder_is_kept_and_its_folder_shortened(landing: "Landing") -> None:
    values = ["x" * 300 + "a", "x" * 300 + "b"]
    table = landing.land("long_values", [pa.record_batch([values], names=["v"])], landing.layout(["v"]))
    assert sorted(file.partition[0] for file in landing.data_files(table)) == values
    assert len({file.file_path.split("/")[-2] for file in landing.data_files(table)}) == 2
    assert max(len(file.file_path.split("/")[-2]) for file in landing.data_files(table)) == LONGEST_FOLDER


def test_several_fields_divide_together_and_a_scan_opens_only_the_files_it_needs(landing: "Landing") -> None:
    days = [date(2024, 1, day % 3 + 1) for day in range(30)]
    batch = pa.record_batch([list(range(30)), days, ["n", "s"] * 15], names=["id", "at", "region"])
    table = landing.land("pruned", [batch], landing.layout(["day(at)", "region", "bucket(4, id)"]))
    found = table.scan("at = '2024-01-02' and region = 's'")
    needed = [task.file for task in found.plan_files()]
    assert 0 < len(needed) < len(landing.data_files(table))
    assert {(file.partition[0], file.partition[1]) for file in needed} == {(19724, "s")}
    assert found.to_arrow().num_rows == 5
    paths = [file.file_path.removeprefix("file://") for file in landing.data_files(table)]
    counted = duckdb.sql(
        "SELECT count(*), sum(id) FROM read_parquet($paths, hive_partitioning=false)", params={"paths": paths}
    )
    assert counted is not None
    assert counted.fetchall() == [(30, 435)]
    assert all("region=" in unquote_plus(path) for path in paths)


def test_a_column_may_be_divided_by_in_more_than_one_way(landing: "Landing") -> None:
    batch = pa.record_batch([["aa", "ab", "b", None]], names=["v"])
    table = landing.land("twice", [batch], landing.layout(["truncate(1, v)", "bucket(4, v)"]))
    assert {file.partition[0] for file in landing.data_files(table)} == {"a", "b", None}
    assert rows(table.scan().to_arrow()) == rows(batch)


def test_files_stay_few_where_rows_of_many_partitions_are_scattered(landing: "Landing") -> None:
    batches = [pa.record_batch([list(range(1000)), [n % 50 for n in range(1000)]], names=["id", "v"]) for _ in range(5)]
    table = landing.land("scattered", batches, landing.layout(["v"]))
    assert len(landing.data_files(table)) == 50
    assert {file.record_count for file in landing.data_files(table)} == {100}


@pytest.mark.usefixtures("small")
def test_no_more_files_are_open_than_the_bound(landing: "Landing") -> None:
    batch = pa.record_batch([list(range(40)), [n % 10 for n in range(40)]], names=["id", "v"])
    landing.land("bounded", [batch], landing.layout(["v"]))
    opened = landing.catalog.load(TableName("acme", "bounded"))
    assert opened is not None
    writer = opened.writer(SMALL)
    seen = set()
    for _ in range(5):
        writer.write(batch.cast(opened.schema))
        seen.add(landing.open_files())
    assert max(seen) == SMALL.files
    assert sum(file.rows for file in writer.flush()) == 200
    assert landing.open_files() == 0


def test_open_files_that_object_storage_may_hold_back_are_bounded_in_bytes(
    landing: "Landing", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "ROW_GROUP_ROWS", 1)
    batch = pa.record_batch([list(range(50)), [n % 25 for n in range(50)]], names=["id", "v"])
    landing.land("pending", [batch], landing.layout(["v"]))
    opened = landing.catalog.load(TableName("acme", "pending"))
    assert opened is not None
    writer = opened.writer(Share(memory=2_000))
    writer.write(batch.cast(opened.schema))
    assert 1 <= landing.open_files() < 25
    writer.flush()


def test_rows_are_written_as_soon_as_they_are_worth_a_row_group(
    landing: "Landing", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "ROW_GROUP_ROWS", 4)
    batch = pa.record_batch([[1, 2, 3], ["a"] * 3], names=["id", "v"])
    (file,) = landing.data_files(landing.land("groups", [batch] * 5, landing.layout(["v"])))
    found = pq.ParquetFile(file.file_path.removeprefix("file://")).metadata
    assert [found.row_group(place).num_rows for place in range(found.num_row_groups)] == [6, 6, 3]


def skewed(ids: pa.Array) -> pa.Array:
    """Put nearly all rows in one partition, and a few in each of many others."""
    return pc.if_else(pc.less(ids, 300), ids, 1000)


def even(ids: pa.Array) -> pa.Array:
    """Put as many rows in each of 500 partitions."""
    return pc.subtract(ids, pc.multiply(pc.divide(ids, 500), 500))


@pytest.mark.parametrize("divided", [skewed, even])
def test_rows_that_wait_are_bounded_in_memory_however_they_are_divided(
    landing: "Landing", divided: Callable[[pa.Array], pa.Array]
) -> None:
    ids = pa.arange(0, 50_000)
    batch = pa.record_batch([ids, divided(ids)], names=["id", "v"])
    landing.land("waiting", [batch.slice(0, 1)], landing.layout(["v"]))
    opened = landing.catalog.load(TableName("acme", "waiting"))
    assert opened is not None
    writer, fitting = opened.writer(Share(2_000_000, 2)), batch.cast(opened.schema)
    before = pa.total_allocated_bytes()
    for _ in range(20):
        writer.write(fitting)
        assert pa.total_allocated_bytes() - before < 8_000_000
    assert sum(file.rows for file in writer.flush()) == 20 * 50_000


def test_what_a_waiting_batch_takes_beside_its_values_counts_too(landing: "Landing") -> None:
    rows = pa.record_batch([list(range(300)), list(range(300))], names=["id", "v"])
    landing.land("thin", [rows.slice(0, 1)], landing.layout(["v"]))
    opened = landing.catalog.load(TableName("acme", "thin"))
    assert opened is not None
    writer = opened.writer(Share(memory=200_000))
    writer.write(rows.cast(opened.schema))
    written = sum(1 for _ in landing.root.rglob("*.parquet")) - 1
    assert written > 300 - 100_000 / (fan_out.BATCH_COST + 2 * fan_out.COLUMN_COST)
    assert sum(file.rows for file in writer.flush()) == 300


def test_files_take_little_memory_while_they_are_open(landing: "Landing", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "ROW_GROUP_ROWS", 1)
    rows = pa.record_batch([list(range(50)), list(range(50))], names=["id", "v"])
    landing.land("opened", [rows.slice(0, 1)], landing.layout(["v"]))
    opened = landing.catalog.load(TableName("acme", "opened"))
    assert opened is not None
    writer = opened.writer()
    before = pa.total_allocated_bytes()
    writer.write(rows.cast(opened.schema))
    assert landing.open_files() == 50
    assert pa.total_allocated_bytes() - before < 50 * 100_000
    writer.flush()


def test_the_files_that_a_process_may_open_are_divided_among_its_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_024, 4_096))
    for workers in (1, 2, 16, 64):
        assert 10 < files_of(workers) <= 100
        assert files_of(workers) * workers < 1_024
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert files_of(64) == 1
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    assert files_of(64) == 100


def test_every_transform_was_tried_with_every_type_that_takes_it() -> None:
    assert {str(parse_transform(partition_field(text).transform)) for _, text in possible()} == {
        "identity", "year", "month", "day", "hour", "bucket[7]", "truncate[3]",
    }  # fmt: skip
    assert len(possible()) == 42
