"""A large CSV file is read in sections that begin rows, or whole where nobody can tell."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core import JobError, Outcome, TransientError
from ingest_core.connectors.csv import CsvSource, Options
from ingest_core.connectors.csv.dialect import Dialect
from ingest_core.connectors.csv.division import divided, parts_of
from ingest_core.files.local import local_file
from ingest_core.messages import advance
from ingest_core.plugin import Batch, Checkpoint, SourceContext, Split

if TYPE_CHECKING:
    from conftest import Home
    from ingest_core.files import FileSource

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/*.csv", types: {id: long, text: string}}
target: {connector: iceberg}
"""


@pytest.fixture(autouse=True)
def small_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest_core.files.news.LEAST_DIVIDED", 1)
    monkeypatch.setattr("ingest_core.connectors.csv.division.SECTION_BYTES", 64)


def source(home: Path, **options: Any) -> FileSource:  # noqa: ANN401  # the connector's own
    return CsvSource(SourceContext(home, {"orders": {"path": "*.csv", "types": {}}}, Options(**options)))


def rows_of(given_source: FileSource, split: Split) -> list[dict[str, Any]]:
    messages = given_source.read(split)
    return [row for each in messages if isinstance(each, Batch) for row in each.record_batch.to_pylist()]


CELLS = st.text(st.sampled_from('ab",\n;é'), max_size=8)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=60),
    end=st.sampled_from(["\n", "\r\n"]),
    skipped=st.integers(0, 2),
)
def test_sections_make_up_all_rows_in_their_order(
    tmp_path: Path, rows: list[tuple[str, str]], end: str, skipped: int
) -> None:
    text = io.StringIO()
    text.write(f'a "note{end}' * skipped)
    csv.writer(text, lineterminator=end).writerows([("one", "two"), *rows])
    (tmp_path / "a.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    given_source = source(tmp_path, skip_rows=skipped, null_values=[])
    (stream,) = given_source.streams()
    found = [row for split in given_source.splits(stream, {}) for row in rows_of(given_source, split)]
    assert [tuple(row.values()) for row in found] == rows


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELLS, min_size=20, max_size=120))
def test_each_section_begins_a_row_also_where_values_hold_line_ends(tmp_path: Path, cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([(cell, "x") for cell in cells])
    data = text.getvalue().encode()
    (tmp_path / "a.csv").write_bytes(data)
    bounds = divided(local_file(tmp_path / "a.csv", tmp_path), Dialect())
    assert (bounds[0][0], bounds[-1][1]) == (0, len(data))
    sections = [data[start:end].decode() for start, end in bounds]
    assert "".join(sections).encode() == data
    assert [row for part in sections for row in csv.reader(io.StringIO(part, newline=""))] == [
        [cell, "x"] for cell in cells
    ]


@pytest.mark.parametrize(("size", "parts"), [(65, 2), (64, 2), (129, 4), (256, 4), (257, 8), (10**9, 64)])
def test_a_file_is_divided_into_a_power_of_two(size: int, parts: int) -> None:
    assert parts_of(size) == parts


@pytest.mark.parametrize("row", ["\ufeffx,y", '\ufeffx,"y"'])
@pytest.mark.parametrize("options", [{}, {"quote": None}])
def test_a_section_begins_with_no_text_that_looks_like_a_mark_of_the_encoding(
    tmp_path: Path, row: str, options: dict[str, Any]
) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 60 + f"{row}\n" * 60 + "2,b\n" * 60, encoding="utf-8")
    given_source = source(tmp_path, **options)
    splits = given_source.splits(given_source.streams()[0], {})
    found = [each["id"] for split in splits for each in rows_of(given_source, split)]
    assert found == ["1"] * 60 + ["\ufeffx"] * 60 + ["2"] * 60
    assert len(splits) > 2


def test_a_file_with_a_mark_of_the_encoding_before_a_quoted_header_is_divided(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('"id","name"\n' + '1,"a"\n' * 60, encoding="utf-8-sig")
    given_source = source(tmp_path)
    splits = given_source.splits(given_source.streams()[0], {})
    assert [each for split in splits for each in rows_of(given_source, split)] == [{"id": 1, "name": "a"}] * 60
    assert len(splits) > 2


def test_a_file_whose_quotes_are_part_of_plain_values_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + '1,5" pipe\n' * 50)
    given_source = source(tmp_path)
    (split,) = given_source.splits(given_source.streams()[0], {})
    assert [row["name"] for row in rows_of(given_source, split)] == ['5" pipe'] * 50


