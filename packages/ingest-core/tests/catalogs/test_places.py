"""Rows are found by their places, whatever lies before and behind them."""

import time

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from ingest_core.catalogs.places import among

PLACES = st.sets(st.integers(0, 40)).map(sorted)


@given(places=PLACES.filter(bool), chosen=PLACES)
def test_a_place_is_found_if_and_only_if_it_was_chosen(places: list[int], chosen: list[int]) -> None:
    found = among(pa.array(places, pa.int64()), pa.array(chosen, pa.int64())).to_pylist()
    assert found == [place in chosen for place in places]


def test_many_chosen_places_elsewhere_cost_a_batch_nothing() -> None:
    many, places = pa.arange(0, 5_000_000), pa.arange(70_000, 70_010)
    begun = time.process_time()
    for _ in range(100):
        assert among(places, many).true_count == 10
    # Looking at all of them each time takes ten seconds and more, and this a hundredth of one.
    assert time.process_time() - begun < 1
