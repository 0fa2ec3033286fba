"""Files of JSON lines: each value stays what it says, and what is wrong with a line is told with its number."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.connectors.jsonl import JsonlFormat, Options
from ingest_core.connectors.jsonl.lines import blocks
from ingest_core.files import File
from ingest_core.files.local import local_file
from ingest_core.json_rows.doubts import LONG_LINE, MOST_LEVELS, look
from ingest_core.json_rows.inference import Seen, settled
from ingest_core.json_rows.parsing import Parser, PlaceError, objects


def file_of(folder: Path, data: bytes | str, name: str = "a.jsonl") -> File:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return local_file(path, folder)


def landed(file: File, types: Mapping[str, pa.DataType] | None = None, schema: pa.Schema | None = None) -> pa.Table:
    """Read a file as a run does: sampled, divided, each section read."""
    form = JsonlFormat(Options(), types or {})
    schema = schema or form.unified([form.sample(file)])
    found = [batch for section in form.sections(file) for batch in form.batches(file, section, schema)]
    return pa.Table.from_batches(found, schema)


def column(folder: Path, *values: str, kind: pa.DataType | None = None) -> pa.ChunkedArray:
    """Read values, as JSON writes them, of one key."""
    text = "".join(f'{{"row": {row}, "v": {value}}}\n' for row, value in enumerate(values))
    return landed(file_of(folder, text), {"v": kind} if kind else None).column("v")


def refused(file: File, types: Mapping[str, pa.DataType] | None = None, schema: pa.Schema | None = None) -> str:
    with pytest.raises(JobError) as told:
        landed(file, types, schema)
    return str(told.value)


BIG = 2**63
ZONED = pa.timestamp("us", tz="UTC")
LONG, REAL, TEXT = pa.int64(), pa.float64(), pa.string()


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        (["1", "-2", "null"], pa.int64(), [1, -2, None]),
        (["1", "2.5"], pa.float64(), [1.0, 2.5]),
        (["0.1", "1.50", "1e300"], pa.float64(), [0.1, 1.5, 1e300]),
        (["0.10000000000000001"], pa.float64(), [0.1]),
        (["0.30000000000000004"], pa.float64(), [0.1 + 0.2]),
        ([str(BIG - 1), "1"], pa.int64(), [BIG - 1, 1]),
        ([str(BIG), "1"], pa.decimal128(38, 0), [Decimal(BIG), Decimal(1)]),
        (["1" * 39, "1"], pa.string(), ["1" * 39, "1"]),
        (["9007199254740993", "0.5"], pa.string(), ["9007199254740993", "0.5"]),
        (["12345678901234567890.123"], pa.string(), ["12345678901234567890.123"]),
        (["0.1234567890123456789", "1.0"], pa.string(), ["0.1234567890123456789", "1.0"]),
        (["1e400", "1"], pa.string(), ["1e400", "1"]),
        (["1e-400", "1.5"], pa.string(), ["1e-400", "1.5"]),
        (["1e99999999999999999999"], pa.string(), ["1e99999999999999999999"]),
        (["true", "false", "null"], pa.bool_(), [True, False, None]),
        (["1", '"x"', "1.50"], pa.string(), ["1", "x", "1.50"]),
        (["true", "1"], pa.string(), ["true", "1"]),
        (['{"a": [1, 2.50]}', "7"], pa.string(), ['{"a":[1,2.50]}', "7"]),
        (['"007"', '"12"'], pa.string(), ["007", "12"]),
        (["null", "null"], pa.string(), [None, None]),
        (['""', r'"a\u0000\"\ud83d\ude00"'], pa.string(), ["", 'a\0"😀']),
        (['"2024-02-29"', "null"], pa.date32(), [date(2024, 2, 29), None]),
        (['"2023-02-29"'], pa.string(), ["2023-02-29"]),
        (['"2024-01-01T10:00:00.123456"'], pa.timestamp("us"), [datetime(2024, 1, 1, 10, 0, 0, 123456)]),  # noqa: DTZ001  # it has none
        (['"2024-01-01T10:00:00+02:00"', '"2024-01-01 08:00:00Z"'], ZONED, [datetime(2024, 1, 1, 8, tzinfo=UTC)] * 2),
        (['"2024-01-01T10:00:00.1234567"'], pa.string(), ["2024-01-01T10:00:00.1234567"]),
        (['"2024-01-01"', '"2024-01-01T10:00:00"'], pa.string(), ["2024-01-01", "2024-01-01T10:00:00"]),
        (['"2024-01-01"', '"soon"'], pa.string(), ["2024-01-01", "soon"]),
        (["[1, 2]", "[]", "null", "[null]"], pa.list_(pa.int64()), [[1, 2], [], None, [None]]),
        (["[1, 2.5]"], pa.list_(pa.float64()), [[1.0, 2.5]]),
        (['[1, "a"]'], pa.list_(pa.string()), [["1", "a"]]),
        (["[]", "[[]]"], pa.list_(pa.list_(pa.string())), [[], [[]]]),
        (["{}", "null"], pa.string(), ["{}", None]),
        (['{"a": 1}', '{"b": ""}'], pa.struct({"a": LONG, "b": TEXT}), [{"a": 1, "b": None}, {"a": None, "b": ""}]),
        (
            ['{"a": {}}', '{"a": {"b": 1}}'],
            pa.struct({"a": pa.struct({"b": LONG})}),
            [{"a": {"b": None}}, {"a": {"b": 1}}],
        ),
        (['{"a": {"b": 1e400}}'], pa.struct([("a", pa.struct([("b", pa.string())]))]), [{"a": {"b": "1e400"}}]),
        ([f'{{"id": {BIG - 1}, "x": 0.5}}'], pa.struct({"id": LONG, "x": REAL}), [{"id": BIG - 1, "x": 0.5}]),
    ],
    ids=lambda value: value[0][:40] if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_a_value_gets_the_narrowest_type_that_loses_nothing(
    tmp_path: Path, values: list[str], kind: pa.DataType, read: list[object]
) -> None:
    found = column(tmp_path, *values)
    assert (found.type, found.to_pylist()) == (kind, read)


UUID_TEXT = "12345678-1234-5678-1234-567812345678"


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        ("1.5", pa.decimal128(12, 2), Decimal("1.50")),
        ('"1.5"', pa.decimal128(12, 2), Decimal("1.50")),
        ("12345678901234567890.123", pa.decimal128(38, 3), Decimal("12345678901234567890.123")),
        ("12345678901234567890.123", pa.float64(), 12345678901234567890.123),
        ("0.1", pa.float32(), pytest.approx(0.1)),
        ('"12"', pa.int64(), 12),
        ("12.0", pa.int32(), 12),
        ("12", pa.string(), "12"),
        ('"2024-01-01"', pa.string(), "2024-01-01"),
        ('"10:11:12.5"', pa.time64("us"), datetime(1, 1, 1, 10, 11, 12, 500000, UTC).time()),
        (f'"{UUID_TEXT}"', pa.uuid(), UUID(UUID_TEXT)),
        (f'["{UUID_TEXT}"]', pa.list_(pa.uuid()), [UUID(UUID_TEXT)]),
        ('"ab"', pa.binary(2), b"ab"),
        ('"ab"', pa.binary(), b"ab"),
        ('{"a": 1, "b": 2}', pa.map_(pa.string(), pa.int64()), [("a", 1), ("b", 2)]),
        ('{"1": ["2024-01-01"]}', pa.map_(pa.int64(), pa.list_(pa.date32())), [(1, [date(2024, 1, 1)])]),
    ],
    ids=str,
)
def test_a_value_takes_the_type_that_the_job_gives(tmp_path: Path, value: str, kind: pa.DataType, read: object) -> None:
    found = column(tmp_path, value, "null", kind=kind)
    assert (found.type, found.to_pylist()) == (kind, [read, None])


FIRST = b'{"a": 1, "b": "x"}\n'
SCHEMA = pa.schema([("a", pa.int64()), ("b", pa.string())])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"a": "x"}', "column 'a': taken for long: \"x\" would not stay as it is"),
        (b'{"a": 1.5}', "column 'a': taken for long: 1.5"),
        (b'{"a": 9223372036854775808}', "column 'a': taken for long: 9223372036854775808"),
        (b'{"a": 1, "c": {"d": 0.5}}', "the key 'c' ({\"d\":0.5}) is none of the columns"),
        (b'{"a": 1, "c": {"d": 0.5}}', "`types`, for example {c: 'struct<d: double>'}"),
        (b'{"a": 1, "a": 2}', "the key 'a' comes twice"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'{"a": -Infinity}', "-Infinity is no JSON number"),
        (b'{"a": 007}', "it is not whole JSON"),
        (b'{"a": 1,}', "it is not whole JSON"),
        (b'{"a": 1}{"a": null} null', "it is not whole JSON"),
        (b'{"a": 1} null', "it is not whole JSON"),
        (b"null", "it is null, where a line is to be an object"),
        (b"[1]", "it is a list, where a line is to be an object"),
        (b"7", "it is a number"),
        (b"garbage", "it is not whole JSON"),
        (b'{"b": "\xff"}', "it is not UTF-8"),
        (b'{"b": "\\ud83d"}', "half a character"),
        (b'{"b": "a\tb"}', "it is not whole JSON"),
        (b'{"b": "a\x00b"}', "it is not whole JSON"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b'{"a": ' + b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deep"),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: bytes, said: str) -> None:
    file = file_of(tmp_path, FIRST * 70_000 + b"\n" + line + b"\n" + FIRST)
    told = refused(file, schema=SCHEMA)
    assert "a.jsonl: line 70002" in told
    assert said in told


def test_a_bad_line_of_a_later_section_is_told_by_its_place_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest_core.connectors.jsonl.jsonl_format.SECTION_BYTES", 1000)
    file = file_of(tmp_path, FIRST * 1000 + b"{\n" + FIRST * 10)
    assert len(JsonlFormat(Options(), {}).sections(file)) > 10
    assert "a.jsonl: line 1001: it is not whole JSON" in refused(file, schema=SCHEMA)


def test_a_file_that_was_cut_is_told(tmp_path: Path) -> None:
    assert "line 3: it is not whole JSON" in (told := refused(file_of(tmp_path, FIRST * 2 + FIRST[:9])))
    assert "the file ends within this line, and was cut" in told


def test_packed_files_are_read_and_cut_ones_are_told(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"a": %d}\n' % number for number in range(100_000)))
    assert landed(file_of(tmp_path, packed, "a.jsonl.gz")).num_rows == 100_000
    assert "cannot be unpacked; it was cut" in refused(file_of(tmp_path, packed[:-1000], "b.jsonl.gz"))
    assert "cannot be unpacked" in refused(file_of(tmp_path, FIRST, "c.jsonl.gz"))
    zstd = bytes(pa.Codec("zstd").compress(FIRST * 1000))
    assert landed(file_of(tmp_path, zstd, "d.jsonl.zst")).num_rows == 1000
    assert "cannot be unpacked" in refused(file_of(tmp_path, zstd[:-5], "e.jsonl.zst"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"a": 1}\n'.encode("utf-16"), "is UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-le"), "is UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-be"), "is UTF-16"),
        (gzip.compress(FIRST, mtime=0), "is compressed by gzip"),
        (b"  <!DOCTYPE html>\n<p>Not found</p>\n", "is no JSON but HTML"),
        (b'[{"a": 1},\n {"a": 2}]\n', "is a JSON array, not one object a line"),
        (b'{\n  "a": 1\n}\n', "line 1: it is not whole JSON"),
        (b"PAR1\x15\x04", "is Parquet"),
        (b"", "the files are empty"),
        (b"\n\n", "the files are empty"),
        (b"{}\n", "the files are empty"),
    ],
    ids=lambda value: repr(value[:15]) if isinstance(value, bytes) else "",
)
def test_what_is_no_file_of_json_lines_is_told(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in refused(file_of(tmp_path, data))


def test_marks_empty_lines_and_ends_of_lines_are_no_rows(tmp_path: Path) -> None:
    file = file_of(tmp_path, b'\xef\xbb\xbf\r\n{"a": 1}\r\n\n   \n{"a": 2}')
    assert landed(file).to_pylist() == [{"a": 1}, {"a": 2}]


def test_a_column_without_a_key_anywhere_is_null(tmp_path: Path) -> None:
    found = landed(file_of(tmp_path, FIRST), {"c": pa.int32()})
    assert found.to_pylist() == [{"a": 1, "b": "x", "c": None}]


def test_a_key_behind_the_sample_lands_when_the_job_gives_its_type(tmp_path: Path) -> None:
    late = FIRST * 40_000 + b'{"a": 2, "late": 5}\n' + FIRST * 5000
    file = file_of(tmp_path, late)
    assert "the key 'late' (5) is none of the columns" in refused(file)
    assert landed(file, {"late": pa.int64()}).column("late").drop_null().to_pylist() == [5]


def test_a_key_without_a_value_that_is_no_column_loses_nothing(tmp_path: Path) -> None:
    file = file_of(tmp_path, b'{"a": 1, "z": null}\n')
    assert landed(file, schema=pa.schema([("a", pa.int64())])).to_pylist() == [{"a": 1}]


def test_what_is_not_wanted_may_be_anything(tmp_path: Path) -> None:
    file = file_of(tmp_path, b'{"a": 1, "z": 1}\n{"a": 2, "z": "x"}\n')
    form = JsonlFormat(Options(), {}, select=["a"])
    (found,) = form.batches(file, {}, pa.schema([("a", pa.int64())]))
    assert found.to_pylist() == [{"a": 1}, {"a": 2}]


def test_a_new_key_within_what_is_wanted_is_told_whatever_else_there_is(tmp_path: Path) -> None:
    schema = pa.schema({"a": pa.struct({"x": LONG})})
    form = JsonlFormat(Options(), {}, select=["a"])
    file = file_of(tmp_path, b'{"a": {"x": 1, "y": null}, "b": 1}\n{"a": null, "b": 2}\n')
    (found,) = form.batches(file, {}, schema)
    assert found.to_pylist() == [{"a": {"x": 1}}, {"a": None}]
    file = file_of(tmp_path, b'{"a": {"x": 1}, "b": 1}\n{"a": {"x": 1, "y": 2}, "b": {"c": 2}}\n')
    with pytest.raises(JobError, match=r"line 2: the key 'a\.y' "):
        list(form.batches(file, {}, schema))


def test_a_number_further_on_that_a_double_would_change_is_told(tmp_path: Path) -> None:
    lines = b'{"id": 1234567890123456789, "x": 0.5}\n' * 30_000
    file = file_of(tmp_path, lines + b'{"id": 1, "x": 12345678901234567.5}\n')
    assert "line 30001, column 'x': taken for double: 12345678901234567.5 would not stay" in refused(file)


def test_a_text_further_on_that_is_no_time_is_told_with_its_line(tmp_path: Path) -> None:
    lines = b'{"at": "2024-01-01T00:00:00Z"}\n\n' * 20_000
    file = file_of(tmp_path, lines + b'{"at": "2024-01-01T00:00:00.1234567Z"}\n')
    assert "line 40001, column 'at': taken for timestamptz: '2024-01-01T00:00:00.1234567Z'" in refused(file)


def test_types_of_several_files_are_unified(tmp_path: Path) -> None:
    texts = ['{"a": 1, "b": {"x": null}}', '{"a": 2.5, "b": {"x": [1], "y": "z"}}', '{"c": null, "b": null}']
    files = [file_of(tmp_path, text, f"{number}.jsonl") for number, text in enumerate(texts)]
    form = JsonlFormat(Options(), {})
    inner = pa.struct([("x", pa.list_(pa.int64())), ("y", pa.string())])
    schema = form.unified([form.sample(file) for file in files])
    assert schema == pa.schema([("a", pa.float64()), ("b", inner), ("c", pa.string())])


def test_a_line_without_end_is_told_in_bounded_memory(tmp_path: Path) -> None:
    """A hole in a file takes no disk; the process may have less memory than the line is long."""
    path = tmp_path / "a.jsonl"
    with path.open("wb") as opened:
        opened.write(FIRST + b'{"a": "')
        opened.truncate(1 << 30)
    program = """
