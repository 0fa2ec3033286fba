"""What a run has committed of one object so far."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pyarrow as pa

from ingest_core.events import RunEvent
from ingest_core.executor.opening import Opened
from ingest_core.executor.parts import Parts
from ingest_core.executor.targets import remember
from ingest_core.planner import ObjectPlan
from ingest_core.ports import Change, Committed
from ingest_core.report import LONGEST_CURSOR, ObjectReport
from ingest_core.state import Pair, State


@dataclass(frozen=True)
class Sent:
    """A commit that was sent, and what it is made of.

    Args:
        opened: The table and the stream's state before it.
        change: What it does to the table.
        state: The stream's state with it.
    """

    opened: Opened
    change: Change
    state: State

    @property
    def pair(self) -> Pair:
        """The commit's identity."""
        return (self.state.run_id, self.state.seq)


@dataclass(frozen=True)
class Landed(Sent):
    """A commit that landed.

    Args:
        committed: What was read back.
    """

    committed: Committed


@dataclass
class Progress:
    """What was committed of one object.

    Args:
        planned: The object.
        commits: Each commit, with what was read back.
        sent: Those of which it is not known whether they landed.
        doubtful: Whether a former try left some of these.
        columns: The source's columns as a former try found them to be; ``None`` where they are as it describes them.
    """

    planned: ObjectPlan
    commits: list[Landed] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    doubtful: bool = False
    columns: pa.Schema | None = None

    def settle(self, parts: Parts, opened: Opened) -> bool:
        """Note which commits of former tries landed after all, as the table tells that was opened since.

        Returns:
            Whether there are any.
        """
        state = opened.state
        landed = [each for each in self.sent if state and state.holds(each.pair)]
        for sent in landed:
            self.sent.remove(sent)
            committed = Committed(None, None, sent.state, None)
            self.commits.append(Landed(sent.opened, sent.change, sent.state, committed))
            self.shown(parts, self.commits[-1])
        return bool(landed)

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
        files, table = landed.committed.files, landed.committed.table
        columns = table.schema if table else None
        event = RunEvent("committed", self.planned.name, str(self.planned.table), columns=columns)
        size = sum(file.size for file in files)
        parts.tell(replace(event, rows=landed.change.rows, files=len(files), size=size))

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
            written=sum(file.rows for file in files),
            files=len(files),
            size=sum(file.size for file in files),
            snapshot_id=last.snapshot_id,
            commit=last.commit,
            cursor=json.dumps(last.state.cursor, default=str)[:LONGEST_CURSOR],
            total_rows=last.total_rows,
        )

    def failure(self, text: str, error: Exception) -> ObjectReport:
        """Report that the rest failed: all of it, or what came after the last commit."""
        name, table = self.planned.name, str(self.planned.table)
        kind = type(error).__name__
        if self.doubtful and self.sent:
            text += "; a commit of a former try may have landed, which the next run finds out"
        if not self.commits:
            return ObjectReport(name, table, "failed", error=text, error_type=kind)
        return replace(self.report(), status="partial", error=text, error_type=kind)
