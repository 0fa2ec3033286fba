"""APIs that keep finer moments than their records tell, and records that tell no more than a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from declared import declared, definition
from ingest_core.plugin import Window
from ingest_core.testing import Answered, Asked

PAGE = 3
DAWN = datetime(2024, 5, 1, tzinfo=UTC)
MOMENTS = {number: DAWN + timedelta(seconds=number // 2, milliseconds=300 + number % 2) for number in range(40)}
"""Two in each second; each is told by its second alone."""

WINDOW = {"since": "${window:from}", "until": "${window:until}"}


def api_of(order: str, **cursor: Any) -> dict[str, Any]:  # noqa: ANN401  # a cursor's keys
    return definition(
        paging={"type": "cursor", "token": "next", "param": "token"},
        params=WINDOW,
        key=["id"],
        cursor={"field": "at", "unit": "iso", "order": order, "start": "2024-05-01", **cursor},
    )


def respond(asked: Asked) -> Answered:
    since = datetime.fromisoformat(asked.param("since", DAWN.isoformat()))
    until = datetime.fromisoformat(asked.param("until", "9999-01-01T00:00:00Z"))
    found = [number for number, moment in MOMENTS.items() if since <= moment < until][::-1]
    begin = int(asked.param("token", "0"))
    rows = [{"id": each, "at": f"{MOMENTS[each]:%Y-%m-%dT%H:%M:%SZ}"} for each in found[begin : begin + PAGE]]
    return Answered({"data": rows, "next": str(begin + PAGE) if begin + PAGE < len(found) else None})


def test_no_record_is_lost_between_pages_that_are_sought(tmp_path: Path) -> None:
    with declared(tmp_path, respond, api_of("descending", seek=True)) as api:
        assert Counter(row["id"] for row in api.rows()) == Counter([*MOMENTS])


@pytest.mark.parametrize("order", ["descending", "none"])
def test_no_record_is_lost_between_two_stretches(tmp_path: Path, order: str) -> None:
    border = DAWN + timedelta(seconds=10, milliseconds=200)
    came: Counter[int] = Counter()
    with declared(tmp_path, respond, api_of(order)) as api:
        for window in (Window(DAWN, border), Window(border, None)):
            api.window = window
            came.update(row["id"] for row in api.rows())
    assert came == Counter([*MOMENTS])


@pytest.mark.parametrize("span", [{}, {"span": "3d"}], ids=["whole", "divided"])
@pytest.mark.parametrize("order", ["ascending", "descending", "none"])
def test_a_day_that_is_not_over_is_looked_at_again(tmp_path: Path, order: str, span: dict[str, str]) -> None:
    days = [f"2024-05-{day:02d}" for day in range(1, 11)]
    now = datetime(2024, 5, 10, 15, tzinfo=UTC)

    def days_of(asked: Asked) -> Answered:
        found = [
            {"id": number, "on": day}
            for number, day in enumerate(days)
            if asked.param("since", "0") <= day < asked.param("until", "9")
        ]
        return Answered({"data": found[::-1] if order == "descending" else found})

    said = definition(
        params=WINDOW,
        key=["id"],
        types={"id": "long", "on": "date"},
        cursor={"field": "on", "unit": "date", "order": order, "start": "2024-05-01", **span},
    )
    with declared(tmp_path, days_of, said) as api:
        api.api.now = lambda: now
        rows, position = api.load()
        assert len(rows) == len(days)
        days += ["2024-05-10", "2024-05-11"]
        now += timedelta(hours=20)
        later, _ = api.load(position)
    assert sorted(row["id"] for row in later) == [10, 11]
