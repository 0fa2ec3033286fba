"""Lengths of time are read as people write them, and nothing else is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import parse_duration
from ingest_core.durations import written


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("1h30m", 5400), ("2d", 172_800), ("250ms", 0.25), ("0s", 0)]
)
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "30", "s", "-5s", "1.5h", "30m1h", "5s5s", "5 s", "1H", "٣s", "1h\n", "9999999d"])
def test_what_is_no_length_of_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 30s, 5m or 1h30m"):
        parse_duration(text)


@given(st.integers(0, 10**9))
def test_what_is_written_is_read_again(milliseconds: int) -> None:
    length = timedelta(milliseconds=milliseconds)
    assert parse_duration(written(length)) == length
