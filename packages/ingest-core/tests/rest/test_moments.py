"""Cursors' values are read and written without a loss, and never leave anything out at an end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.rest.definition.cursor import Unit
from ingest_core.rest.moments import step_of, tick_at, tick_of, written

TICKS = st.integers(-(10**15), 10**16)
UNITS: list[Unit] = ["s", "ms", "us", "iso", "date", "number"]


@given(TICKS, st.sampled_from(UNITS))
def test_what_is_written_is_read_again(tick: int, unit: Unit) -> None:
    tick = tick // step_of(unit) * step_of(unit)
    assert tick_of(written(tick, unit), unit) == tick


@given(TICKS, st.sampled_from(UNITS), st.sampled_from([*UNITS[:5], "%Y-%m-%dT%H:%M:%SZ"]))
def test_a_coarser_form_takes_in_more_at_both_ends(tick: int, unit: Unit, form: Unit) -> None:
    if unit == "number":
        return
    read = "iso" if "%" in form else form
    assert (tick_of(written(tick, form), read) or 0) <= tick <= (tick_of(written(tick, form, up=True), read) or 0)


@pytest.mark.parametrize(
    ("text", "unit", "moment"),
    [
        ("2024-02-29T12:30:00Z", "iso", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        ("2024-02-29T12:30:00.123+01:00", "iso", datetime(2024, 2, 29, 11, 30, 0, 123000, tzinfo=UTC)),
        ("2024-02-29", "date", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-02-29 12:30:00", "iso", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        ("1709209800", "s", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        (1709209800123, "ms", datetime(2024, 2, 29, 12, 30, 0, 123000, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_apis_write_them(text: object, unit: Unit, moment: datetime) -> None:
    assert tick_of(text, unit) == tick_at(moment)


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, "yesterday"])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"no value|Invalid"):
        tick_of(value, "iso")


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_nothing(value: object) -> None:
    assert tick_of(value, "s") is None
