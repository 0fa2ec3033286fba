"""What a CSV file says stays what it says: values, rows, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.batching import BATCH_BYTES
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.connectors.csv.dialect import BLOCK_BYTES, Dialect
from ingest_core.connectors.csv.locating import quote_fault
from ingest_core.connectors.csv.quotes import QuoteCheck
from ingest_core.files.local import local_file
from ingest_core.messages import Batch
from ingest_core.plugin import SourceContext

PLAIN = Dialect()


def batches(home: Path, types: Mapping[str, pa.DataType] | None = None, **options: Any) -> list[pa.RecordBatch]:  # noqa: ANN401  # the connector's own
    objects = {"orders": {"path": "*.csv", "types": types or {}}}
    source = CsvSource(SourceContext(home, objects, Options(**options)))
    (stream,) = source.streams()
    messages = [message for split in source.splits(stream, {}) for message in source.read(split)]
    return [message.record_batch for message in messages if isinstance(message, Batch)]


def column(home: Path, *texts: Sequence[str]) -> pa.ChunkedArray:
    """Read files of one column beside another."""
    for number, each in enumerate(texts):
        rows = "".join(f"{row},{text}\n" for row, text in enumerate(each))
        (home / f"{number}.csv").write_text(f"row,v\n{rows}", encoding="utf-8")
    return pa.Table.from_batches(batches(home)).column("v")


@pytest.mark.parametrize(
    ("texts", "kind", "values"),
    [
        (["1", "-2", "0"], pa.int64(), [1, -2, 0]),
        (["007", "12"], pa.string(), ["007", "12"]),
        (["-07", "12"], pa.string(), ["-07", "12"]),
        (["+49", "12"], pa.string(), ["+49", "12"]),
        (["0x1F", "12"], pa.string(), ["0x1F", "12"]),
        (["00.5", "1.5"], pa.string(), ["00.5", "1.5"]),
        ([" 7", "12"], pa.int64(), [7, 12]),
        (["1.50", "0.1", "-0.25"], pa.float64(), [1.5, 0.1, -0.25]),
        (["9223372036854775807"], pa.int64(), [2**63 - 1]),
        (["18446744073709551615", "1"], pa.decimal128(38, 0), [Decimal(2**64 - 1), Decimal(1)]),
        (["9007199254740993", "0.5"], pa.string(), ["9007199254740993", "0.5"]),
        (["12345678901234567.89"], pa.string(), ["12345678901234567.89"]),
        (["0.1234567890123456789"], pa.string(), ["0.1234567890123456789"]),
        (["86.04308447003244", "1e300"], pa.float64(), [86.04308447003244, 1e300]),
        (["1e400", "1.5"], pa.string(), ["1e400", "1.5"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_a_number_is_one_only_where_nothing_is_lost(
    tmp_path: Path, texts: list[str], kind: pa.DataType, values: list[object]
) -> None:
    found = column(tmp_path, texts)
    assert (found.type, found.to_pylist()) == (kind, values)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("9007199254740993", "0.5", pa.string()),
        ("9007199254740992", "0.5", pa.float64()),
        ("9223372036854775808", "5", pa.decimal128(38, 0)),
        ("9223372036854775808", "9007199254740993", pa.decimal128(38, 0)),
        ("9007199254740993", "5", pa.int64()),
        ("9223372036854775808", "0.5", pa.string()),
        ("007", "5", pa.string()),
    ],
)
def test_what_several_files_hold_fits_one_type_without_loss(
    tmp_path: Path, one: str, other: str, kind: pa.DataType
) -> None:
    for texts in ([one], [other]), ([other], [one]):
        found = column(tmp_path, *texts)
        assert found.type == kind
        assert [Decimal(str(value)) for value in found.to_pylist()] == [Decimal(text) for (text,) in texts]


FIRST_BLOCK = ["1"] * (BLOCK_BYTES // 4)


@pytest.mark.parametrize("text", ["007", "-01", "9223372036854775808", "1.5", "many"])
def test_a_later_text_that_is_no_whole_number_is_told_with_its_row(tmp_path: Path, text: str) -> None:
    with pytest.raises(JobError, match=rf"0\.csv: line {len(FIRST_BLOCK) + 2}: column 'v': .* '{text}' would not stay"):
        column(tmp_path, [*FIRST_BLOCK, text])


@pytest.mark.parametrize("text", ["007.5", "-00.5", "9007199254740993", "0.1234567890123456789"])
def test_a_later_text_that_says_more_than_a_double_is_told_with_its_row(tmp_path: Path, text: str) -> None:
    with pytest.raises(JobError, match=rf"line {len(FIRST_BLOCK) + 3}: column 'v'.* '{text}' would not stay"):
        column(tmp_path, ["1.5", *FIRST_BLOCK, text])


BOOLEANS = ["true", "False", "TRUE"] * (BLOCK_BYTES // 16)


@pytest.mark.parametrize("text", ["1", "0", "tRUE", "yes", " true"])
def test_a_later_text_that_is_no_word_for_true_or_false_is_told_with_its_row(tmp_path: Path, text: str) -> None:
    with pytest.raises(JobError, match=rf"line {len(BOOLEANS) + 2}: column 'v': taken for bool: '{text}' would not"):
        column(tmp_path, [*BOOLEANS, text])


@pytest.mark.parametrize(
    ("texts", "kind", "values"),
    [
        (["true", "", "False"], pa.bool_(), [True, None, False]),
        (["true", "1", "0"], pa.string(), ["true", "1", "0"]),
        (["1", "0"], pa.int64(), [1, 0]),
    ],
)
def test_numbers_are_no_booleans(tmp_path: Path, texts: list[str], kind: pa.DataType, values: list[object]) -> None:
    found = column(tmp_path, texts)
    assert (found.type, found.to_pylist()) == (kind, values)


def test_the_type_boolean_that_a_job_gives_takes_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v,w\n1,a\nfalse,b\n")
    assert [row["v"] for row in batches(tmp_path, {"v": pa.bool_()})[0].to_pylist()] == [True, False]


@pytest.mark.parametrize(
    ("kind", "text"),
    [(pa.float32(), "1e300"), (pa.float32(), "-3.5e38"), (pa.float64(), "1e999"), (pa.float64(), "-9" + "0" * 310)],
)
def test_a_number_that_a_given_type_would_take_for_infinity_is_told_with_its_row(
    tmp_path: Path, kind: pa.DataType, text: str
) -> None:
    (tmp_path / "a.csv").write_text(f"v,w\n1.5,a\ninf,b\n{text},c\n")
    with pytest.raises(JobError, match=rf"a\.csv: line 4: column 'v': taken for \w+: '{text[:20]}.*would not stay"):
        batches(tmp_path, {"v": kind})


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
def test_a_given_type_rounds_and_knows_words_for_infinity(tmp_path: Path, kind: pa.DataType) -> None:
    (tmp_path / "a.csv").write_text("v;w\n0,1;a\n 1e-60;b\n-Infinity;c\nINF;d\n;e\n")
    found = [row["v"] for row in batches(tmp_path, {"v": kind}, delimiter=";", decimal=",")[0].to_pylist()]
    assert found == pa.array([0.1, 1e-60, float("-inf"), float("inf"), None]).cast(kind).to_pylist()


def test_a_type_that_the_job_gives_is_believed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v\n007\n")
    assert batches(tmp_path, {"v": pa.int64()})[0].to_pylist() == [{"v": 7}]


NUMBERS = st.one_of(
    st.integers(-(10**22), 10**22).map(str),
    st.integers(-(2**54), 2**54).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-(10**9), 10**9, places=4).map("{:f}".format),
    st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", fullmatch=True),
)


@pytest.mark.parametrize("text", ["2.402823669209385e+38", "9" * 39, "1e30"])
def test_a_number_beyond_38_digits_is_text_beside_whole_ones(tmp_path: Path, text: str) -> None:
    texts = ["9007199254740993", text]
    assert column(tmp_path, texts).to_pylist() == texts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@example(texts=["9007199254740993", "2.402823669209385e+38"])
@given(texts=st.lists(NUMBERS, min_size=1, max_size=6))
def test_whatever_numbers_are_written_their_values_are_read(tmp_path: Path, texts: list[str]) -> None:
    found = column(tmp_path, texts)
    if pa.types.is_string(found.type):
        assert found.to_pylist() == texts
        return
    assert not any(re.match("-?0[0-9]", text) for text in texts)
    for text, value in zip(texts, found.to_pylist(), strict=True):
        # A double of up to 17 digits is the one that was written, if not its every digit.
        exact = Decimal(text) == Decimal(repr(value) if isinstance(value, float) else value)
        assert exact or (abs(value) < 2**30 and len(text) <= 19 and float(text) == value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('id,name\n1,a\n2,"b\n3,c\n4,d\n', 3),
        ('id,name\n1,"a\n2,"b"\n', 2),
        ('id,name\n1,"a"x\n2,b\n', 2),
        ('id,name\r\n1,"a\nb"\r\n2,"c\r\n', 4),
        ('"id,name\n1,a\n', 1),
        ('id,name\n1,a\n2,"', 3),
    ],
)
def test_a_quote_that_swallows_rows_is_told_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    (tmp_path / "a.csv").write_text(content, newline="")
    with pytest.raises(JobError, match=rf"a\.csv: line {line}: a quote") as raised:
        batches(tmp_path, {"id": pa.string(), "name": pa.string()} if line > 1 else {})
    assert "written twice" in str(raised.value)


def test_a_quote_that_swallows_more_than_the_parser_takes_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,name\n1,a\n2,"b\n' + "3,c\n" * BLOCK_BYTES)
    with pytest.raises(JobError, match=r"a\.csv: line 3: this row is longer than 1 MiB"):
        batches(tmp_path)


def test_quotes_in_the_midst_of_plain_values_are_part_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,name\n1,5" pipe\n2,"say ""hi"""\n3,a "b" c\n')
    assert pa.Table.from_batches(batches(tmp_path)).column("name").to_pylist() == ['5" pipe', 'say "hi"', 'a "b" c']


