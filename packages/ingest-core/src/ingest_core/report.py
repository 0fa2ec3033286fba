"""What a run did, and what that means to whoever started it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Literal

Status = Literal["committed", "unchanged", "partial", "failed"]


LONGEST_CURSOR = 1_000
"""Characters of a position that are shown; ``ingest state show`` shows all."""


class Outcome(IntEnum):
    """How a run ended; the number is the command's exit code."""

    SUCCESS = 0
    PARTIAL = 1
    FAILURE = 2


@dataclass(frozen=True)
class ObjectReport:
    """What became of one object.

    Args:
        name: The object.
        table: Its table's full name.
        status: ``unchanged`` when there was nothing new; ``partial`` when the rows that are told were committed, and
            what came after them failed.
        rows: Rows read and committed.
        written: Rows in the data files that were committed. A merge writes rows once more that share a file with
            changed ones, and none that are in the table already as they came.
        rejected: Rows that were read and did not land. None so far: one that does not fit fails its object.
        files: Data files committed.
        size: Their bytes.
        snapshot_id: The table's snapshot that shows them.
        commit: The catalog's own commit at which they were read back, where it has any: Nessie's hash. It is the run's,
            or one that came on top meanwhile.
        cursor: The position in the source that was reached, as JSON, cut after ``LONGEST_CURSOR`` characters.
        total_rows: Rows in the table then, where the catalog tells.
        seconds: How long it took.
        error: What went wrong, with the mend.
        error_type: ``JobError`` (mend it), ``TransientError`` (try again), or another exception's name.
    """

    name: str
    table: str
    status: Status
    rows: int = 0
    written: int = 0
    rejected: int = 0
    files: int = 0
    size: int = 0
    snapshot_id: int | None = None
    commit: str | None = None
    cursor: str | None = None
    total_rows: int | None = None
    seconds: float = 0.0
    error: str | None = None
    error_type: str | None = None


@dataclass(frozen=True)
class Report:
    """What became of a run.

    Args:
        run_id: The run's id, as it stands in the tables and the catalog's log.
        tenant: Whose job it was.
        job: The job's name.
        started_at: ISO 8601, UTC.
        seconds: How long it took.
        objects: One entry for each object, in the job's order.
        error: What went wrong before any object began.
        error_type: As for an object.
        stopped: Whether somebody asked it to stop, in time or not.
    """

    run_id: str
    tenant: str
    job: str
    started_at: str
    seconds: float
    objects: Sequence[ObjectReport]
    error: str | None = None
    error_type: str | None = None
    stopped: bool = False

    @property
    def outcome(self) -> Outcome:
        """Tell success from part of it and from none of it."""
        failed = [report for report in self.objects if report.status in ("failed", "partial")]
        if self.error is None and not failed:
            return Outcome.SUCCESS
        committed = any(report.status in ("committed", "partial") for report in self.objects)
        return Outcome.PARTIAL if committed else Outcome.FAILURE

    @property
    def error_types(self) -> Sequence[str]:
        """The kinds of all errors, each once: where ``TransientError`` stands alone, it may help to try again."""
        kinds = (self.error_type, *(each.error_type for each in self.objects))
        return sorted({kind for kind in kinds if kind})

    def told(self) -> str:
        """Tell a person what failed, object by object; empty where nothing did."""
        if self.outcome is Outcome.SUCCESS:
            return ""
        beginning = "nothing was committed" if self.outcome is Outcome.FAILURE else "only a part was committed"
        failed = [each for each in self.objects if each.status in ("failed", "partial")]
        lines = [f"{each.name} ({each.table}): {each.status}: {each.error}" for each in failed]
        return "\n".join([beginning, *([self.error] if self.error else []), *lines])

    def as_json(self) -> str:
        """Write the report as one JSON object."""
        return json.dumps({"outcome": self.outcome.name.lower(), **asdict(self)}, default=str)
