"""Runs of an interval begin with its slots: none twice, none in a flood, whatever clocks on walls do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pendulum
import pytest
from airflow.serialization.decoders import decode_timetable
from airflow.serialization.encoders import encode_timetable
from airflow.timetables.base import DataInterval, TimeRestriction
from hypothesis import given
from hypothesis import strategies as st
from ingest_airflow import timetable as module
from ingest_airflow.timetable import IntervalTimetable

ANY_TIME = TimeRestriction(None, None, catchup=False)


class Clock:
    """A clock that is set by hand."""

    at = datetime(2026, 3, 8, tzinfo=UTC)

    @classmethod
    def now(cls, zone: object = None) -> datetime:
        assert zone is UTC
        return cls.at

    fromtimestamp = datetime.fromtimestamp


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    monkeypatch.setattr(module, "datetime", Clock)
    yield Clock
    Clock.at = datetime(2026, 3, 8, tzinfo=UTC)


def begin(table: IntervalTimetable, last: DataInterval | None, restriction: TimeRestriction = ANY_TIME) -> datetime:
    found = table.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
    assert found
    assert found.data_interval
    assert found.data_interval.start == found.data_interval.end == found.run_after
    return found.run_after


@given(seconds=st.sampled_from([5, 45, 90, 21_600]), pauses=st.lists(st.integers(0, 100_000), min_size=1, max_size=12))
def test_each_run_begins_a_slot_and_none_that_went_by_is_made_up_for(seconds: int, pauses: list[int]) -> None:
    table = IntervalTimetable(seconds)
    Clock.at = datetime(2026, 3, 8, tzinfo=UTC)
    last: DataInterval | None = None
    for pause in pauses:
        found = begin(table, last)
        assert found.timestamp() % seconds == 0
        assert found > Clock.at - timedelta(seconds=seconds)
        if last is not None:
            assert found > last.end
        last = DataInterval.exact(pendulum.instance(found))
        Clock.at = max(Clock.at, found) + timedelta(seconds=pause)


def test_asked_to_catch_up_it_makes_up_for_every_slot() -> None:
    table = IntervalTimetable(21_600)
    since = TimeRestriction(pendulum.datetime(2026, 3, 1, 1), None, catchup=True)
    first = begin(table, None, since)
    assert first == pendulum.datetime(2026, 3, 1, 6)
    last = DataInterval(pendulum.instance(first), pendulum.instance(first).add(hours=6))
    assert begin(table, last, since) == pendulum.datetime(2026, 3, 1, 12)


def test_behind_the_end_there_is_no_run() -> None:
    ended = TimeRestriction(None, pendulum.datetime(2026, 3, 1), catchup=False)
    assert IntervalTimetable(60).next_dagrun_info(last_automated_data_interval=None, restriction=ended) is None


def test_airflow_keeps_it_as_it_is() -> None:
    table = decode_timetable(encode_timetable(IntervalTimetable(21_600, "America/New_York")))
    assert isinstance(table, IntervalTimetable)
    assert (table.seconds, table.timezone, table.summary) == (21_600, "America/New_York", "every 6:00:00")


@pytest.mark.parametrize("catchup", [False, True])
@pytest.mark.parametrize(("before", "now"), [(86_400, 60), (3_600, 86_400), (60, 3_600)])
def test_a_changed_interval_counts_from_the_last_run(before: int, now: int, catchup: bool) -> None:  # noqa: FBT001  # one of two
    Clock.at = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
    last = DataInterval.exact(pendulum.instance(begin(IntervalTimetable(before), None)))
    found = begin(IntervalTimetable(now), last, TimeRestriction(None, None, catchup=catchup))
    assert last.start < found <= Clock.at + timedelta(seconds=now)
    assert found.timestamp() % now == 0
