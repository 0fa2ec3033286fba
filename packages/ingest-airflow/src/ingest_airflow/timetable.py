"""The timetable of an interval: one run for each time slot, the same slots under every orchestrator.

Airflow's own timetable of an interval has neither a zone nor slots: its runs begin so long after one another, counted
from whenever the first one did. Source: https://airflow.apache.org/docs/apache-airflow/stable/howto/timetable.html.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.exceptions import AirflowTimetableInvalid
from airflow.timetables.base import DagRunInfo, DataInterval, Timetable

if TYPE_CHECKING:
    from airflow.timetables.base import TimeRestriction
    from pendulum import DateTime


_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class IntervalTimetable(Timetable):
    """Starts a run when a slot begins. Slots are elapsed time from 1970-01-01 UTC, whatever clocks on walls do.

    Args:
        seconds: A slot's length.
        timezone: In which times are shown, an IANA name.
    """

    def __init__(self, seconds: int, timezone: str = "UTC") -> None:
        self.seconds = seconds
        self.timezone = timezone
        self.description = f"Every {_written(seconds)}, counted from 1970-01-01 UTC"

    @property
    def summary(self) -> str:
        """See :class:`airflow.timetables.base.Timetable`."""
        return f"every {_written(self.seconds)}"

    def serialize(self) -> dict[str, Any]:
        """See :class:`airflow.timetables.base.Timetable`."""
        return {"seconds": self.seconds, "timezone": self.timezone}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> IntervalTimetable:
        """See :class:`airflow.timetables.base.Timetable`."""
        return cls(int(data["seconds"]), str(data["timezone"]))

    def validate(self) -> None:
        """See :class:`airflow.timetables.base.Timetable`."""
        if self.seconds < 1:
            raise AirflowTimetableInvalid("an interval must be a second at least")

    def infer_manual_data_interval(self, *, run_after: DateTime) -> DataInterval:
        """See :class:`airflow.timetables.base.Timetable`."""
        return DataInterval.exact(run_after)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """See :class:`airflow.timetables.base.Timetable`.

        Without catching up the first run is that of the slot that goes on now, and so is the one after a pause:
        whatever was missed is read by it.
        """
        begins = []
        if last_automated_data_interval is not None:
            # Counted from where the last one began: it may have been a slot of another length, or a cron line's.
            begins.append(self._after(last_automated_data_interval.start))
        if restriction.earliest is not None:
            begins.append(self._at_or_after(restriction.earliest))
        if not restriction.catchup or not begins:
            begins.append(self._slot(datetime.now(UTC)))
        begin = max(begins)
        if restriction.latest is not None and begin > restriction.latest:
            return None
        return DagRunInfo.exact(begin)

    def _slot(self, at: datetime) -> DateTime:
        from ingest_core import slot_of  # noqa: PLC0415  # every process of Airflow reads this file, few reckon by it

        # A plain datetime: pendulum's reckons with lengths of time of its own.
        return pendulum.instance(slot_of(self.seconds, datetime.fromtimestamp(at.timestamp(), UTC)))

    def _after(self, at: datetime) -> DateTime:
        return self._slot(at).add(seconds=self.seconds)

    def _at_or_after(self, at: datetime) -> DateTime:
        slot = self._slot(at)
        return slot if slot == at else self._after(at)


def _written(seconds: int) -> str:
    """Write a length of time in the largest unit of which it is a number without a rest."""
    unit, length = next((unit, length) for unit, length in _UNITS if seconds % length == 0)
    return f"{seconds // length} {unit}"
