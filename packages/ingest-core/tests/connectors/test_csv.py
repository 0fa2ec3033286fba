"""CSV files are read typed, in bounded batches, each file once."""

import gzip
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.files import FileSource
from ingest_core.files.source import SAMPLED_FILES
from ingest_core.messages import Batch, Checkpoint, Cursor, Stream, advance
from ingest_core.plugin import SourceContext


def source(home: Path, types: Mapping[str, pa.DataType] | None = None, **options: Any) -> FileSource:  # noqa: ANN401  # the connector's own
    objects = {"orders": {"path": "*.csv", "types": types or {}}}
    return CsvSource(SourceContext(home, objects, Options(**options)))


def read(given: FileSource, since: Cursor | None = None) -> tuple[pa.Table, dict[str, Any]]:
    (stream,) = given.streams()
    batches, cursor = [], dict(since or {})
    for split in given.splits(stream, since or {}):
        for message in given.read(split):
            if isinstance(message, Batch):
                batches.append(message.record_batch)
            else:
                cursor = advance(cursor, message.cursor)
    return pa.Table.from_batches(batches, stream.schema), cursor


def test_types_are_inferred_and_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "whole,real,day,at,zoned,yes,text,none\n1,1.5,2024-02-29,2024-01-01T10:00:00,2024-01-01T10:00:00Z,true,x,\n"
    )
    table, _ = read(source(tmp_path))
    assert [str(field.type) for field in table.schema] == [
        "int64", "double", "date32[day]", "timestamp[us]", "timestamp[us, tz=UTC]", "bool", "string", "string",
    ]  # fmt: skip


