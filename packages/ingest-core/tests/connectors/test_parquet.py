"""Parquet files: read by row groups and columns, unified by the rules of evolution, and told where they are wrong."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.connectors.parquet import Options, ParquetFormat
from ingest_core.connectors.parquet.types import differences, wider
from ingest_core.files import WHOLE_FILE, File
from ingest_core.files.local import local_file

if TYPE_CHECKING:
    from conftest import Home

ROWS = pa.table({"id": range(10), "name": [f"n{row}" for row in range(10)]})
INT, LONG, DATE = pa.int32(), pa.int64(), pa.date32()
Types = Mapping[str, pa.DataType]


def file_of(folder: Path, table: pa.Table | bytes, name: str = "a.parquet", **options: Any) -> File:  # noqa: ANN401  # the writer's own
    path = folder / name
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        pq.write_table(table, path, **options)
    return local_file(path, folder)


def landed(*files: File, types: Types | None = None, schema: pa.Schema | None = None) -> pa.Table:
    """Read files as a run does: sampled, divided, each section read."""
    form = ParquetFormat(Options(), types or {})
    schema = schema or form.unified([form.sample(file) for file in files])
    found = [
        batch for file in files for section in form.sections(file) for batch in form.batches(file, section, schema)
    ]
    return pa.Table.from_batches(found, schema)


def refused(*files: File, types: Types | None = None, schema: pa.Schema | None = None) -> str:
    with pytest.raises(JobError) as told:
        landed(*files, types=types, schema=schema)
    return str(told.value)


def column(kind: pa.DataType, *values: object) -> pa.Table:
    return pa.table({"v": pa.array(values, kind)})


def test_sections_are_row_groups_and_give_each_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_core.connectors.parquet.parquet_format.SECTION_BYTES", 1)
    file = file_of(tmp_path, ROWS, row_group_size=3)
    sections = ParquetFormat(Options(), {}).sections(file)
    assert sections == [{"start": start, "end": start + 1} for start in range(4)]
    assert landed(file).equals(ROWS)


def test_row_groups_are_put_together_in_four_parts_of_about_one_size(tmp_path: Path) -> None:
    file = file_of(tmp_path, pa.table({"id": range(1000)}), row_group_size=10, use_dictionary=False)
    sections = ParquetFormat(Options(), {}).sections(file)
    assert sections == [{"start": start, "end": start + 25} for start in (0, 25, 50, 75)]
    assert landed(file).column("id").to_pylist() == [*range(1000)]


def test_a_file_of_one_row_group_is_not_divided(tmp_path: Path) -> None:
    assert ParquetFormat(Options(), {}).sections(file_of(tmp_path, ROWS)) == (WHOLE_FILE,)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (pa.int32(), pa.int64(), pa.int64()),
        (pa.float32(), pa.float64(), pa.float64()),
        (pa.decimal128(5, 2), pa.decimal128(9, 2), pa.decimal128(9, 2)),
        (pa.decimal128(5, 2), pa.decimal128(5, 4), pa.decimal128(7, 4)),
        (pa.null(), pa.date32(), pa.date32()),
        (pa.struct({"a": INT}), pa.struct({"b": DATE, "a": LONG}), pa.struct({"a": LONG, "b": DATE})),
        (pa.list_(pa.float32()), pa.large_list(pa.float64()), pa.list_(pa.float64())),
        (pa.map_(pa.string(), pa.int32()), pa.map_(pa.string(), pa.int64()), pa.map_(pa.string(), pa.int64())),
    ],
    ids=str,
)
def test_files_of_differing_types_land_in_the_wider_one(
    tmp_path: Path, one: pa.DataType, other: pa.DataType, both: pa.DataType
) -> None:
    files = [file_of(tmp_path, column(kind, None), f"{place}.parquet") for place, kind in enumerate([one, other])]
    for order in (files, files[::-1]):
        found = landed(*order)
        assert found.num_rows == 2
        # The fields of structs come in the order in which files have them.
        assert not [*differences(found.schema.field("v").type, both, "v")]
        assert not [*differences(both, found.schema.field("v").type, "v")]


def test_a_column_that_a_file_lacks_is_null(tmp_path: Path) -> None:
    files = [file_of(tmp_path, pa.table({name: [1]}), f"{name}.parquet") for name in "ab"]
    assert landed(*files).to_pylist() == [{"a": 1, "b": None}, {"a": None, "b": 1}]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (pa.int64(), pa.string(), "1.parquet: the column 'v' is string, and long in 0.parquet"),
        (pa.int64(), pa.float64(), "is double, and long in 0.parquet"),
        (pa.timestamp("us"), pa.timestamp("us", "UTC"), "is timestamptz, and timestamp in"),
        (pa.date32(), pa.timestamp("us"), "is timestamp, and date in"),
        (pa.struct({"a": pa.int64()}), pa.int64(), "is long, and struct<a: long> in"),
        (pa.list_(pa.int64()), pa.list_(pa.string()), "is list<string>, and list<long> in"),
        (pa.decimal128(38, 0), pa.decimal128(38, 10), "is decimal(38, 10), and decimal(38, 0) in"),
    ],
    ids=str,
)
def test_types_that_no_type_holds_are_told_with_both_files(
    tmp_path: Path, one: pa.DataType, other: pa.DataType, said: str
) -> None:
    files = [file_of(tmp_path, column(kind, None), f"{place}.parquet") for place, kind in enumerate([one, other])]
    assert said in refused(*files)


@pytest.mark.parametrize(
    ("table", "schema", "said"),
    [
        (column(pa.string(), "007"), {"v": pa.int64()}, "the column 'v' is string, and long in the table"),
        (column(pa.float64(), 0.1), {"v": pa.float32()}, "the column 'v' is double, and float in the table"),
        (column(pa.struct({"b": DATE}), None), {"v": pa.struct({"a": LONG})}, "the field 'v.b' (date) is not in"),
        (column(pa.list_(pa.struct({"b": DATE})), None), {"v": pa.list_(pa.struct({"a": LONG}))}, "the field 'v[].b'"),
        (pa.table({"v": [1], "w": [1]}), {"v": pa.int64()}, "has columns that the sampled files do not have: w"),
        (column(LONG, 1, 2**31), {"v": INT}, "row 2, column 'v': 2147483648 would not stay as it is as int"),
        (column(pa.timestamp("ns"), *[1000] * 3000, 1), {"v": pa.timestamp("us")}, "row 3001, column 'v'"),
        (column(pa.time64("ns"), 1), {"v": pa.time64("us")}, "row 1, column 'v'"),
        (column(pa.decimal128(9, 4), Decimal("1.0001")), {"v": pa.decimal128(9, 2)}, "row 1, column 'v': 1.0001"),
        (column(pa.list_(pa.timestamp("ns")), [1000, 1]), {"v": pa.list_(pa.timestamp("us"))}, "row 1, column 'v'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_not_stay_as_it_is_is_told(tmp_path: Path, table: pa.Table, schema: Types, said: str) -> None:
    told = refused(file_of(tmp_path, table, row_group_size=1000), schema=pa.schema(schema))
    assert told.startswith("a.parquet: ") or "a.parquet has columns" in told
    assert said in told


def test_timestamps_of_the_old_kind_keep_their_year_and_tell_what_microseconds_lack(tmp_path: Path) -> None:
    last = pa.array([datetime(9999, 12, 31, 23, 59, 59, 999999), None], pa.timestamp("us"))  # noqa: DTZ001  # they have none
    nested = pa.array([[{"at": 5_000}], None], pa.list_(pa.struct({"at": pa.timestamp("ns")})))
    table = pa.table({"last": last, "nested": nested, "id": [1, 2]})
    found = landed(file_of(tmp_path, table, use_deprecated_int96_timestamps=True))
    assert found.column("last").to_pylist() == last.to_pylist()
    assert found.column("nested").to_pylist() == [[{"at": datetime(1970, 1, 1, microsecond=5)}], None]  # noqa: DTZ001
    times = pa.array([1000] * 5000 + [1001], pa.timestamp("ns"))
    file = file_of(tmp_path, pa.table({"at": times}), row_group_size=4900, use_deprecated_int96_timestamps=True)
    assert "row 5001, column 'at': 1970-01-01 00:00:00.000001001 would not stay as it is" in refused(file)


def test_a_type_that_the_job_gives_is_cast_to(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([1], pa.duration("s")), "b": [7], "c": ["2024-01-01"], "d": [1.5]})
    types = {"a": pa.int64(), "b": pa.string(), "c": pa.date32(), "d": pa.decimal128(4, 2), "e": pa.int32()}
    found = landed(file_of(tmp_path, table), types=types)
    assert found.to_pylist() == [{"a": 1, "b": "7", "c": date(2024, 1, 1), "d": Decimal("1.50"), "e": None}]


def test_a_type_that_iceberg_has_not_is_told(tmp_path: Path) -> None:
    told = refused(file_of(tmp_path, column(pa.duration("s"), 1)))
    assert "a.parquet: the column 'v' is duration[s], for which Iceberg has no type" in told
    assert "v: long" in told
    assert "decimal256(40, 0)" in refused(file_of(tmp_path, column(pa.decimal256(40, 0), 1)))


def test_names_that_differ_in_case_only_are_told(tmp_path: Path) -> None:
    table = pa.table([[1], [2]], names=["a", "A"])
    assert "names differ in case only, or not at all: A, a" in refused(file_of(tmp_path, table))


def whole() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": range(100_000)}), buffer, write_page_checksum=True, use_dictionary=False)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (whole()[:-100], "ends too early: it was cut"),
        (whole()[:6], "ends too early"),
        (b"", "is not Parquet"),
        (b"<html>not found</html>", "is not Parquet"),
        (whole()[:1000] + b"\xff" * 1000 + whole()[2000:], "cannot be read; it is damaged"),
        (whole()[:-8] + b"\xff\xff\xff\x7fPAR1", "cannot be read; it is damaged"),
        (whole()[:-60] + b"\xff" * 50 + whole()[-10:], "cannot be read; it is damaged"),
    ],
    ids=["cut", "cut short", "empty", "a web page", "damaged page", "damaged length", "damaged footer"],
)
def test_what_is_no_whole_file_is_told_by_name(tmp_path: Path, data: bytes, said: str) -> None:
    told = refused(file_of(tmp_path, data))
    assert f"a.parquet {said}" in told


class _Keys(pe.KmsClient):  # type: ignore[misc]  # pyarrow ships no types
    """Keeps keys by not keeping them, which is enough to write an encrypted file."""

    def __init__(self, _: object) -> None:
        super().__init__()

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        return base64.b64encode(master_key_identifier.encode() + key_bytes)


@pytest.mark.parametrize("plain_footer", [False, True])
def test_an_encrypted_file_is_told(tmp_path: Path, plain_footer: bool) -> None:  # noqa: FBT001  # parametrized
    config = pe.EncryptionConfiguration(
        footer_key="footer", column_keys={"id": ["id"]}, plaintext_footer=plain_footer, double_wrapping=False
    )
    properties = pe.CryptoFactory(_Keys).file_encryption_properties(pe.KmsConnectionConfig(), config)
    file = file_of(tmp_path, ROWS, encryption_properties=properties)
    assert "a.parquet is encrypted" in refused(file)


def test_a_packed_file_is_told(tmp_path: Path) -> None:
    assert "a.parquet.gz is packed" in refused(file_of(tmp_path, b"", "a.parquet.gz"))


def test_columns_that_are_not_wanted_are_not_read(tmp_path: Path) -> None:
    """Their pages are damaged, which a reader of them would tell."""
    table = pa.table({"id": pa.array(range(1000)), "big": [f"{row:0200}" for row in range(1000)]})
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, compression="none", use_dictionary=False, write_page_checksum=True)
    data = path.read_bytes()
    at = data.index(b"0" * 197 + b"500")
    file = file_of(tmp_path, data[:at] + b"x" + data[at + 1 :])
    assert "damaged" in refused(file)
    form = ParquetFormat(Options(), {}, select=["id"])
    found = pa.Table.from_batches(form.batches(file, WHOLE_FILE, pa.schema({"id": pa.int64()})))
    assert found.column("id").to_pylist() == list(range(1000))


class Counting(io.BytesIO):
    """A file elsewhere, which counts the bytes that it is asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as any file."""
        found = super().read(size)
        self.asked += len(found)
        return found


class Elsewhere:
    """A store of one file; see :class:`ingest_core.files.file.Store`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.file = Counting(data)

    def look(self, _: str) -> Mapping[str, Any]:
        """Say how large the file is."""
        return {"size": len(self.data)}

    def open(self, _: str) -> BinaryIO:
        """Open it, and count from 0."""
        self.file = Counting(self.data)
        return self.file

    def stream(self, place: str) -> pa.NativeFile:
        """Open it for Arrow."""
        return pa.PythonFile(self.open(place), mode="r")

    pieces = stream


