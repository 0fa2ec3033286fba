"""What maintenance did with a table, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest_core.ports import StoredFile

Status = Literal["absent", "unchanged", "maintained", "partial", "failed"]


@dataclass
class TableUpkeep:
    """What was done with one table, or would be.

    Args:
        table: Its full name.
        branch: The branch that was named, if any.
        job: A job that lands in it.
        dry_run: Whether it is what would be done.
        absent: There is no such table yet.
        files_before: Small files that became fewer.
        files_after: How many they became; in a dry run about so many.
        bytes_before: Bytes in the former.
        bytes_after: Bytes in the latter; in a dry run as many.
        snapshots: Snapshots that were expired.
        orphans: Files that nothing names; of a dry run those that were found, else those that are gone.
        left: Of the files that nothing names, how many the storage did not delete.
        errors: What went wrong, with the mend.
        error_types: Of what kind each is: ``JobError`` (mend it), ``TransientError`` (try again), or another's name.
        stopped: Whether somebody asked for a stop; may become so while it is told.
    """

    table: str
    branch: str | None
    job: str
    dry_run: bool
    absent: bool = False
    files_before: int = 0
    files_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    snapshots: int = 0
    orphans: list[StoredFile] = field(default_factory=list)
    left: int = 0
    errors: list[str] = field(default_factory=list)
    error_types: list[str] = field(default_factory=list)
    stopped: bool = False

    def fail(self, error: Exception, text: str = "") -> None:
        """Note what went wrong.

        Args:
            error: What was raised.
            text: How it is told, if not by itself.
        """
        self.errors.append(text or str(error))
        self.error_types.append(type(error).__name__)

    @property
    def orphan_bytes(self) -> int:
        """Bytes in the files that nothing names."""
        return sum(each.size for each in self.orphans)

    @property
    def status(self) -> Status:
        """What became of it, in a word."""
        did = bool(self.files_before or self.snapshots or self.orphans)
        if self.errors or self.left:
            return "partial" if did else "failed"
        if self.absent:
            return "absent"
        return "maintained" if did else "unchanged"
