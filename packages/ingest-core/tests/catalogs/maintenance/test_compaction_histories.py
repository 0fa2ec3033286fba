"""Whatever is appended, merged and compacted, in whatever order: the rows are what they would be without that."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ingest_core import Outcome, load_job, plan, run
from ingest_core.catalogs.embedded import open_catalog
from ingest_core.catalogs.maintenance import grouping
from ingest_core.catalogs.maintenance.compacting import compact
from ingest_core.catalogs.maintenance.grouping import small_files
from ingest_core.plugin import RunContext, TableName

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    merged:
      {path: "data/merged*.csv", write: merge, key: [id], incremental: {cursor: at}, types: TYPES}
    added: {path: "data/added*.csv", write: append, types: TYPES}
target: {connector: iceberg, table: shared, partition_by: PARTS, sort_by: SORT}
""".replace("TYPES", "{id: long, at: long, text: string}")
Kind = Literal["merged", "added"]
Deed = tuple[Kind, list[tuple[int, int]]] | None
rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=4)
deeds = st.lists(st.one_of(st.none(), st.tuples(st.sampled_from(["merged", "added"]), rows)), min_size=3, max_size=12)


class History:
    """A table, and what it should hold."""

    def __init__(self, root: Path, parts: str, sort: str) -> None:
        self.root = root
        (root / "jobs" / "acme").mkdir(parents=True)
        (root / "data").mkdir()
        for kind in ("merged", "added"):
            (root / "data" / f"{kind}-0.csv").write_text("id,at,text\n")
        self.job = root / "jobs" / "acme" / "shop.yaml"
        self.job.write_text(JOB.replace("PARTS", parts).replace("SORT", sort))
        self.catalog = open_catalog({}, None, RunContext(root, "acme", "maintain", "compaction"))
        self.merged: dict[int, tuple[int, str]] = {}
        self.added: list[tuple[int, int, str]] = []

    def load(self, number: int, kind: Kind, given_rows: list[tuple[int, int]]) -> None:
        """Run the job upon one file more."""
        # What is appended has other keys, so that the merge leaves it alone.
        first = {"merged": 0, "added": 100}[kind]
        named = [(first + each, at, f"{number}/{place}") for place, (each, at) in enumerate(given_rows)]
        lines = "".join(f"{each},{at},{text}\n" for each, at, text in named)
        (self.root / "data" / f"{kind}-{number}.csv").write_text(f"id,at,text\n{lines}")
        assert run(plan(load_job(self.job))).outcome is Outcome.SUCCESS
        for each, at, text in named:
            if kind == "added":
                self.added.append((each, at, text))
            elif each not in self.merged or self.merged[each][0] <= at:
                self.merged[each] = (at, text)

    def compact(self) -> None:
        """Compact the table, if it is there."""
        table = self.catalog.load(TableName("acme", "shared"))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(grouping, "LEAST_FILES", 2)
            groups = small_files(table) if table else []
            compact(self.catalog, TableName("acme", "shared"), groups)

    def found(self) -> list[tuple[int, int, str]]:
        """Read the table."""
        table = self.catalog.load(TableName("acme", "shared"))
        read = table.inner.scan().to_arrow().select(["id", "at", "text"]).to_pylist() if table else []
        return sorted(tuple(row.values()) for row in read)

    @property
    def expected(self) -> list[tuple[int, int, str]]:
        """What the table should hold."""
        return sorted([*self.added, *((each, at, text) for each, (at, text) in self.merged.items())])


APPENDED: list[Deed] = [("added", [(1, 1), (2, 1)]), ("added", [(1, 2)])]
MERGED: list[Deed] = [("merged", [(1, 1), (2, 1)]), ("merged", [(3, 1)])]


@example([*APPENDED, None, *MERGED, None, ("merged", [(1, 2)]), ("added", [(1, 1)]), None], "[]", "[]")
@given(deeds, st.sampled_from(["[]", '["bucket(2, id)"]']), st.sampled_from(["[]", '["id desc"]']))
@settings(max_examples=12)
def test_rows_are_what_they_would_be_without_compactions(history: list[Deed], parts: str, sort: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = History(Path(folder), parts, sort)
        for number, deed in enumerate(history, 1):
            if deed is None:
                table.compact()
            else:
                table.load(number, *deed)
            assert table.found() == table.expected