def test_of_a_file_elsewhere_the_row_groups_and_columns_asked_for_are_fetched_alone(tmp_path: Path) -> None:
    table = pa.table({"id": range(1_000_000), "big": [f"{row:020}" for row in range(1_000_000)]})
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=100_000, compression="none", use_dictionary=False)
    store = Elsewhere(path.read_bytes())
    file = File("a.parquet", "s3://bucket/a.parquet", store, store.look(""))
    form = ParquetFormat(Options(), {}, select=["id"])
    form.sample(file)
    assert store.file.asked < 100_000, "the footer"
    (found,) = _joined(form.batches(file, {"start": 3, "end": 4}, pa.schema({"id": pa.int64()})))
    assert found.column("id").to_pylist() == list(range(300_000, 400_000))
    assert store.file.asked < 1_000_000, "the footer, and 800 kB of one column of one row group"


def _joined(batches: Iterable[pa.RecordBatch]) -> list[pa.RecordBatch]:
    return [pa.concat_batches([*batches])]


def test_memory_does_not_grow_with_a_row_group(tmp_path: Path) -> None:
    """One row group of 400 MB, read by a process that tells what it took."""
    path = tmp_path / "a.parquet"
    batch = pa.record_batch({"v": pa.array([f"{row:0100}" for row in range(40_000)])})
    with pq.ParquetWriter(path, batch.schema, compression="none", use_dictionary=False) as writer:
        writer.write_table(pa.Table.from_batches([batch] * 100), row_group_size=4_000_000)
    program = """
import sys
from pathlib import Path
from ingest_core.connectors.parquet import Options, ParquetFormat
from ingest_core.files.local import local_file
path = Path(sys.argv[1])
file, form = local_file(path, path.parent), ParquetFormat(Options(), {})


def peak():
    # What the process that started it had, getrusage would tell, too.
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


before = peak()
rows = sum(batch.num_rows for batch in form.batches(file, {}, form.unified([form.sample(file)])))
print(rows, peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)  # noqa: S603  # this test's own program
    rows, grown = map(int, done.stdout.split())
    assert rows == 4_000_000
    assert grown < 150_000, "kilobytes"


KINDS = st.recursive(
    st.sampled_from(
        [pa.null(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.string(), pa.date32(), pa.decimal128(9, 2)]
    ),
    lambda inner: st.builds(pa.list_, inner) | st.dictionaries(st.sampled_from("ab"), inner, min_size=1).map(pa.struct),
    max_leaves=4,
)


@given(KINDS, KINDS)
def test_the_wider_of_two_types_holds_both(one: pa.DataType, other: pa.DataType) -> None:
    both = wider(one, other)
    if both is not None:
        assert not [*differences(one, both, "v")]
        assert not [*differences(other, both, "v")]
        assert wider(both, one) == both
        assert wider(both, other) == both


def test_files_land_by_a_whole_run_and_only_once(home: Home) -> None:
    job = """\
