"""Rows that are put in and taken out while pages are read: of those that stay, each comes once."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from declared import declared, definition
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_core.testing import Answered, Asked

SIZE = 3
OFFSET = {"type": "offset", "param": "offset", "size": {"param": "limit", "value": SIZE}}
PAGE = {"type": "page", "param": "page", "total": "total", "size": {"param": "limit", "value": SIZE}}

CHANGE = st.tuples(st.sampled_from(["in", "out"]), st.integers(0, 30))
"""Whether a row is put in or taken out, and where about."""


@dataclass
class Moving:
    """A list that changes behind every answer.

    Args:
        ids: Its rows.
        changes: What changes, request by request.
        anew: The id of the next row that is put in.
    """

    ids: list[int]
    changes: list[list[tuple[str, int]]] = field(default_factory=list)
    anew: int = 1_000

    def respond(self, asked: Asked) -> Answered:
        begin = int(asked.param("offset", "0"))
        if "page" in asked.params:
            begin = (int(asked.param("page")) - 1) * SIZE
        answered = Answered({"data": [{"id": each} for each in self.ids[begin : begin + SIZE]], "total": len(self.ids)})
        for kind, place in self.changes.pop(0) if self.changes else []:
            self.change(kind, place)
        return answered

    def change(self, kind: str, place: int) -> None:
        if kind == "in":
            self.ids.insert(min(place, len(self.ids)), self.anew)
            self.anew += 1
        elif self.ids:
            self.ids.pop(min(place, len(self.ids) - 1))


def read(moving: Moving, paging: dict[str, Any]) -> Counter[int]:
    """Read it, as it changes."""
    said = definition(paging=paging, key=["id"])
    with tempfile.TemporaryDirectory() as home, declared(Path(home), moving.respond, said) as api:
        return Counter(row["id"] for row in api.rows())


@settings(max_examples=60)
@given(st.integers(1, 20), st.lists(st.lists(CHANGE, max_size=2), max_size=8))
def test_by_offset_each_row_that_stays_comes_once(count: int, changes: list[list[tuple[str, int]]]) -> None:
    # The first answer is that by which columns are told.
    moving = Moving([*range(count)], [[], *changes])
    came = read(moving, OFFSET)
    assert all(came[each] == 1 for each in moving.ids if each < count)
    assert max(came.values(), default=1) == 1


@settings(max_examples=60)
@given(st.integers(1, 20), st.lists(st.lists(st.tuples(st.just("out"), st.integers(0, 30)), max_size=2), max_size=8))
def test_by_number_rows_that_are_taken_out_take_no_others_along(
    count: int, changes: list[list[tuple[str, int]]]
) -> None:
    moving = Moving([*range(count)], [[], *changes])
    came = read(moving, PAGE)
    assert all(came[each] == 1 for each in moving.ids)
    assert max(came.values(), default=1) == 1


@settings(max_examples=60)
@given(st.integers(1, 20), st.lists(st.lists(st.tuples(st.just("in"), st.integers(0, 30)), max_size=2), max_size=8))
def test_by_number_rows_that_are_put_in_double_no_others(count: int, changes: list[list[tuple[str, int]]]) -> None:
    moving = Moving([*range(count)], [[], *changes])
    came = read(moving, PAGE)
    assert all(came[each] == 1 for each in range(count))
    assert max(came.values(), default=1) == 1


def test_a_last_page_that_is_given_for_ever_is_the_end() -> None:
    def respond(asked: Asked) -> Answered:
        begin = min((int(asked.param("page")) - 1) * SIZE, SIZE)
        return Answered({"data": [{"id": each} for each in range(begin, begin + SIZE)]})

    said = definition(paging=PAGE, key=["id"])
    with tempfile.TemporaryDirectory() as home, declared(Path(home), respond, said) as api:
        assert sorted(row["id"] for row in api.rows()) == [*range(2 * SIZE)]


def test_by_offset_a_row_that_changed_and_moved_on_comes_with_its_change() -> None:
    rows = {each: each for each in range(8)}
    asked_for = 0

    def respond(asked: Asked) -> Answered:
        nonlocal asked_for
        asked_for += 1
        begin, since = int(asked.param("offset", "0")), int(asked.param("since", "0"))
        found = sorted((at, row) for row, at in rows.items() if at >= since)
        page = [{"id": row, "at": at} for at, row in found[begin : begin + SIZE]]
        if asked_for == 2:  # behind the first page of the load; the one before tells the columns
            rows[0], rows[7] = 50, 60
        return Answered({"data": page})

    cursor = {"field": "at", "unit": "number", "order": "ascending", "start": 0}
    said = definition(paging=OFFSET, key=["id"], cursor=cursor, params={"since": "${window:from}"})
    with tempfile.TemporaryDirectory() as home, declared(Path(home), respond, said) as api:
        came, position = api.load()
        later, _ = api.load(position)
    assert {row["id"]: row["at"] for row in [*came, *later]} == rows