import sys
from pathlib import Path
from ingest_core.connectors.jsonl import JsonlFormat, Options
from ingest_core.files.local import local_file
import pyarrow as pa
path = Path(sys.argv[1])
try:
    schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
    list(JsonlFormat(Options(), {}).batches(local_file(path, path.parent), {}, schema))
except Exception as error:
    # What the process that started it had, getrusage would tell, too.
    peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]
    print(error, peak)
"""
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)  # noqa: S603  # this test's own program
    told, peak = done.stdout.split("\n")[0], int(done.stdout.split()[-1])
    assert "a.jsonl: line 2: it is longer than 16 MiB" in told
    assert peak < 300_000, "kilobytes"


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 200), st.booleans())
def test_sections_side_by_side_give_each_line_once(lengths: list[int], width: int, ends: bool) -> None:  # noqa: FBT001  # hypothesis gives it
    lines = [b"x" * length for length in lengths]
    data = b"\n".join(lines) + (b"\n" if ends else b"")

    class Seekable:
        def __init__(self) -> None:
            self.place = 0

        def seek(self, place: int) -> None:
            self.place = place

        def read(self, size: int) -> bytes:
            found = data[self.place : self.place + min(size, 7)]
            self.place += len(found)
            return found

    found = [
        (block.offset, block.data)
        for start in range(0, len(data), width)
        for block in blocks(Seekable(), start, min(start + width, len(data)))  # type: ignore[arg-type]  # all that is used
    ]
    assert b"".join(text for _, text in found) == data
    assert [offset for offset, _ in found] == [sum(len(t) for _, t in found[:n]) for n in range(len(found))]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=7).map(float)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), JSON_VALUES, max_size=4), min_size=1, max_size=6))
def test_arrow_and_value_by_value_read_the_same(rows: list[dict[str, Any]]) -> None:
    """What Arrow reads at once is what the strict reading of each value gives."""
    data = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()
    form = _inferred(data)
    if not form.names:
        return
    parser = Parser(form, [], strict=True)
    singly = parser._fitted(parser._one_by_one(data), data)  # noqa: SLF001  # the two ways are its inner parts
    assert parser.batch(data).equals(singly)
    assert _plain(singly.to_pylist(), form) == _plain(rows, form)


def _inferred(data: bytes) -> pa.Schema:
    seen = Seen()
    seen.add({})
    for each in objects(data):
        seen.add(each)
    return pa.schema([(field.name, settled(field.type)) for field in seen.type()])


def _plain(rows: list[dict[str, Any]], schema: pa.Schema) -> list[dict[str, Any]]:
    """Write values as their column's type says them, so that rows before and after can be compared."""
    return [{field.name: _said(row.get(field.name), field.type) for field in schema} for row in rows]


