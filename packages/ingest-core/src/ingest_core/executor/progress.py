"""What a run has committed of one object so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ingest_core.planner import ObjectPlan
from ingest_core.ports import Change, Committed
from ingest_core.report import ObjectReport


@dataclass
class Progress:
    """What was committed of one object.

    Args:
        planned: The object.
        commits: Each commit, with what was read back.
    """

    planned: ObjectPlan
    commits: list[tuple[Change, Committed]] = field(default_factory=list)

    def report(self) -> ObjectReport:
        """Report the commits; none means that there was nothing new."""
        name, table = self.planned.name, str(self.planned.table)
        if not self.commits:
            return ObjectReport(name, table, "unchanged")
        files = [file for change, _ in self.commits for file in change.files]
        last = self.commits[-1][1]
        return ObjectReport(
            name,
            table,
            "committed",
            rows=sum(change.rows for change, _ in self.commits),
            files=len(files),
            size=sum(file.size for file in files),
            snapshot_id=last.snapshot_id,
            total_rows=last.total_rows,
        )

    def failure(self, text: str, error: Exception) -> ObjectReport:
        """Report that the rest failed: all of it, or what came after the last commit."""
        name, table = self.planned.name, str(self.planned.table)
        kind = type(error).__name__
        if not self.commits:
            return ObjectReport(name, table, "failed", error=text, error_type=kind)
        return replace(self.report(), status="partial", error=text, error_type=kind)
