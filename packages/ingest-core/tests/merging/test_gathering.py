"""Gathered rows wait on disk, and take next to no memory while nothing is done with them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from ingest_core.merging import Rule
from ingest_core.merging.gathering import RESTING, Gathering, gather

ROWS = 500_000


def held(gathering: Gathering) -> int:
    (used,) = gathering.store.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0]
    return int(used)


def test_gathered_rows_let_go_of_memory_and_are_all_there_when_they_are_needed_again(tmp_path: Path) -> None:
    rows = pa.record_batch({"id": pa.array(range(ROWS))} | {f"value{number}": pc.random(ROWS) for number in range(8)})
    rule = Rule("merge", ("id",), None, None, ())
    with gather(tmp_path, rows.schema, rule, 128_000_000) as gathering:
        writer = gathering.writer(0)
        writer.write(rows)
        writer.flush()
        gathering.store.execute("SELECT max(columns(*)) FROM incoming").fetchall()
        assert held(gathering) > RESTING
        gathering.rest()
        assert held(gathering) <= RESTING
        gathering.wake()
        query = "SELECT count(*), count(DISTINCT c0) FROM incoming"
        assert gathering.store.execute(query).fetchall() == [(ROWS, ROWS)]
