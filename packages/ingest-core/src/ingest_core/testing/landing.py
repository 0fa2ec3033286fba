"""Lands a source in tables in memory, by the executor of a real run and the commit protocol of a real catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from structlog.testing import capture_logs

from ingest_core.documents import Document
from ingest_core.executor.parts import Parts, RunOptions
from ingest_core.executor.reaching import Sources
from ingest_core.executor.retrying import land_each
from ingest_core.executor.running import carry_out
from ingest_core.job import Job, JobSpec
from ingest_core.planner import ObjectPlan, Plan, plan
from ingest_core.plugin import Source, TableName
from ingest_core.ports import OpenCatalog, RunContext
from ingest_core.registry import load_plugin
from ingest_core.report import ObjectReport, Report

TENANT = "testing"


@dataclass(frozen=True)
class _Given(Sources):
    """Hands on a source that is there already."""

    source: Source | None = None

    def make(self, planned: ObjectPlan, is_stopped: Callable[[], bool] = lambda: False) -> Source:
        """Give the source."""
        del planned, is_stopped
        assert self.source is not None  # noqa: S101  # `land` has put it there
        return self.source


class MemoryTables:
    """Tables in memory, and runs that land in them: their files and commits touch no disk.

    A run does all that a real one does, but that its source is given to it: it takes the tenant's slot, reads and
    checks the position, reads splits side by side, commits, reads back. In the home folder lie only the lock of the
    slot, the note of which table was landed in, and rows that are merged and are more than memory takes.

    Args:
        home: A folder of its own. Other tables of the same folder are these tables.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    def land(self, source: Source, name: str = "rows", options: RunOptions | None = None, **special: object) -> Report:
        """Land what is new of a source's one object in a table of its name.

        Args:
            source: The source, made anew for each run, as a run makes it.
            name: The object.
            options: What this run alone does otherwise.
            special: What a job may say of an object: ``write``, ``key``, ``commit_every``, ...

        Returns:
            The report of the run; what the source raised is told in it.
        """

        def deed(parts: Parts, reports: list[ObjectReport]) -> None:
            given = _Given(parts.plan, parts.sources.engine, parts.sources.options, source=source)
            land_each(replace(parts, sources=given), reports)

        # The report says what a test wants to know; the log would only stand between its lines.
        with capture_logs():
            return carry_out(self._plan(name, special), options, deed)

    def rows(self, name: str = "rows") -> pa.Table:
        """Read a table whole.

        Raises:
            KeyError: There is none.
        """
        opener: OpenCatalog = load_plugin("ingest.catalogs", "memory")
        table: Any = opener({}, None, RunContext(self.home, TENANT, "reading", "none")).load(TableName(TENANT, name))
        if table is None:
            raise KeyError(name)
        return table.inner.scan().to_arrow()

    def _plan(self, name: str, special: Mapping[str, object]) -> Plan:
        data = {
            "tenant": TENANT,
            "name": "landing",
            # Any connector will do: the source is given.
            "source": {"connector": "csv", "objects": {name: {"path": "given", "table": name, **special}}},
            "target": {"connector": "iceberg", "metadata_columns": False},
        }
        document = Document(self.home / "given.yaml", data, {})
        job = Job(TENANT, "landing", self.home, JobSpec.model_validate(data), document)
        return replace(plan(job), catalog="memory")
