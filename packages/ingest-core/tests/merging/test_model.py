"""Merges do what a dictionary of rows would, and no value is changed on its way through the store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_core.fitting import fit
from ingest_core.iceberg_types import arrow_type
from ingest_core.merging import Rule
from ingest_core.merging.comparing import Comparison, Held
from ingest_core.merging.gathering import Gathering, gather

MEMORY = 64_000_000
RULE = Rule("merge", ("id",), "at", "gone", ("stamp",))
NAIVE = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59))  # noqa: DTZ001  # a timestamp without zone
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-(2**63), 2**63 - 1]),
    "float": st.floats(width=32, allow_nan=False) | st.just(float("nan")),
    "double": st.floats(allow_nan=False) | st.sampled_from([float("nan"), -0.0, 0.0]),
    "date": st.dates(),
    "time": st.times(),
    "timestamp": NAIVE,
    "timestamptz": NAIVE.map(lambda at: at.replace(tzinfo=UTC)),
    "string": TEXT,
    "binary": st.binary(max_size=6),
    "uuid": st.uuids().map(lambda each: each.bytes),
    "fixed(4)": st.binary(min_size=4, max_size=4),
    "decimal(9,2)": st.decimals(-9_999_999, 9_999_999, places=2),
    "decimal(38,5)": st.decimals(Decimal(-(10**32)), Decimal(10**32), places=5),
}
NESTED: dict[str, st.SearchStrategy[Any]] = {
    **{f"list<{name}>": st.lists(st.none() | values, max_size=3) for name, values in PLAIN.items()},
    **{
        f"struct<a: {name}, b: list<string>>": st.fixed_dictionaries(
            {"a": st.none() | values, "b": st.none() | st.lists(st.none() | TEXT, max_size=2)}
        )
        for name, values in PLAIN.items()
    },
    **{
        f"map<string, {name}>": st.dictionaries(TEXT, st.none() | values, max_size=3).map(lambda each: [*each.items()])
        for name, values in PLAIN.items()
    },
    "list<list<long>>": st.lists(st.none() | st.lists(PLAIN["long"], max_size=2), max_size=2),
    "map<long, struct<x: date>>": st.dictionaries(
        PLAIN["long"], st.fixed_dictionaries({"x": st.none() | PLAIN["date"]}), max_size=2
    ).map(lambda each: [*each.items()]),
}
KINDS = {**PLAIN, **NESTED}


def column(values: Sequence[Any], kind: str) -> pa.Array:
    """Make a column of any type; Arrow makes no uuids of bytes inside other types."""
    plain = kind.replace("uuid", "fixed(16)")
    return fit(pa.array(values, arrow_type(plain)), pa.field("v", arrow_type(kind)))


def shown(array: pa.Array) -> list[str]:
    """Write values so that what is not the same looks different: not-a-number like itself, zeros by their sign."""
    return [repr(value) for value in array.to_pylist()]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_is_changed_by_the_store(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    values = [None, *data.draw(st.lists(st.none() | KINDS[kind], min_size=1, max_size=30)), None]
    rows = pa.record_batch([pa.arange(0, len(values)), column(values, kind)], names=["id", "v"])
    with gather(tmp_path, rows.schema, Rule("merge", ("id",), None, None, ()), MEMORY) as gathering:
        found = Table(rows.schema).merge(gathering, rows).whole().sort_by("id")
    assert found.schema == rows.schema
    assert shown(found.column("v")) == shown(rows.column("v"))


@dataclass
class Table:
    """A table as its files, merged as a catalog's adapter does it."""

    schema: pa.Schema
    files: list[pa.RecordBatch] = field(default_factory=list)

    def merge(self, gathering: Gathering, *batches: pa.RecordBatch) -> "Table":
        """Gather rows and merge them; a file of which a row goes is replaced."""
        writer = gathering.writer(0)
        for batch in batches:
            writer.write(batch)
        (part,) = writer.flush()
        comparison = Comparison(gathering, [part.entry])
        comparison.match(
            Held(number, pa.arange(0, file.num_rows), file.select(list(comparison.probe)))
            for number, file in enumerate(self.files)
        )
        if column := comparison.telling(self._looking(comparison, comparison.seen)[:1]):
            comparison.tell(column, self._looking(comparison, [column]))
        comparison.look(self._looking(comparison, comparison.seen))
        staying = [self._staying(number, comparison) for number in range(len(self.files))]
        self.files = [*staying, *comparison.coming()]
        comparison.close()
        gathering.drop([part.entry])
        return self

    def _looking(self, comparison: Comparison, columns: Sequence[str]) -> list[Held]:
        wanted = [comparison.places("looking", number) for number in range(len(self.files))]
        return [
            Held(number, places, self.files[number].take(places).select(list(columns)))
            for number, places in enumerate(wanted)
        ]

    def whole(self) -> pa.Table:
        """Give all rows."""
        return pa.Table.from_batches(self.files, schema=self.schema)

    def _staying(self, number: int, comparison: Comparison) -> pa.RecordBatch:
        gone = set(comparison.places("gone", number).to_pylist())
        left = [at for at in range(self.files[number].num_rows) if at not in gone]
        return self.files[number].take(pa.array(left, pa.int64()))