def test_a_quote_that_is_not_closed_in_a_large_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 50 + '2,"b\n' + "3,c\n" * 50)
    given_source = source(tmp_path)
    (split,) = given_source.splits(given_source.streams()[0], {})
    with pytest.raises(JobError, match="line 52: a quote in this row is not closed"):
        rows_of(given_source, split)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,b", "line 102: column 'id': taken for int64: 'x' would not stay as it is"),
        ("1,b,c", "line 102: Expected 2 columns, got 3"),
        ("1", "line 102: Expected 2 columns, got 1"),
    ],
)
def test_a_fault_in_a_later_section_is_told_with_its_line_in_the_file(tmp_path: Path, row: str, told: str) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 50, encoding="utf-8")
    (stream,) = source(tmp_path).streams()
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 100 + f"{row}\n" + "3,c\n" * 5)
    given_source = source(tmp_path)
    with pytest.raises(JobError, match=told):
        [rows_of(given_source, split) for split in given_source.splits(stream, {})]


def test_a_large_file_that_was_read_in_part_is_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "".join(f"{row},a\n" for row in range(100)))
    given_source = source(tmp_path)
    (stream,) = given_source.streams()
    splits = given_source.splits(stream, {})
    assert len(splits) > 2
    cursor: dict[str, Any] = {}
    read = []
    for split in (splits[1], splits[0]):
        read += rows_of(given_source, split)
        (checkpoint,) = [each for each in given_source.read(split) if isinstance(each, Checkpoint)]
        cursor = advance(cursor, checkpoint.cursor)
    rest = source(tmp_path)
    read += [row for split in rest.splits(stream, cursor) for row in rows_of(rest, split)]
    assert sorted(row["id"] for row in read) == list(range(100))


def test_a_large_file_is_loaded_once_and_commits_its_parts(home: Home) -> None:
    home.write("data/a.csv", "id,text\n" + "".join(f'{row},"a\nb"\n' for row in range(200)))
    job = JOB.replace("types:", "commit_every: 20, types:")
    assert home.run(job).outcome is Outcome.SUCCESS
    assert home.run(job).objects[0].status == "unchanged"
    found = home.rows("csv_orders").select(["id", "text"]).sort_by("id").to_pylist()
    assert found == [{"id": row, "text": "a\nb"} for row in range(200)]
    table = home.catalog().load_table(("acme", "csv_orders"))
    assert len(table.snapshots()) > 2


def test_a_large_file_that_grew_is_told(home: Home) -> None:
    path = home.write("data/a.csv", "id,text\n" + "1,a\n" * 200)
    assert home.run(JOB).outcome is Outcome.SUCCESS
    with path.open("a") as more:
        more.write("2,b\n")
    assert "has other content now" in str(home.run(JOB).objects[0].error)


def test_a_large_file_that_only_got_a_new_time_is_not_read_again(home: Home) -> None:
    path = home.write("data/a.csv", "id,text\n" + "1,a\n" * 200)
    assert home.run(JOB).outcome is Outcome.SUCCESS
    path.touch()
    assert home.run(JOB).objects[0].status == "unchanged"


@pytest.mark.parametrize("text", ["id,name\n1,a\n", "id,name\n" + "1,a\n" * 99, "", "id,name\n" + "1,a\n" * 99 + "1,"])
def test_a_file_that_changes_while_it_is_read_is_told_to_be_tried_again(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 100)
    given_source = source(tmp_path)
    splits = given_source.splits(given_source.streams()[0], {})
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(TransientError, match=r"a\.csv changed while it was read"):
        rows_of(given_source, splits[-1])


def test_a_file_that_vanished_is_told_to_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "1,a\n" * 100)
    given_source = source(tmp_path)
    splits = given_source.splits(given_source.streams()[0], {})
    (tmp_path / "a.csv").unlink()
    with pytest.raises(TransientError, match=r"a\.csv vanished"):
        rows_of(given_source, splits[-1])
