"""A home folder for each test, and a run in one call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from ingest_core import Report, RunOptions, load_job, plan, run
from pyiceberg.catalog.sql import SqlCatalog

JOB = """\
tenant: acme
source:
  connector: csv
  objects:
    orders: {path: "data/orders*.csv"}
target: {connector: iceberg}
"""


@dataclass
class Home:
    """A home folder, with what a test puts in and gets out of it."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        """Write a file below the home."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def job(self, text: str = JOB, name: str = "shop") -> Path:
        """Write a job of the tenant acme."""
        return self.write(f"jobs/acme/{name}.yaml", text)

    def run(self, text: str = JOB, options: RunOptions | None = None, name: str = "shop") -> Report:
        """Write a job and run it."""
        return run(plan(load_job(self.job(text, name))), options)

    def catalog(self) -> SqlCatalog:
        """Open the embedded catalog as a stranger would."""
        state = self.root / "state"
        return SqlCatalog("ingest", uri=f"sqlite:///{state / 'catalog.db'}", warehouse=(state / "warehouse").as_uri())

    def rows(self, table: str) -> pa.Table:
        """Read a table of the tenant's namespace whole."""
        return self.catalog().load_table(("acme", table)).scan().to_arrow()

    def values(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Read some columns of a table, sorted."""
        found = self.rows(table).select(list(columns)).to_pylist()
        return sorted((tuple(row.values()) for row in found), key=repr)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home folder."""
    monkeypatch.delenv("INGEST_HOME", raising=False)
    monkeypatch.delenv("INGEST_REGISTRY", raising=False)
    (tmp_path / "home" / "jobs").mkdir(parents=True)
    return Home(tmp_path / "home")
