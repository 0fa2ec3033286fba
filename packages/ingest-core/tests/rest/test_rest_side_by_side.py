"""Stretches are read side by side as far as the API allows, and each is divided while somebody has nothing to do."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from declared import declared, definition
from ingest_core.testing import Answered, Asked, Served

DAY = 86_400
SIZE = 10
ALL_AT_ONCE = 8


class Slow:
    """Rows of one for each second of a day, whose answers take a while."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self.lock = threading.Lock()
        self.under_way = self.most = self.answers = 0
        self.begun: list[float] = []

    def respond(self, asked: Asked) -> Answered:
        with self.lock:
            self.under_way += 1
            self.answers += 1
            self.most = max(self.most, self.under_way)
            self.begun.append(time.monotonic())
        time.sleep(self.seconds)
        with self.lock:
            self.under_way -= 1
        low, high = int(asked.param("from", "0")), min(int(asked.param("until", "9" * 12)), self.count)
        if asked.param("order") == "ascending":
            low = max(low, int(asked.param("after", "-1")) + 1)
            rows = [*range(low, max(min(high, low + SIZE), low))]
        else:
            high = min(high, int(asked.param("after", str(high))))
            rows = [*range(high - 1, max(high - 1 - SIZE, low - 1), -1)]
        more = bool(rows) and (rows[-1] + 1 < high if asked.param("order") == "ascending" else rows[-1] > low)
        return Answered({"data": [{"n": row} for row in rows], "more": more})


class Parallel(Served):
    """Answers several at once, unlike its kind."""

    def answer(self, asked: Asked) -> Answered:
        self.asked.append(asked)
        return self._respond(asked)


def said(order: str, **rate: Any) -> dict[str, Any]:  # noqa: ANN401  # a limit's keys
    made = definition(
        params={"from": "${window:from}", "until": "${window:until}", "order": order},
        cursor={"field": "n", "unit": "s", "order": order, "start": "1970-01-01"},
        paging={"type": "last_id", "field": "n", "param": "after", "more": "more"},
    )
    return {**made, "rate_limit": {"concurrent": ALL_AT_ONCE, **rate}}


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_as_many_are_under_way_as_the_api_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    monkeypatch.setattr("declared.Served", Parallel)
    slow = Slow(2_000, 0.02)
    with declared(tmp_path, slow.respond, said(order)) as api:
        begin = time.monotonic()
        rows = api.rows()
        took = time.monotonic() - begin
    assert sorted(row["n"] for row in rows) == [*range(2_000)]
    assert slow.most == ALL_AT_ONCE
    # A chain would take each answer's time one after the other; few requests are made in vain.
    assert took < slow.answers * slow.seconds / 2
    assert slow.answers < 2 * 2_000 / SIZE


def test_no_more_are_asked_in_a_time_than_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declared.Served", Parallel)
    slow = Slow(300, 0.0)
    with declared(tmp_path, slow.respond, said("descending", requests=10, per="500ms")) as api:
        assert len(api.rows()) == 300
    # They arrive somewhat later than they are let go, now more and now less.
    windows = [sum(begin <= each < begin + 0.25 for each in slow.begun) for begin in slow.begun]
    assert max(windows) <= 10


def test_a_load_of_one_page_asks_once(tmp_path: Path) -> None:
    slow = Slow(SIZE, 0.0)
    with declared(tmp_path, slow.respond, said("descending")) as api:
        source = api.source()
        (stream,) = source.streams()
        (split,) = source.splits(stream, {})
        before = slow.answers
        assert sum(1 for _ in source.read(split)) == 2
        assert slow.answers == before + 1
