"""Rows that change while they are read, asked for by the moment of their last change."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from declared import declared, definition
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ingest_core.testing import Answered, Asked

SIZE = 3
MOST = 6
"""Results that the search gives of one query, as HubSpot's gives 10,000."""

SEEKING = {
    "method": "POST",
    "body": {
        "filters": [
            {"field": "changed", "op": "GTE", "value": "${window:from}"},
            {"field": "changed", "op": "LT", "value": "${window:until}"},
        ]
    },
    "paging": {"type": "cursor", "token": "after", "body": "after", "size": {"body": "limit", "value": SIZE}},
    "cursor": {
        "field": "changed",
        "unit": "number",
        "order": "ascending",
        "start": 0,
        "seek": True,
    },
    "key": ["id"],
}


class Search:
    """Rows by id, with the moment of their last change; some change behind every answer."""

    def __init__(self, rows: dict[int, int], changes: list[list[int]]) -> None:
        self.rows = rows
        self.changes = changes
        self.now = max(rows.values(), default=0)

    def respond(self, asked: Asked) -> Answered:
        limits: dict[str, Any] = {each["op"]: each["value"] for each in asked.body["filters"]}
        low, high = limits.get("GTE", 0), limits.get("LT", 10**9)
        found = sorted((at, row) for row, at in self.rows.items() if low <= at < high)
        begin = int(asked.body.get("after", 0))
        if begin + SIZE > MOST:
            return Answered({"message": "no more than 6 results"}, 400)
        more = {"after": str(begin + SIZE)} if begin + SIZE < len(found) else {}
        page = found[begin : begin + SIZE]
        for row in self.changes.pop(0) if self.changes else []:
            if row in self.rows:
                self.now += 1
                self.rows[row] = self.now
        return Answered({"data": [{"id": row, "changed": at} for at, row in page], **more})


@settings(max_examples=80)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=25).filter(
        lambda moments: max(map(moments.count, moments)) < MOST
    ),
    st.lists(st.lists(st.integers(0, 24), max_size=2), max_size=10),
)
@example([0, 0, 0, 0], [[0]])  # the first page has one value; what changes pulls the fourth row onto it
@example([0, 0, 0, 1], [[], [], [0]])  # or a row of another value, while those of the first are asked for again
@example([0, 0, 0, 1, 1, 1, 1], [])  # each page has one value
def test_the_last_state_of_every_row_comes(moments: list[int], changes: list[list[int]]) -> None:
    search = Search(dict(enumerate(moments)), [[], *changes])
    with tempfile.TemporaryDirectory() as home, declared(Path(home), search.respond, definition(**SEEKING)) as api:
        rows, position = api.load()
        search.changes.clear()
        later, _ = api.load(position)
    assert {row["id"]: row["changed"] for row in [*rows, *later]} == search.rows
    states = [(row["id"], row["changed"]) for row in [*rows, *later]]
    assert len(states) == len({*states})


def test_more_rows_of_one_moment_than_a_query_gives_are_told(tmp_path: Path) -> None:
    search = Search(dict.fromkeys(range(2 * MOST), 7), [])
    with declared(tmp_path, search.respond, definition(**SEEKING)) as api:
        try:
            api.rows()
        except Exception as error:  # noqa: BLE001  # any, so that its words are held against what is wanted
            assert "no more than 6 results" in str(error)  # noqa: PT017  # as above
        else:
            raise AssertionError("it ended as if that were all")
