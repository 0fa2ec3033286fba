"""CSV and JSON lines, read in tiny sections, are what Python's own modules read of the whole file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core.connectors.csv import CsvSource
from ingest_core.connectors.csv import Options as CsvOptions
from ingest_core.connectors.jsonl import JsonlSource
from ingest_core.connectors.jsonl import Options as JsonlOptions
from ingest_core.plugin import Batch, SourceContext

if TYPE_CHECKING:
    from ingest_core.files import FileSource

TEXT = {"a": pa.string(), "b": pa.string()}


@pytest.fixture(autouse=True)
def small_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_core.files.news.LEAST_DIVIDED", 1)
    monkeypatch.setattr("ingest_core.connectors.csv.division.SECTION_BYTES", 16)
    monkeypatch.setattr("ingest_core.connectors.jsonl.jsonl_format.SECTION_BYTES", 16)


def rows(source: FileSource) -> list[dict[str, Any]]:
    (stream,) = source.streams()
    messages = [each for split in source.splits(stream, {}) for each in source.read(split)]
    return [row for each in messages if isinstance(each, Batch) for row in each.record_batch.to_pylist()]


CELLS = st.text(st.sampled_from('ab1",;\\\n\r \té\ufeff\u2028\0'), max_size=6) | st.sampled_from(
    ["NA", "", "null", "1"]
)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "quote": st.sampled_from(['"', "'"]),
        "escape": st.sampled_from([None, None, "\\"]),
        "null_values": st.sampled_from([[], [""], ["NA", "null"]]),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"]),
    }
)


def field(cell: str, options: dict[str, Any], *, plain: bool) -> str:
    """Write a cell: quoted, unless it may and shall be plain."""
    quote: str = options["quote"]
    escape: str | None = options["escape"]
    special = {quote, options["delimiter"], "\n", "\r", escape}
    if plain and not special & {*cell}:
        return cell
    if escape:
        return quote + cell.replace(escape, escape * 2).replace(quote, escape + quote) + quote
    return quote + cell.replace(quote, quote * 2) + quote


ROWS = st.lists(
    st.tuples(CELLS, CELLS, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.integers(0, 5)), min_size=1, max_size=30
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=ROWS, options=DIALECTS, dropped=st.sampled_from(["", "\n", "\r\n"]))
def test_csv_is_what_python_reads(
    tmp_path: Path, written: list[tuple[str, str, bool, str, int]], options: dict[str, Any], dropped: str
) -> None:
    delimiter = options["delimiter"]
    text = f"a{delimiter}b\n"
    for one, two, plain, end, empty in written:
        cells = [field(cell, options, plain=plain) for cell in (one, two)]
        text += delimiter.join(cells) + end * (2 if not empty else 1)
    text = text.removesuffix(dropped)
    if options["encoding"] == "latin-1":
        text = text.replace("\ufeff", "x").replace("\u2028", "y")
    (tmp_path / "a.csv").write_bytes(text.encode(options["encoding"]))
    how: dict[str, Any] = {"delimiter": delimiter, "quotechar": options["quote"], "escapechar": options["escape"]}
    expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True, **how) if row][1:]
    context = SourceContext(tmp_path, {"o": {"path": "a.csv", "types": TEXT}}, CsvOptions(**options))
    found = [[*row.values()] for row in rows(CsvSource(context))]
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        # Python does not tell a quoted word from a plain one.
        assert all(
            one == two or (one is None and two in options["null_values"]) for one, two in zip(mine, theirs, strict=True)
        )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from("ab"), VALUES, max_size=2),
            st.sampled_from(["\n", "\r\n", "\n\n", " \n"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=20,
    ),
    mark=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_json_lines_are_what_python_reads(
    tmp_path: Path, written: list[tuple[dict[str, Any], str, bool]], mark: str
) -> None:
    text = "".join(json.dumps(each, ensure_ascii=ascii_only) + end for each, end, ascii_only in written)
    (tmp_path / "a.jsonl").write_bytes(text.encode(mark))
    context = SourceContext(tmp_path, {"o": {"path": "a.jsonl", "types": TEXT}}, JsonlOptions())
    found = rows(JsonlSource(context))
    assert len(found) == len(written)
    for mine, (theirs, _, _) in zip(found, written, strict=True):
        for name in "ab":
            value = theirs.get(name)
            # A value that is no text is written as JSON.
            read = mine[name] if value is None or isinstance(value, str) else json.loads(mine[name])
            assert read == value
