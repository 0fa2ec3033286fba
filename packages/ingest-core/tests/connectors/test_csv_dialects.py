"""CSV files as they are in the wild: how they are written, what is odd in them, and what is told."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ingest_core import JobError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.documents import Document, validate
from ingest_core.plugin import Batch, SourceContext


def table(home: Path, types: Mapping[str, pa.DataType] | None = None, **options: Any) -> pa.Table:  # noqa: ANN401  # the connector's own
    source = CsvSource(SourceContext(home, {"orders": {"path": "a.*", "types": types or {}}}, Options(**options)))
    (stream,) = source.streams()
    messages = [message for split in source.splits(stream, {}) for message in source.read(split)]
    return pa.Table.from_batches([each.record_batch for each in messages if isinstance(each, Batch)], stream.schema)


def write(home: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> None:
    (home / name).write_bytes(text.encode(encoding))


@pytest.mark.parametrize(
    ("text", "options", "rows"),
    [
        ("1;2\n3;4\n", {"delimiter": ";", "header": False}, [{"f0": 1, "f1": 2}, {"f0": 3, "f1": 4}]),
        ("1,2\n", {"header": False, "columns": ["a", "b"]}, [{"a": 1, "b": 2}]),
        ("1\n\n2\n", {"header": False, "columns": ["a"]}, [{"a": 1}, {"a": None}, {"a": 2}]),
        ("a,b\n'x,y',2\n", {"quote": "'"}, [{"a": "x,y", "b": 2}]),
        ('a,b\n"x,2\n', {"quote": None}, [{"a": '"x', "b": 2}]),
        ('a,b\n"x\\"y",2\n', {"escape": "\\"}, [{"a": 'x"y', "b": 2}]),
        ("a,b\nx\\,y,2\n", {"escape": "\\"}, [{"a": "x,y", "b": 2}]),
        ("a;b\n1,5;x\n-0,25;y\n", {"delimiter": ";", "decimal": ","}, [{"a": 1.5, "b": "x"}, {"a": -0.25, "b": "y"}]),
        ("a;b\n1.5;x\n", {"delimiter": ";", "decimal": ","}, [{"a": "1.5", "b": "x"}]),
        ("a\tb\n1\tNA\n", {"delimiter": "\t", "null_values": ["NA"]}, [{"a": 1, "b": None}]),
        ('made by "x\nsecond\na,b\n1,2\n', {"skip_rows": 2}, [{"a": 1, "b": 2}]),
        ("\ufeffa,b\n1,2\n", {}, [{"a": 1, "b": 2}]),
        ("\ufeffa,b\n1,2\n", {"skip_rows": 0, "encoding": "utf-8-sig"}, [{"a": 1, "b": 2}]),
    ],
)  # fmt: skip
def test_a_file_is_read_as_the_job_says_it_is_written(
    tmp_path: Path, text: str, options: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    write(tmp_path, text)
    assert table(tmp_path, **options).to_pylist() == rows


def test_a_decimal_comma_is_exact_in_given_types(tmp_path: Path) -> None:
    write(tmp_path, 'a;b\n"0,10";"1,5"\n')
    found = table(tmp_path, {"a": pa.decimal128(10, 2), "b": pa.float64()}, delimiter=";", decimal=",")
    assert found.to_pylist() == [{"a": Decimal("0.10"), "b": 1.5}]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"delimiter": "ab"}, "at most 1 character"),
        ({"delimiter": "§"}, "are ASCII characters"),
        ({"quote": ","}, "must differ"),
        ({"columns": ["a"]}, "say `header: false`"),
        ({"header": False, "columns": ["a", "A"]}, "must have names that differ"),
        ({"skip_rows": -1}, "must be at least 0"),
        ({"decimal": ";"}, "must be '.' or ','"),
        ({"delimeter": ";"}, "unknown key 'delimeter'"),
    ],
)
def test_settings_that_do_not_fit_are_told(options: dict[str, Any], told: str) -> None:
    with pytest.raises(JobError, match=told):
        validate(Options, Document(Path("job.yaml"), options, {}))


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_compressed_file_is_read_as_it_is(tmp_path: Path, ending: str) -> None:
    rows = "id,text\n" + "".join(f'{row},"a\nb"\n' for row in range(100_000))
    data = gzip.compress(rows.encode()) if ending == "gz" else pa.Codec("zstd").compress(rows.encode()).to_pybytes()
    (tmp_path / f"a.csv.{ending}").write_bytes(data)
    assert table(tmp_path).num_rows == 100_000


@pytest.mark.parametrize("ending", ["gz", "zst"])
@pytest.mark.parametrize("kept", [20, 0.5, 0.999])
def test_a_compressed_file_that_was_cut_is_told(tmp_path: Path, ending: str, kept: float) -> None:
    rows = b"id,text\n" + b"".join(b"%d,%s\n" % (row, os.urandom(20).hex().encode()) for row in range(100_000))
    data = gzip.compress(rows) if ending == "gz" else pa.Codec("zstd").compress(rows).to_pybytes()
    (tmp_path / f"a.csv.{ending}").write_bytes(data[: int(kept * len(data)) if kept < 1 else int(kept)])
    with pytest.raises(JobError, match=r"a\.csv\.\w+ cannot be read: .*Truncated"):
        table(tmp_path)


def test_what_calls_itself_compressed_and_is_not_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a,b\n1,2\n", "a.csv.gz")
    with pytest.raises(JobError, match=r"a\.csv\.gz cannot be read"):
        table(tmp_path)


def test_times_to_the_year_9999_are_times(tmp_path: Path) -> None:
    write(tmp_path, "d,t,f,z\n9999-12-31,9999-12-31 23:59:59,9999-12-31T23:59:59.999999,9999-12-31T23:59:59.5Z\n")
    assert table(tmp_path).to_pylist() == [
        {
            "d": date(9999, 12, 31),
            "t": datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001  # without a zone, as it is written
            "f": datetime(9999, 12, 31, 23, 59, 59, 999_999),  # noqa: DTZ001  # as above
            "z": datetime(9999, 12, 31, 23, 59, 59, 500_000, UTC),
        }
    ]


def test_infinity_and_no_number_are_doubles(tmp_path: Path) -> None:
    write(tmp_path, "v\n1.5\nNaN\ninf\n-inf\n")
    assert [repr(value) for value in table(tmp_path).column("v").to_pylist()] == ["1.5", "nan", "inf", "-inf"]


@pytest.mark.parametrize(
    ("text", "types", "told"),
    [
        ("id,n\n1,1\n2,12345678901.5\n", {"n": pa.decimal128(8, 2)}, "line 3: column 'n'"),
        ("id,n\n1,1\n2,x\n", {"n": pa.int64()}, "line 3: column 'n': taken for int64: invalid value 'x'"),
        ('id,n\n1,"a\nb"\n2,x\n', {"id": pa.int32()}, None),
        ('id,n\n"1\n",1\n2,2024-13-01\n', {"n": pa.date32(), "id": pa.string()}, "line 3: column 'n'"),
        ("id,n\n1,2\n\n\n3\n", {}, "line 5: Expected 2 columns, got 1"),
        ("id,n\n1,2\n3,4,5\n", {}, "line 3: Expected 2 columns, got 3"),
        ("id,n\n1,2\n3,4", {}, None),
        ("id,n\n1,2\n3", {}, "line 3: Expected 2 columns, got 1"),
        ("", {}, "is empty: it has no header line"),
        ("\n\n", {}, "is empty: it has no header line"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, text: str, types: dict[str, pa.DataType], told: str | None
) -> None:
    write(tmp_path, text)
    if told is None:
        assert table(tmp_path, types).num_rows == 2
        return
    with pytest.raises(JobError, match=rf"a\.csv.* {told}"):
        table(tmp_path, types)


def test_text_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "id,n\n1,a\n2,é\n", encoding="latin-1")
    with pytest.raises(JobError, match=r"a\.csv: line 3: is not utf8 in the columns n"):
        table(tmp_path)


MEASURED = """\
import sys
from pathlib import Path
import pyarrow as pa
from ingest_core import JobError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.plugin import Batch, SourceContext

