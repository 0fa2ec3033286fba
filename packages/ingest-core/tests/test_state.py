"""The state of a stream survives its way through a table property."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_core import JobError
from ingest_core.state import RECENT, CursorFile, State, StateKey, decode, recent_with, states_in

KEY = StateKey("acme", "shop", "orders")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STATES = st.builds(
    State,
    run_id=TEXT,
    seq=st.integers(1, 10**9),
    cursor=st.dictionaries(TEXT, TEXT | st.integers() | st.none()),
    job_hash=st.dictionaries(TEXT, TEXT),
    rows=st.integers(0, 10**12),
    sequence_number=st.integers(0, 10**9),
    recent=st.lists(st.tuples(TEXT, st.integers(1, 10**9)), max_size=RECENT).map(tuple),
    reset=st.booleans(),
    cursor_file=st.none() | st.builds(CursorFile, TEXT, TEXT),
)


WRITTEN = State("r", 1, {}, {}, 0, 0).encode()


@given(STATES)
def test_a_state_is_read_as_it_was_written(state: State) -> None:
    assert decode(state.encode(), KEY) == state


@given(st.tuples(TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT))
def test_two_streams_never_share_a_property(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (StateKey(*one).property_name == StateKey(*other).property_name) == (one == other)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), unique=True, max_size=5))
def test_states_are_found_among_a_tables_properties(keys: list[tuple[str, str, str]]) -> None:
    properties = {"owner": "me"} | {StateKey(*key).property_name: str(place) for place, key in enumerate(keys)}
    assert states_in(properties) == {StateKey(*key): str(place) for place, key in enumerate(keys)}


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "[]", "{}", '{"v": 1}', "[" * 100_000),
        *(WRITTEN.replace('"v":2', f'"v":{version}') for version in ('"2"', "0", "-1", "2.0", "null")),
        WRITTEN.replace('"seq":1', '"seq":"1"'),
        WRITTEN.replace("{", '{"reset":"false",', 1),
        WRITTEN.replace("{", '{"cursor_file":{"path":"a"},', 1),
        WRITTEN.replace("{", '{"unheard_of":1,', 1),
    ],
    ids=lambda text: text[:40],
)
def test_a_corrupt_state_is_refused_with_its_mend(text: str) -> None:
    with pytest.raises(JobError, match=r"ingest\.state\.acme\.shop\.orders cannot be read") as raised:
        decode(text, KEY)
    assert "put back" in raised.value.faults[0].mend


def test_a_state_of_a_newer_version_is_refused_and_says_so() -> None:
    newer = json.dumps(json.loads(State("r", 1, {}, {}, 0, 0).encode()) | {"v": 3})
    with pytest.raises(JobError, match="version 3; this release knows 2"):
        decode(newer, KEY)


def test_the_last_sixteen_commits_are_remembered_newest_first() -> None:
    state: State | None = None
    for seq in range(1, 21):
        state = State("r", seq, {}, {}, 0, 0, recent_with(("r", seq), state))
    assert state is not None
    assert [seq for _, seq in state.recent] == list(range(20, 4, -1))
    assert state.holds(("r", 5))
    assert not state.holds(("r", 4))
