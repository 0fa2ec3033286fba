"""What Airflow is told of at its start: the timetable of an interval. It reads no other that is not its own."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from ingest_airflow.timetable import IntervalTimetable


class IngestPlugin(AirflowPlugin):
    """The plugin of the entry point."""

    name = "ingest"
    timetables = [IntervalTimetable]  # noqa: RUF012  # as Airflow has it