Row = tuple[int, int | None, bool | None, Any, int]
"""Key, cursor, mark of deletion, value, stamp."""


def rank(row: Row) -> tuple[bool, int]:
    return (row[1] is not None, row[1] or 0)


def known(value: Any) -> str:  # noqa: ANN401  # of any type
    """Write a value as it counts for a change: the two zeros are alike, at every level."""
    return repr(value).replace("-0.0", "0.0")


def merged(held: dict[int, Row], rows: Sequence[Row]) -> dict[int, Row]:
    """Merge by the words of the documentation: the last row of each key, by cursor and then by its place."""
    last: dict[int, Row] = {}
    for row in rows:
        if row[0] not in last or rank(row) >= rank(last[row[0]]):
            last[row[0]] = row
    after = dict(held)
    for key, row in last.items():
        before = held.get(key)
        if before is not None and rank(row) < rank(before):
            continue
        if row[2]:
            after.pop(key, None)
        elif before is None or known(row[1:4]) != known(before[1:4]):
            after[key] = row
    return after


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[list[list[Row]]]]:
    """Draw a type and rounds of batches in which few keys, cursors and values come again and again."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    few = draw(st.lists(st.none() | KINDS[kind], min_size=1, max_size=3))
    row = st.tuples(
        st.integers(0, 4),
        st.none() | st.integers(-2, 2),
        st.sampled_from([None, False, False, True]),
        st.sampled_from(few),
        st.integers(0, 1),
    )
    batch = st.lists(row, min_size=1, max_size=6)
    return kind, draw(st.lists(st.lists(batch, min_size=1, max_size=3), min_size=1, max_size=4))


def batch_of(rows: Sequence[Row], kind: str) -> pa.RecordBatch:
    ids, ats, marks, values, stamps = zip(*rows, strict=True)
    columns = [pa.array(ids, pa.int64()), pa.array(ats, pa.int64()), pa.array(marks, pa.bool_())]
    return pa.record_batch(
        [*columns, column(values, kind), pa.array(stamps, pa.int64())], names=["id", "at", "gone", "v", "stamp"]
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=histories())
def test_merges_do_what_a_dictionary_of_rows_would(tmp_path: Path, case: tuple[str, list[list[list[Row]]]]) -> None:
    kind, rounds = case
    schema = batch_of([(0, None, None, None, 0)], kind).schema
    table, model = Table(schema), dict[int, Row]()
    none = table.whole()
    with gather(tmp_path, schema, RULE, MEMORY) as gathering:
        for batches in rounds:
            before = model
            model = merged(model, [row for batch in batches for row in batch])
            table.merge(gathering, *(batch_of(batch, kind) for batch in batches))
            expected = batch_of([model[key] for key in sorted(model)], kind) if model else none
            found = table.whole().sort_by("id")
            for name in schema.names:
                assert shown(found.column(name)) == shown(expected.column(name)), (name, before)