tenant: acme
source:
  connector: parquet
  objects:
    orders: {path: "data/*.parquet"}
target: {connector: iceberg}
"""
    (home.root / "data").mkdir()
    file_of(home.root / "data", ROWS)
    assert home.run(job).outcome == 0
    file_of(home.root / "data", ROWS.append_column("new", [pa.array(range(10), pa.uint32())]), "b.parquet")
    assert home.run(job).outcome == 0
    assert home.run(job).objects[0].rows == 0
    found = home.rows("parquet_orders").sort_by([("new", "ascending"), ("id", "ascending")])
    assert found.column("new").to_pylist() == [*range(10), *[None] * 10]
    assert found.column("name").to_pylist() == ROWS.column("name").to_pylist() * 2


def test_a_run_reads_the_columns_that_it_selects_alone(home: Home) -> None:
    job = """\
tenant: acme
source:
  connector: parquet
  objects:
    orders: {path: "data/*.parquet", select: [id], rename: {id: order_id}}
target: {connector: iceberg, metadata_columns: false}
"""
    (home.root / "data").mkdir()
    # Iceberg has no type for the other column, and another file has none such.
    file_of(home.root / "data", ROWS.append_column("took", [pa.array(range(10), pa.duration("s"))]))
    file_of(home.root / "data", ROWS.append_column("other", [pa.array(range(10))]), "b.parquet")
    report = home.run(job)
    assert report.outcome == 0, report.objects[0].error
    assert home.values("parquet_orders", "order_id") == sorted([(row,) for row in range(10)] * 2)


def test_a_selected_column_that_is_not_there_is_told_with_those_that_are(home: Home) -> None:
    job = """\
tenant: acme
source:
  connector: parquet
  objects:
    orders: {path: "data/*.parquet", select: [ids]}
target: {connector: iceberg}
"""
    (home.root / "data").mkdir()
    file_of(home.root / "data", ROWS)
    assert "has no column 'ids'\n  mend: its columns are id, name" in str(home.run(job).objects[0].error)