CELLS = st.text(st.sampled_from('a",\n\r;é'), max_size=6)


@settings(max_examples=300)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6),
    size=st.integers(1, 9),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_python_writes_is_sound_however_it_is_cut(
    rows: list[tuple[str, str]], size: int, quoting: Literal[0, 1]
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting).writerows(rows)
    assert is_sound(text.getvalue().encode(), size)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from('a",\n'), max_size=12), size=st.integers(1, 9))
def test_what_is_taken_for_sound_is_sound(tmp_path: Path, text: str, size: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, newline="")
    assert not is_sound(text.encode(), size) or quote_fault(local_file(path, tmp_path), PLAIN) is None


def is_sound(data: bytes, size: int) -> bool:
    check = QuoteCheck(PLAIN)
    for start in range(0, len(data), size):
        check.feed(data[start : start + size])
    check.end()
    return check.is_sound


def test_an_empty_line_of_one_column_is_a_row_and_of_several_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v\na\n\nb\n")
    assert pa.Table.from_batches(batches(tmp_path)).column("v").to_pylist() == ["a", None, "b"]
    (tmp_path / "a.csv").write_text("v,w\na,1\n\nb,2\n\n")
    assert pa.Table.from_batches(batches(tmp_path)).column("v").to_pylist() == ["a", "b"]


