"""What a run has committed of one object so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ingest_core.events import RunEvent
from ingest_core.executor.opening import Opened
from ingest_core.executor.parts import Parts
from ingest_core.executor.targets import remember
from ingest_core.planner import ObjectPlan
from ingest_core.ports import Change, Committed
from ingest_core.report import ObjectReport
from ingest_core.state import State


@dataclass(frozen=True)
class Landed:
    """A commit, and what it was made of.

    Args:
        opened: The table and the stream's state before it.
        change: What it did to the table.
        state: The stream's state with it.
        committed: What was read back.
    """

    opened: Opened
    change: Change
    state: State
    committed: Committed


@dataclass
class Progress:
    """What was committed of one object.

    Args:
        planned: The object.
        commits: Each commit, with what was read back.
    """

    planned: ObjectPlan
    commits: list[Landed] = field(default_factory=list)

    def shown(self, parts: Parts, landed: Landed) -> None:
        """Note that a commit shows in the table."""
        remember(parts.context, self.planned, landed.opened.table.uuid)
        parts.log.info(
            "committed",
            object=self.planned.name,
            rows=landed.change.rows,
            snapshot_id=landed.committed.snapshot_id,
            seq=landed.state.seq,
        )
        files = landed.committed.files
        size = sum(file.size for file in files)
        parts.tell(RunEvent("committed", self.planned.name, rows=landed.change.rows, files=len(files), size=size))

    def report(self) -> ObjectReport:
        """Report the commits; none means that there was nothing new."""
        name, table = self.planned.name, str(self.planned.table)
        if not self.commits:
            return ObjectReport(name, table, "unchanged")
        files = [file for landed in self.commits for file in landed.committed.files]
        last = self.commits[-1].committed
        return ObjectReport(
            name,
            table,
            "committed",
            rows=sum(landed.change.rows for landed in self.commits),
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
