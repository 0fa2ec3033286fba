"""Compares gathered rows with what a table holds: which rows go, and which come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from ingest_core.errors import JobError
from ingest_core.merging.columns import Columns, to_store
from ingest_core.merging.gathering import Gathering
from ingest_core.merging.history import History
from ingest_core.merging.merge import Merge
from ingest_core.merging.statements import Statements, Words
from ingest_core.merging.store import answer


@dataclass(frozen=True)
class Held:
    """Rows that the table holds.

    Args:
        file: The number of the file they are in.
        places: Their places in the file, as int64.
        rows: The rows: all columns of the table, or the asked ones.
    """

    file: int
    places: pa.Array
    rows: pa.RecordBatch


class Comparison:
    """One comparison, step by step: :meth:`match` keys, :meth:`look` at rows, then ask what goes and what comes.

    Between the first two, :meth:`tell` may spare many rows the look.

    Args:
        gathering: The rows.
        parts: Which of them.
    """

    def __init__(self, gathering: Gathering, parts: Sequence[int]) -> None:
        self._store = gathering.store.cursor()
        self._columns = gathering.columns
        self._rule = gathering.rule
        words = Words(gathering.columns, gathering.rule)
        self._statements: Statements = Merge(words) if gathering.rule.mode == "merge" else History(words)
        numbers = ", ".join(str(part) for part in parts) or "NULL"
        self._keep("row", self._statements.row(numbers))

    @property
    def probe(self) -> Sequence[str]:
        """The columns that :meth:`match` needs."""
        return self._columns.originals(self._statements.probe)

    @property
    def seen(self) -> Sequence[str]:
        """The columns that :meth:`look` needs."""
        return self._columns.originals(self._statements.seen)

    @property
    def first_key(self) -> str:
        """The key's first column."""
        return self._rule.key[0]

    def touches(self, least: Any, greatest: Any) -> bool:  # noqa: ANN401  # a value of the key's type
        """Tell whether any row's first key column lies within bounds, both included."""
        name = self._columns.name(self.first_key)
        query = f"SELECT 1 FROM row WHERE {name} BETWEEN ? AND ? LIMIT 1"  # noqa: S608  # names of our own
        kind = self._columns.stored.field(name).type
        return bool(self._store.execute(query, [_value(least, kind), _value(greatest, kind)]).fetchall())

    def match(self, held: Iterable[Held]) -> None:
        """Find the places whose rows have a key that comes.

        Args:
            held: Rows with the columns of :attr:`probe`.

        Raises:
            JobError: The table has a key twice.
        """
        self._keep("matched", self._statements.match(), held, self._statements.probe)
        self._keep("looking", self._statements.look())
        if self._rule.mode == "merge":
            self._refuse_twice()

    def places(self, table: str, file: int) -> pa.Array:
        """Give the places of one file that are ``looking`` or ``gone``, in order, as int64."""
        query = f"SELECT DISTINCT pos FROM {table} WHERE file = {int(file)} ORDER BY pos"  # noqa: S608  # names of our own
        return self._store.sql(query).to_arrow_table().column(0).combine_chunks()

    def telling(self, held: Iterable[Held]) -> str | None:
        """Find the column that tells most of the rows that differ; nothing where no one does of half of all rows.

        Args:
            held: Some of the rows at the places that are ``looking``, with the columns of :attr:`seen`.
        """
        fixed = [field.name for field in self._columns.stored if _is_narrow(field.type)]
        names = sorted(self._statements.telling, key=fixed.__contains__, reverse=True)
        if not names:
            return None
        self._keep("few", "SELECT * FROM held", held, self._statements.seen)
        counts = ", ".join(f"count(*) FILTER (r.{name} IS DISTINCT FROM s.{name})" for name in names)
        query = f"SELECT count(*), {counts} FROM few s JOIN matched USING (file, pos) JOIN row r USING (seq)"  # noqa: S608  # names of our own
        ((rows, *differing),) = self._store.execute(query).fetchall()
        most = max(differing)
        return self._columns.originals([names[differing.index(most)]])[0] if 2 * most >= rows > 0 else None

    def tell(self, column: str, held: Iterable[Held]) -> None:
        """Spare the rows the look of which one column alone tells that they differ.

        Args:
            column: The column.
            held: The rows at the places that are ``looking``, with this column.
        """
        name = self._columns.name(column)
        told = "SELECT file, pos FROM held h JOIN matched USING (file, pos) JOIN row r USING (seq)"
        self._keep("told", f"{told} WHERE r.{name} IS DISTINCT FROM h.{name}", held, [name])
        self._keep("looking", "SELECT * FROM looking ANTI JOIN told USING (file, pos)")

    def look(self, held: Iterable[Held]) -> None:
        """See rows whole, then judge. One that differs for all that is known, and is not among them, does.

        Args:
            held: The rows at the places that are ``looking``, with the columns of :attr:`seen`.
        """
        self._keep("looked", "SELECT * FROM held", held, self._statements.seen)
        self._keep("gone", self._statements.gone())

    def coming(self) -> Iterator[pa.RecordBatch]:
        """Give the rows that come, in the table's schema."""
        for batch in answer(self._store, self._statements.coming()):
            yield self._columns.from_store(batch)

    def close(self) -> None:
        """Let go of the comparison; the gathered rows stay."""
        self._store.close()

    def _keep(self, name: str, query: str, held: Iterable[Held] = (), stored: Sequence[str] = ()) -> None:
        """Make a table of a query, which may read the held rows once."""
        reader = _Reading(self._columns, held, stored)
        self._store.register("held", reader.reader)
        try:
            self._store.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
        except duckdb.Error:
            reader.raise_own()
            raise
        finally:
            self._store.unregister("held")

    def _refuse_twice(self) -> None:
        if self._store.sql("SELECT seq FROM matched GROUP BY seq HAVING count(*) > 1 LIMIT 1").fetchall():
            raise JobError(
                f"the table has rows with the same {', '.join(self._rule.key)}: it is no key of the table",
                "name the columns that tell rows apart in `key`, or take the surplus rows out of the table",
                ("source", "objects"),
            )


def _is_narrow(kind: pa.DataType) -> bool:
    """Tell whether values take as much room each, and little."""
    return bool(pa.types.is_primitive(kind) or pa.types.is_decimal(kind))


def _value(bound: Any, kind: pa.DataType) -> Any:  # noqa: ANN401  # a value of the key's type
    """Read a bound of a file as a value: Iceberg counts days and microseconds where a type has dates and times."""
    if not pa.types.is_temporal(kind):
        return bound
    count = pa.int32() if pa.types.is_date32(kind) else pa.int64()
    return pa.scalar(bound, count).cast(kind).as_py()


class _Reading:
    """Streams held rows into the store, and keeps what their reading raised, which the store would hide."""

    def __init__(self, columns: Columns, held: Iterable[Held], names: Sequence[str]) -> None:
        self._error: BaseException | None = None
        wanted = [columns.stored.field(name) for name in names]
        schema = pa.schema([("file", pa.int64()), ("pos", pa.int64()), *wanted])
        self.reader = pa.RecordBatchReader.from_batches(schema, self._batches(held, schema))

    def _batches(self, held: Iterable[Held], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for each in held:
                file = pa.repeat(pa.scalar(each.file, pa.int64()), each.rows.num_rows)
                yield pa.record_batch([file, each.places, *map(to_store, each.rows.columns)], schema=schema)
        except BaseException as error:
            self._error = error
            raise

    def raise_own(self) -> None:
        """Raise what reading raised, if it did."""
        if self._error:
            raise self._error