def test_long_rows_are_handed_on_in_small_batches(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\n" + "".join(f"{row},{'x' * 16_000}\n" for row in range(3000)))
    found = batches(tmp_path)
    assert sum(batch.num_rows for batch in found) == 3000
    assert max(batch.nbytes for batch in found) <= BATCH_BYTES + BLOCK_BYTES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_end_of_line_is_read(tmp_path: Path, encoding: str, newline: str) -> None:
    rows = newline.join(["id,name", *(f'{number},"é, {number}"' for number in range(60_000)), ""])
    (tmp_path / "a.csv").write_bytes(rows.encode(encoding))
    table = pa.Table.from_batches(batches(tmp_path, encoding=encoding.removesuffix("-sig")))
    assert table.schema.names == ["id", "name"]
    assert table.column("name").to_pylist() == [f"é, {number}" for number in range(60_000)]


@pytest.mark.parametrize(
    ("content", "encoding", "problem"),
    [
        ("id,name\n1,é\n".encode("utf-16"), "utf8", r"is not utf8 but UTF-16"),
        ("id,name\n1,é\n".encode("latin-1"), "ascii", r"is not ascii in the columns name"),
        (b"id,name\n1,\xff\xfe\xfd\n", "cp1252", None),
        (b"id,name\n1,\x81\n", "cp1252", r"is not cp1252: .*can't decode byte 0x81"),
        (b"id,name\n1,a\n", "klingon", r"unknown encoding: klingon"),
        (b"id,,name\n1,2,3\n", "utf8", r"column number 2 has no name"),
        (b"id,name\n1,a,b\n", "utf8", r"Expected 2 columns, got 3"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes, encoding: str, problem: str | None) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    if problem is None:
        assert batches(tmp_path, encoding=encoding)
        return
    with pytest.raises(JobError, match=problem):
        batches(tmp_path, encoding=encoding)


def test_a_byte_beyond_the_sample_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,name\n" + b"1,a\n" * BLOCK_BYTES + b"2,\xff\n")
    with pytest.raises(JobError, match=rf"line {BLOCK_BYTES + 2}: column 'name': .*invalid UTF8"):
        batches(tmp_path)


def test_a_zero_byte_is_a_character_like_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,name\n1,a\x00b\n")
    assert batches(tmp_path)[0].column("name").to_pylist() == ["a\x00b"]
