"""What of maintenance is done, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ingest_core.ages import LEAST_HISTORY, ORPHAN_AGE
from ingest_core.durations import written
from ingest_core.errors import Fault, JobError
from ingest_core.ports import Kept
from ingest_core.redaction import Redactor

Step = Literal["compact", "expire", "orphans"]
STEPS: tuple[Step, ...] = ("compact", "expire", "orphans")
"""In the order in which they are done: what one leaves behind, the next one finds."""

HISTORY_PROPERTY = "history.expire.max-snapshot-age-ms"
FOR_EVER = timedelta(days=365 * 200)
HISTORY = timedelta(days=5)
"""Iceberg's property, and its default (https://iceberg.apache.org/docs/latest/configuration/)."""


@dataclass(frozen=True)
class MaintenanceOptions:
    """What of maintenance is done, and what is kept.

    Args:
        steps: Which of :data:`STEPS`.
        dry_run: Say what would be done, and do nothing.
        orphan_age: How old a file must be to count as left over; three days at least.
        history: For how long what tables showed is kept, a day at least; by default what each table's property
            ``history.expire.max-snapshot-age-ms`` says.
        redactor: Learns every secret before anything is opened with it.
        wait: How long to wait for a slot of the tenant, each time one is needed.
        tenant_limit: How many runs of the tenant may go on at once.
        done: Which tables were seen to already, of whichever job; gets those that are seen to now.
    """

    steps: frozenset[Step] = frozenset(STEPS)
    dry_run: bool = False
    orphan_age: timedelta = ORPHAN_AGE
    history: timedelta | None = None
    redactor: Redactor | None = None
    wait: timedelta = timedelta(0)
    tenant_limit: int = 1
    done: set[str] = field(default_factory=set)

    def check(self) -> None:
        """Refuse what would take files from under the hands of runs and readers.

        Raises:
            JobError: An age is too short; carries every fault.
        """
        faults = [
            *_short("files that nothing names", self.orphan_age, ORPHAN_AGE),
            *_short("what tables showed", LEAST_HISTORY if self.history is None else self.history, LEAST_HISTORY),
        ]
        if faults:
            raise JobError.of(faults)

    def kept(self, properties: Mapping[str, str]) -> Kept:
        """Say from when on what is kept of a table.

        Args:
            properties: The table's.

        Raises:
            JobError: The table says a length of time that is none.
        """
        history = _said(properties) if self.history is None else self.history
        return Kept(_ago(self.orphan_age), _ago(max(history, LEAST_HISTORY)))


def _said(properties: Mapping[str, str]) -> timedelta:
    said = properties.get(HISTORY_PROPERTY)
    if said is None:
        return HISTORY
    if not (said.isascii() and said.isdigit()):
        raise JobError(
            f"the table's property {HISTORY_PROPERTY} is {said!r}, and should be a whole number of milliseconds",
            "mend it with `properties` of the job, or say --keep-history",
        )
    return timedelta(milliseconds=min(int(said), FOR_EVER // timedelta(milliseconds=1)))


def _ago(length: timedelta) -> datetime:
    """Give a moment so long ago; for lengths that reach beyond all calendars, long before there were tables."""
    return datetime.now(UTC) - min(length, FOR_EVER)


def _short(what: str, given: timedelta, least: timedelta) -> list[Fault]:
    if given >= least:
        return []
    return [Fault(f"{what} cannot be removed after {written(given)} already", f"say {written(least)} or longer")]