def _said(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401  # any JSON value
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: _said(value.get(field.name), field.type) for field in kind}
    if pa.types.is_list(kind):
        return [_said(each, kind.value_type) for each in value]
    if pa.types.is_string(kind) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value) if pa.types.is_date(kind) else value


@given(st.binary(max_size=40) | st.text(st.sampled_from('{}[]":,ntu1e-. \\\n'), max_size=40).map(str.encode))
def test_any_bytes_are_rows_or_a_fault(data: bytes) -> None:
    """Nothing ends the process, and nothing but the fault of a line is raised."""
    lines = data.count(b"\n") + 1
    try:
        rows, line = Parser(SCHEMA, [], strict=True).batch(data).num_rows, 0
    except PlaceError as error:
        rows, line = 0, error.line
    assert rows <= lines
    assert 0 <= line < lines


def test_lines_are_looked_at_where_they_are_long_alone() -> None:
    deep = b'{"a": ' + b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1) + b' , "b": "' + b"x" * LONG_LINE + b'"}\n'
    assert not look(FIRST * 100 + deep + FIRST * 100).is_safe
    wide = b'{"a": [' + b"[]," * LONG_LINE + b'[]], "b": "' + b"[" * LONG_LINE + b'"}\n'
    assert look(FIRST * 100 + wide + FIRST * 100).is_safe


def test_arrow_reads_what_a_file_of_orders_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast way is the one that is taken: no row of a plain file is read by itself."""
    monkeypatch.setattr("ingest_core.json_rows.parsing.parsed", None)
    inner = pa.struct([("x", pa.list_(pa.float64()))])
    schema = pa.schema([("id", pa.int64()), ("at", ZONED), ("price", REAL), ("note", TEXT), ("in", inner)])
    line = (
        b'{"id": 1234567890123456789, "at": "2024-01-01T00:00:00Z", "price": 12.25, "note": null, "in": {"x": [1.5]}}\n'
    )
    found = landed(file_of(tmp_path, line * 50_000), schema=schema)
    assert found.num_rows == 50_000
    assert found.slice(49_999).to_pylist() == [
        {
            "id": 1234567890123456789,
            "at": datetime(2024, 1, 1, tzinfo=UTC),
            "price": 12.25,
            "note": None,
            "in": {"x": [1.5]},
        }
    ]