def read(home):
    source = CsvSource(SourceContext(home, {"orders": {"path": "a.*", "types": {}}}, Options()))
    (stream,) = source.streams()
    rows = 0
    for split in source.splits(stream, {}):
        for message in source.read(split):
            rows += message.record_batch.num_rows if isinstance(message, Batch) else 0
    return rows

def peak():
    (line,) = [each for each in open("/proc/self/status") if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

read(Path(sys.argv[1]))
before = peak()
try:
    told = read(Path(sys.argv[2]))
except JobError as error:
    told = error
print(peak() - before, told)
"""


def measured(tmp_path: Path, large: Path) -> tuple[int, str]:
    """Read a small file and a large one, and tell what the large one took beside."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small/a.csv").write_text("id,text\n" + "1,a\n" * 300_000)
    arguments = [sys.executable, "-c", MEASURED, str(tmp_path / "small"), str(large)]
    taken, _, told = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.partition(" ")  # noqa: S603  # our own text
    return int(taken), told


def test_a_line_of_300_megabytes_is_told_in_bounded_memory(tmp_path: Path) -> None:
    home = tmp_path / "large"
    home.mkdir()
    with (home / "a.csv").open("w") as file:
        file.write("id,text\n1,a\n2,")
        for _ in range(300):
            file.write("x" * 1024 * 1024)
    taken, told = measured(tmp_path, home)
    assert "line 3: this row is longer than 1 MiB" in told
    assert taken < 100_000_000


def test_what_a_small_file_unpacks_to_is_read_in_bounded_memory(tmp_path: Path) -> None:
    home = tmp_path / "large"
    home.mkdir()
    with gzip.open(home / "a.csv.gz", "wb", compresslevel=1) as file:
        file.write(b"id,text\n")
        for _ in range(60):
            file.write(b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 100_000)
    taken, told = measured(tmp_path, home)
    assert told.strip() == "6000000"
    assert taken < 150_000_000
