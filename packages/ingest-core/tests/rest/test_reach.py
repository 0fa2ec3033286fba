"""How far a position reaches: never beyond what may still show up, whatever came and whatever was asked for."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from declared import Declared, declared, definition, seconds_to_stop
from ingest_core.plugin import Checkpoint, Window
from ingest_core.testing import Answered, Asked

NOW = 1_700_000_000
HOUR = 3600
ORDERS = ("ascending", "descending", "none")


class Api:
    """Rows with the moment at which they were made, two on a page, and a clock."""

    def __init__(self, *made: int) -> None:
        self.made = list(made)
        self.now = NOW

    def put(self, *made: int) -> None:
        self.made += made

    def respond(self, asked: Asked) -> Answered:
        low, high = int(asked.param("from", "0")), int(asked.param("until", str(10**12)))
        found = sorted(made for made in self.made if low <= made < high)
        if asked.param("order") != "ascending":
            found.reverse()
        begin = int(asked.param("token", "0"))
        more = str(begin + 2) if begin + 2 < len(found) else None
        return Answered({"data": [{"made": made} for made in found[begin : begin + 2]], "next": more})


def said(order: str, **rate: Any) -> dict[str, Any]:  # noqa: ANN401  # a limit's keys
    cursor = {"field": "made", "unit": "s", "order": order, "start": "2020-01-01", "settles": "1m"}
    params = {"from": "${window:from}", "until": "${window:until}", "order": order}
    paging = {"type": "cursor", "token": "next", "param": "token"}
    return {**definition(cursor=cursor, params=params, paging=paging, key=["made"]), "rate_limit": rate}


def loaded(api: Declared, position: Any = None) -> tuple[list[float], Any]:  # noqa: ANN401  # a cursor
    rows, position = api.load(position)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moments = [row["made"] for row in rows]
    return sorted((each - epoch).total_seconds() if isinstance(each, datetime) else each for each in moments), position


def at(api: Declared, clock: Api) -> None:
    api.api.now = lambda: datetime.fromtimestamp(clock.now, UTC)


@pytest.mark.parametrize("order", ORDERS)
def test_a_window_that_ends_later_than_now_is_done_as_far_as_now(tmp_path: Path, order: str) -> None:
    clock = Api(NOW - 9 * HOUR, NOW - 30)
    with declared(tmp_path, clock.respond, said(order)) as api:
        at(api, clock)
        api.window = Window(None, datetime.fromtimestamp(NOW, UTC) + timedelta(days=1))
        first, position = loaded(api)
        assert first == [NOW - 9 * HOUR, NOW - 30]
        clock.now += HOUR
        clock.put(NOW - 20, NOW + HOUR - 5)
        api.window = None
        later, _ = loaded(api, position)
        assert later == [NOW - 20, NOW + HOUR - 5]


@pytest.mark.parametrize("order", ORDERS)
def test_a_row_from_the_future_hides_none_that_come_before_it(tmp_path: Path, order: str) -> None:
    clock = Api(NOW - HOUR, NOW + 1000 * HOUR)
    with declared(tmp_path, clock.respond, said(order)) as api:
        at(api, clock)
        first, position = loaded(api)
        assert first == [NOW - HOUR, NOW + 1000 * HOUR]
        clock.now += 2 * HOUR
        clock.put(NOW + HOUR)
        later, position = loaded(api, position)
        assert later == [NOW + HOUR]
        assert loaded(api, position)[0] == []


@pytest.mark.parametrize("readers", [1, 8])
def test_rows_that_are_older_than_now_are_waited_for_behind_the_last_that_came(tmp_path: Path, readers: int) -> None:
    clock = Api(*range(NOW - 30 * HOUR, NOW - 24 * HOUR, HOUR))
    with declared(tmp_path, clock.respond, said("ascending", concurrent=readers)) as api:
        at(api, clock)
        first, position = loaded(api)
        assert len(first) == 6
        clock.put(NOW - 13 * HOUR)
        later, position = loaded(api, position)
        assert later == [NOW - 13 * HOUR]
        clock.put(NOW - 12 * HOUR)
        assert loaded(api, position)[0] == [NOW - 12 * HOUR]


@pytest.mark.parametrize("paging", ["cursor", "page", "offset"])
def test_records_that_are_equal_in_all_are_as_many_as_they_are_on_a_page(tmp_path: Path, paging: str) -> None:
    pagings: dict[str, dict[str, Any]] = {
        "cursor": {"type": "cursor", "token": "next", "param": "token"},
        "page": {"type": "page", "param": "page", "size": {"param": "limit", "value": 9}},
        "offset": {"type": "offset", "param": "offset", "size": {"param": "limit", "value": 9}},
    }

    def respond(asked: Asked) -> Answered:
        begin = int(asked.param("offset", "0")) + (int(asked.param("page", "1")) - 1) * 9
        return Answered({"data": [{"x": 1}, {"x": 1}, {"x": 2}][begin:]})

    with declared(tmp_path, respond, definition(paging=pagings[paging])) as api:
        assert sorted(row["x"] for row in api.rows()) == [1, 1, 2]


def test_a_filter_that_is_coarser_than_the_values_comes_to_an_end(tmp_path: Path) -> None:
    made = [NOW * 1000 + number for number in range(9)] + [NOW * 1000 + 5_000]
    asked_for = 0

    def respond(asked: Asked) -> Answered:
        nonlocal asked_for
        asked_for += 1
        assert asked_for < 60
        low = int(asked.param("from", "0")) * 1000
        found = [each for each in made if each >= low]
        begin = int(asked.param("token", "0"))
        more = str(begin + 3) if begin + 3 < len(found) else None
        return Answered({"data": [{"made": each} for each in found[begin : begin + 3]], "next": more})

    cursor = {"field": "made", "unit": "ms", "filter": "s", "order": "ascending", "seek": True, "start": "2020-01-01"}
    paging = {"type": "cursor", "token": "next", "param": "token"}
    spec = definition(cursor=cursor, params={"from": "${window:from}"}, paging=paging, key=["made"])
    with declared(tmp_path, respond, spec) as api:
        assert sorted(row["made"] for row in api.rows()) == made


def test_a_stop_does_not_wait_for_the_answer_to_a_question_for_parents(tmp_path: Path) -> None:
    released, stop = threading.Event(), threading.Event()

    def respond(asked: Asked) -> Answered:
        if asked.path == "/parents" and "token" in asked.params:
            stop.set()
            released.wait(30)
        more = "more" if asked.path == "/parents" and "token" not in asked.params else None
        return Answered({"data": [{"id": 1}], "next": more})

    spec = definition()
    paging = {"type": "cursor", "token": "next", "param": "token"}
    parents = {"path": "/parents", "records": "data", "paging": paging}
    children = {"path": "/parents/${parent:id}/rows", "records": "data", "parent": {"stream": "parents"}}
    spec["streams"] = {"parents": parents, "rows": children}
    with declared(tmp_path, respond, spec) as api:
        assert seconds_to_stop(api.source(), stop) < 5
        released.set()


def test_a_load_that_was_killed_behind_its_last_row_is_ended_by_the_next(tmp_path: Path) -> None:
    clock = Api(*range(NOW - 9 * HOUR, NOW - HOUR, HOUR))
    spec = said("descending")
    spec["streams"]["rows"]["incremental"] = {
        "changes": {
            "needs": "merge",
            "path": "/changes",
            "records": "data",
            "params": {"from": "${window:from}"},
            "cursor": {"field": "made", "unit": "s", "order": "ascending"},
        }
    }
    with declared(tmp_path, clock.respond, spec) as api:
        at(api, clock)
        api.settings |= {"rows_may_repeat": True, "commit_every": 1}
        source = api.source()
        (stream,) = source.streams()
        (split,) = source.splits(stream, {})
        positions = [message.cursor for message in source.read(split) if isinstance(message, Checkpoint)]
        assert not positions[-2]["parts"]["main"]["whole"]
        _, position = loaded(api, positions[-2])
        assert position["parts"]["main"]["whole"]
