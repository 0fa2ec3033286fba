"""Answers that say one thing and mean another: half a page, no page, a failure that looks like a success."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from declared import declared, definition
from ingest_core.plugin import JobError, TransientError
from ingest_core.testing import Answered, Asked


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def test_a_mark_of_utf_8_before_the_json_is_none_of_it(tmp_path: Path) -> None:
    with declared(tmp_path, lambda _: Answered(b'\xef\xbb\xbf{"data": [{"id": 1}]}')) as api:
        assert ids(api.rows()) == [1]


def test_a_rule_knows_a_failure_that_comes_as_a_success(tmp_path: Path) -> None:
    said = definition(types={"id": "long"})
    said["errors"] = [{"status": 200, "body": {"ok": "^false$"}, "means": "refused", "say": "mend the scopes"}]
    failed = Answered({"ok": False, "error": "missing_scope", "data": []})
    with declared(tmp_path, lambda _: failed, said) as api, pytest.raises(JobError, match="missing_scope") as told:
        api.rows()
    assert "mend the scopes" in str(told.value)


@pytest.mark.parametrize(
    ("paging", "first"),
    [
        ({"type": "cursor", "token": "next", "param": "token", "more": "more"}, 2),
        ({"type": "last_id", "field": "id", "param": "after", "more": "more"}, 2),
        ({"type": "page", "param": "page", "more": "more"}, 2),
        ({"type": "offset", "param": "offset", "more": "more", "size": {"param": "limit", "value": 2}}, 0),
    ],
    ids=["cursor", "last_id", "page", "offset"],
)
def test_pages_that_bring_nothing_new_and_promise_more_are_no_end(
    tmp_path: Path, paging: dict[str, Any], first: int
) -> None:
    given = [{"id": 1}, {"id": 2}][:first]

    def respond(asked: Asked) -> Answered:
        return Answered({"data": [] if "after" in asked.params else given, "more": True})

    said = definition(paging=paging, types={"id": "long"})
    with declared(tmp_path, respond, said) as api, pytest.raises(TransientError, match="says at 'more'"):
        api.rows()


def test_a_numbered_page_of_which_all_records_were_left_out_is_no_end(tmp_path: Path) -> None:
    pages = {1: [1, 2], 5: [3], 6: [4]}

    def respond(asked: Asked) -> Answered:
        number = int(asked.param("page"))
        return Answered({"data": [{"id": each} for each in pages.get(number, [])], "more": number < 6})

    said = definition(paging={"type": "page", "param": "page", "more": "more"})
    with declared(tmp_path, respond, said) as api:
        assert ids(api.rows()) == [1, 2, 3, 4]


@pytest.mark.parametrize(("count", "total"), [(3, None), (2, 9)])
def test_a_first_page_that_comes_for_every_number_is_not_all(tmp_path: Path, count: int, total: int | None) -> None:
    """So does an API that goes by another parameter than the one that is declared."""
    answered = Answered({"data": [{"id": each} for each in range(count)], "total": total})
    paging = {"type": "page", "param": "pgae", "total": "total", "size": {"param": "limit", "value": count}}
    said = definition(paging=paging)
    with (
        declared(tmp_path, lambda _: answered, said) as api,
        pytest.raises(JobError, match="first page for every number"),
    ):
        api.rows()


@pytest.mark.parametrize(("count", "total"), [(1, None), (2, 2)])
def test_an_only_page_that_comes_for_every_number_is_all(tmp_path: Path, count: int, total: int | None) -> None:
    answered = Answered({"data": [{"id": each} for each in range(count)], "total": total})
    said = definition(
        paging={"type": "page", "param": "page", "total": "total", "size": {"param": "limit", "value": 2}}
    )
    with declared(tmp_path, lambda _: answered, said) as api:
        assert ids(api.rows()) == [*range(count)]


def test_an_answer_that_a_rule_calls_empty_may_still_name_the_next_page(tmp_path: Path) -> None:
    answers: dict[str, Any] = {
        "": {"data": [{"id": 1}], "next": "a"},
        "a": {"next": "b"},  # where there are no records, there is no list of them
        "b": {"data": [{"id": 2}]},
    }
    said = definition(paging={"type": "cursor", "token": "next", "param": "token"})
    said["errors"] = [{"status": 200, "body": {"data": "^$"}, "means": "empty"}]
    with declared(tmp_path, lambda asked: Answered(answers[asked.param("token")]), said) as api:
        assert ids(api.rows()) == [1, 2]


@pytest.mark.parametrize("following", ["?page={}", "rows?page={}", "/v1/rows?page={}"])
def test_a_next_page_is_named_from_where_this_one_lies(tmp_path: Path, following: str) -> None:
    def respond(asked: Asked) -> Answered:
        if asked.path != "/v1/rows":
            return Answered({"message": f"no {asked.path}"}, 404)
        number = int(asked.param("page", "1"))
        return Answered({"data": [{"id": number}], "next": following.format(number + 1) if number < 3 else None})

    said = definition(paging={"type": "next_url", "url": "next"})
    said["base_url"] += "/v1"
    with declared(tmp_path, respond, said) as api:
        assert ids(api.rows()) == [1, 2, 3]


def test_a_moment_to_come_back_at_is_one_of_the_apis_own_clock(tmp_path: Path) -> None:
    begin = time.monotonic()

    def now() -> datetime:
        return datetime.now(UTC) - timedelta(minutes=5)

    def respond(_: Asked) -> Answered:
        if time.monotonic() - begin >= 1:
            return Answered({"data": [{"id": 1}]})
        return Answered({}, 429, {"Retry-After": format_datetime(now() + timedelta(seconds=2), usegmt=True)})

    with declared(tmp_path, respond) as api:
        api.api.now = now
        assert ids(api.rows()) == [1]
        assert len(api.api.asked) <= 4


def test_a_column_that_is_taken_from_beside_the_row_keeps_every_digit(tmp_path: Path) -> None:
    body = b'{"data": [{"price": 0.12345678901234567891, "kind": true, "row": {"id": 1}}, {"row": {"id": 2}}]}'
    said = definition(
        row="row",
        columns={"price": {"path": "price"}, "is_kind": {"path": "kind", "matches": "^true$"}},
        types={"price": "decimal(38,20)"},
    )
    with declared(tmp_path, lambda _: Answered(body), said) as api:
        assert api.rows() == [
            {"id": 1, "price": Decimal("0.12345678901234567891"), "is_kind": True},
            {"id": 2, "price": None, "is_kind": False},
        ]
