"""Stretches behave as the sets of values that they stand for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.plugin import JobError
from ingest_core.rest.spans import Gain, Spans

VALUES = st.integers(0, 30)
STRETCHES = st.tuples(VALUES, VALUES).map(sorted).map(tuple)
ALL = range(-1, 32)


@given(st.lists(STRETCHES))
def test_what_is_done_is_the_union_of_the_stretches(stretches: list[tuple[int, int]]) -> None:
    spans = Spans()
    for stretch in stretches:
        spans.add(Gain(stretch))
    wanted = {value for begin, end in stretches for value in range(begin, end)}
    assert {value for value in ALL if spans.holds(value)} == wanted
    assert all(one[1] < other[0] for one, other in zip(spans.done, spans.done[1:], strict=False))


@given(st.lists(STRETCHES), VALUES, st.none() | VALUES)
def test_what_is_missing_is_the_rest(stretches: list[tuple[int, int]], begin: int, end: int | None) -> None:
    spans = Spans()
    for stretch in stretches:
        spans.add(Gain(stretch))
    gaps = spans.missing(begin, end)
    missing = {value for gap in gaps for value in range(gap[0], 32 if gap[1] is None else gap[1])}
    wanted = {value for value in range(begin, 32 if end is None else end) if not spans.holds(value)}
    assert missing == wanted
    assert end is not None or gaps[-1][1] is None


@given(st.lists(STRETCHES), st.dictionaries(VALUES, st.frozensets(st.sampled_from("abc"), min_size=1)))
def test_a_position_comes_back_from_json(stretches: list[tuple[int, int]], edges: dict[int, frozenset[str]]) -> None:
    spans = Spans()
    for stretch in stretches:
        spans.add(Gain(stretch))
    spans.add(Gain(None, edges))
    assert Spans.of(json.loads(json.dumps(spans.as_json()))) == spans
    assert not any(spans.holds(value) for value in spans.edges)


def test_rows_at_an_edge_add_up_until_it_is_passed() -> None:
    spans = Spans()
    spans.add(Gain((0, 5), {5: frozenset("a")}))
    spans.add(Gain(None, {5: frozenset("b")}))
    assert spans.edges == {5: frozenset("ab")}
    spans.add(Gain((5, 7), {7: frozenset("c")}, frozenset({5})))
    assert spans.edges == {7: frozenset("c")}
    assert spans.done == [(0, 7)]


def test_a_position_of_a_later_release_is_refused() -> None:
    with pytest.raises(JobError, match="use the release that wrote it"):
        Spans.of({"done": [], "newer": 1})
