"""Cursors add up."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st
from ingest_core.messages import Cursor, advance

NAMES = st.text(min_size=1, max_size=5)


@given(st.dictionaries(NAMES, st.integers()), st.randoms())
def test_checkpoints_with_keys_of_their_own_add_up_in_any_order(files: dict[str, int], random: object) -> None:
    checkpoints = [{"files": {name: size}} for name, size in files.items()]
    shuffled = checkpoints.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random has no public type
    start: Cursor = {}
    assert reduce(advance, shuffled, start) == reduce(advance, checkpoints, start)


def test_a_plain_value_replaces_the_former() -> None:
    assert advance({"watermark": 1, "kept": 2}, {"watermark": 3}) == {"watermark": 3, "kept": 2}


def test_the_cursor_before_is_left_as_it_was() -> None:
    before = {"files": {"a": 1}}
    advance(before, {"files": {"b": 2}})
    assert before == {"files": {"a": 1}}