def test_given_types_win_and_are_exact(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,price\n007,0.10\n")
    table, _ = read(source(tmp_path, {"code": pa.string(), "price": pa.decimal128(38, 2)}))
    assert table.to_pylist() == [{"code": "007", "price": Decimal("0.10")}]


def test_types_widen_over_the_files_of_a_sample(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n,m,empty\n1,1,\n")
    (tmp_path / "b.csv").write_text("n,m,empty\n1.5,x,7\n")
    assert source(tmp_path).streams()[0].schema == pa.schema(
        [("n", pa.float64()), ("m", pa.string()), ("empty", pa.int64())]
    )


def test_a_column_of_a_file_that_is_no_part_of_the_sample_lands_once_the_job_gives_its_type(tmp_path: Path) -> None:
    for number in range(SAMPLED_FILES + 6):
        (tmp_path / f"{number:03}.csv").write_text("id,note\n1,x\n" if number == 3 else "id\n1\n")
    with pytest.raises(JobError, match=r"003.csv has columns that the sampled files do not have: note") as told:
        read(source(tmp_path))
    assert "say their types" in str(told.value)
    table, _ = read(source(tmp_path, {"note": pa.string()}))
    assert sorted(table["note"].drop_null().to_pylist()) == ["x"]


def test_every_type_that_is_given_to_no_column_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    with pytest.raises(JobError) as told:
        source(tmp_path, {"idd": pa.int64(), "id": pa.int64(), "nme": pa.string()}).streams()
    assert [fault.problem for fault in told.value.faults] == ["there is no column 'idd'", "there is no column 'nme'"]


def test_a_quoted_empty_text_is_no_null(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b\n"",x\n,y\n')
    assert read(source(tmp_path))[0].column("a").to_pylist() == ["", None]


def test_delimiter_encoding_and_null_words_are_options(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("a;b\né;NA\n".encode("latin-1"))
    table, _ = read(source(tmp_path, delimiter=";", encoding="latin-1", null_values=["NA"]))
    assert table.to_pylist() == [{"a": "é", "b": None}]


def test_a_file_is_read_once_and_a_new_one_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    first, cursor = read(source(tmp_path))
    (tmp_path / "b.csv").write_text("id\n2\n")
    second, cursor = read(source(tmp_path), cursor)
    third, _ = read(source(tmp_path), cursor)
    assert [table.column("id").to_pylist() for table in (first, second, third)] == [[1], [2], []]


def test_a_file_that_only_got_a_new_time_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    _, cursor = read(source(tmp_path))
    os.utime(path, (1, 1))
    assert read(source(tmp_path), cursor)[0].num_rows == 0


@pytest.mark.parametrize("content", ["id\n1\n2\n", "id\n2\n"], ids=["grown", "same size"])
def test_other_content_under_a_known_name_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    _, cursor = read(source(tmp_path))
    path.write_text(content)
    os.utime(path, (1, 1))
    with pytest.raises(JobError, match=r"a\.csv was loaded before and has other content now"):
        read(source(tmp_path), cursor)


def test_small_files_are_read_together_with_one_checkpoint(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.csv").write_text(f"id\n{number}\n")
    given = source(tmp_path)
    (split,) = given.splits(given.streams()[0], {})
    messages = list(given.read(split))
    assert [type(message) for message in messages] == [Batch] * 50 + [Checkpoint]


def test_a_header_alone_gives_no_rows_and_a_cursor(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n")
    table, cursor = read(source(tmp_path))
    assert (table.num_rows, list(cursor["files"])) == (0, ["a.csv"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", ["id,name", '"id","name"', "id,name\n", "id,name\r"])
def test_a_header_alone_is_one_whether_its_line_ends_or_not(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    table, _ = read(source(tmp_path, encoding=encoding))
    assert (table.schema.names, table.num_rows) == (["id", "name"], 0)


def test_one_row_without_a_header_is_one_whether_its_line_ends_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,x")
    assert read(source(tmp_path, header=False))[0].to_pylist() == [{"f0": 1, "f1": "x"}]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xef\xbb\xbf", "is empty"),
        (b"", "is empty"),
        (b"a,a\n1,2\n", "differ in case only, or not at all: a"),
        (b"a,A\n1,2\n", "differ in case only"),
        (b"a,b\n1\n", "Expected 2 columns, got 1"),
        (gzip.compress(b"a,b\n1,2\n"), "is compressed"),
        (b"a,b\n1,\xff\xfe\n", "is not utf8 in the columns b"),
    ],
    ids=["a mark alone", "empty", "same names", "same but for case", "ragged", "compressed", "not UTF-8"],
)
def test_a_faulty_file_is_told_by_name(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(JobError, match=problem) as raised:
        read(source(tmp_path))
    assert "bad.csv" in str(raised.value)


def test_a_value_too_exact_for_its_given_type_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,n\n1,1.255\n")
    with pytest.raises(JobError, match="line 2: column 'n': Rescaling Decimal value would cause data loss"):
        read(source(tmp_path, {"n": pa.decimal128(8, 2)}))


def test_a_value_beyond_the_sample_that_does_not_fit_names_the_mend(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,n\n" + "1,1\n" * 600_000 + "1,many\n")
    with pytest.raises(JobError, match="line 600002: column 'n': taken for int64: 'many' would not stay") as raised:
        read(source(tmp_path))
    assert "`types`" in raised.value.faults[0].mend


def test_a_missing_path_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id\n1\n")
    given = CsvSource(SourceContext(tmp_path, {"orders": {"path": "order.csv", "types": {}}}, Options()))
    with pytest.raises(JobError, match=r"no file at order\.csv") as raised:
        given.check()
    assert raised.value.faults[0].mend == "did you mean orders.csv?"
    assert raised.value.faults[0].key == ("source", "objects", "orders", "path")


def test_a_folder_is_told_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    given = CsvSource(SourceContext(tmp_path, {"orders": {"path": "data", "types": {}}}, Options()))
    with pytest.raises(JobError) as raised:
        given.check()
    assert raised.value.faults[0].mend == "it is a folder; name the files in it, data/*"


@pytest.mark.parametrize("kind", [pa.list_(pa.string()), pa.struct([("a", pa.int64())]), pa.uuid()])
def test_a_type_that_csv_cannot_hold_is_told(tmp_path: Path, kind: pa.DataType) -> None:
    (tmp_path / "a.csv").write_text("v\n1\n")
    with pytest.raises(JobError, match=r"a\.csv: CSV conversion to .* is not supported"):
        source(tmp_path, {"v": kind}).streams()


def test_a_type_for_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    with pytest.raises(JobError, match="no column 'price'"):
        source(tmp_path, {"price": pa.string()}).streams()


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=20))
def test_every_text_that_python_writes_is_read_as_it_was(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    quoted = ["{}\n".format(",".join('"' + cell.replace('"', '""') + '"' for cell in row)) for row in rows]
    (tmp_path / "a.csv").write_text("a,b\n" + "".join(quoted), encoding="utf-8", newline="")
    text = pa.schema([("a", pa.string()), ("b", pa.string())])
    given = source(tmp_path, {"a": pa.string(), "b": pa.string()})
    (split,) = given.splits(Stream("orders", text), {})
    found = [
        row for message in given.read(split) if isinstance(message, Batch) for row in message.record_batch.to_pylist()
    ]
    assert [(row["a"], row["b"]) for row in found] == rows
