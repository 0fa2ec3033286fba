"""What becomes of an answer that is not what was asked for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from declared import KEY, Declared, declared, definition
from ingest_core.plugin import JobError, TransientError
from ingest_core.testing import Answered, Asked

ROWS = Answered({"data": [{"id": 1}]})
HTML = Answered(b"<html>back in a minute</html>", 200, {"Content-Type": "text/html"})


def rows(_: Asked) -> Answered:
    return ROWS


def instead(api: Declared, *answers: Answered) -> None:
    """Let the first page, by which columns are told, pass; then answer otherwise."""
    api.api.instead.extend([None, *answers])


@pytest.mark.parametrize(
    "passing",
    [
        Answered({"error": "slow down"}, 429, {"Retry-After": "0"}),
        Answered({"error": "slow down"}, 429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Answered({"error": "out of order"}, 500),
        Answered(b"bad gateway", 502, {"Content-Type": "text/plain"}),
        Answered({"error": "overloaded"}, 503, {"Retry-After": "0"}),
        HTML,
        Answered(b'{"data": [{"id": 1}, {"i'),
        Answered({"data": [{"id": 1}]}, cut=9),
        Answered(b""),
    ],
    ids=["429", "429-date", "500", "502", "503", "html", "cut-json", "broken-off", "nothing"],
)
def test_what_passes_is_asked_again(tmp_path: Path, passing: Answered) -> None:
    with declared(tmp_path, rows) as api:
        instead(api, passing, passing)
        assert api.rows() == [{"id": 1}]


@pytest.mark.parametrize("passing", [Answered({"error": {"message": "out of order"}}, 500), HTML])
def test_what_does_not_pass_is_told_as_something_to_try_later(tmp_path: Path, passing: Answered) -> None:
    with declared(tmp_path, rows) as api:
        instead(api, *[passing] * 10)
        with pytest.raises(TransientError) as told:
            api.rows()
        assert "GET http://127.0.0.1" in str(told.value)
        assert "out of order" in str(told.value) or "back in a minute" in str(told.value)
        assert len(api.api.asked) == 1 + 3


def test_as_long_as_the_api_says_nobody_asks(tmp_path: Path) -> None:
    with declared(tmp_path, rows) as api:
        instead(api, Answered({}, 429, {"Retry-After": "1"}))
        begin = time.monotonic()
        assert api.rows() == [{"id": 1}]
        assert time.monotonic() - begin >= 1


def test_who_is_told_to_come_back_much_later_does_not_wait(tmp_path: Path) -> None:
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    with declared(tmp_path, rows) as api:
        instead(api, Answered({"message": "quota used up"}, 429, {"Retry-After": tomorrow}))
        with pytest.raises(TransientError, match="quota used up"):
            api.rows()


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_name_the_setting_that_holds_them_and_show_it_not(tmp_path: Path, status: int) -> None:
    def respond(_: Asked) -> Answered:
        return Answered({"error": {"message": "Invalid API Key provided"}}, status)

    with declared(tmp_path, respond) as api:
        with pytest.raises(JobError, match="Invalid API Key provided") as told:
            api.source().check()
        assert "`key`" in str(told.value)
        assert KEY not in str(told.value)


def test_an_address_that_is_not_there_is_told_with_its_mend(tmp_path: Path) -> None:
    with (
        declared(tmp_path, lambda _: Answered({"message": "no such route"}, 404)) as api,
        pytest.raises(JobError, match=r"GET http://127\.0\.0\.1:\d+/rows answers 404: no such route") as told,
    ):
        api.rows()
    assert "mend the path" in str(told.value)


@pytest.mark.parametrize(
    ("means", "error"), [("passing", TransientError), ("rate", TransientError), ("refused", JobError)]
)
def test_a_rule_of_the_definition_says_what_a_refusal_means(tmp_path: Path, means: str, error: type[Exception]) -> None:
    said = definition()
    said["attempts"] = 1
    rule = {"status": [400, 409], "body": {"error.code": "^lock_"}, "means": means, "say": "wait for the lock"}
    said["errors"] = [rule]
    locked = Answered({"error": {"code": "lock_timeout"}}, 409, {"Retry-After": "0"})
    with declared(tmp_path, rows, said) as api:
        instead(api, *[locked] * 10)
        with pytest.raises(error):
            api.rows()


def test_a_rule_may_say_that_a_refusal_is_an_answer_without_records(tmp_path: Path) -> None:
    said = definition(types={"id": "long"})
    said["errors"] = [{"status": 404, "means": "empty"}]
    with declared(tmp_path, lambda _: Answered({"message": "gone"}, 404), said) as api:
        assert api.rows() == []


def test_an_answer_without_the_declared_list_names_the_keys_that_it_has(tmp_path: Path) -> None:
    with (
        declared(tmp_path, lambda _: Answered({"items": [], "next": None})) as api,
        pytest.raises(JobError, match="nothing at 'data'; its keys are items, next"),
    ):
        api.rows()


def test_credentials_go_to_no_other_host(tmp_path: Path) -> None:
    there: list[Asked] = []

    def other(asked: Asked) -> Answered:
        there.append(asked)
        return ROWS

    with (
        declared(tmp_path, other) as elsewhere,
        declared(tmp_path, lambda _: Answered(None, 302, {"Location": f"{elsewhere.api.url}/rows"})) as api,
        pytest.raises(JobError, match="sends us on to"),
    ):
        api.rows()
    assert there == []


def test_a_move_within_the_host_is_followed(tmp_path: Path) -> None:
    def respond(asked: Asked) -> Answered:
        return ROWS if asked.path == "/v2/rows" else Answered(None, 308, {"Location": "/v2/rows"})

    with declared(tmp_path, respond) as api:
        assert api.rows() == [{"id": 1}]


def test_a_next_page_at_another_host_is_not_asked_for(tmp_path: Path) -> None:
    said = definition(paging={"type": "next_url", "url": "next"})
    respond = lambda _: Answered({"data": [{"id": 1}], "next": "http://elsewhere.example/rows"})  # noqa: E731
    with declared(tmp_path, respond, said) as api, pytest.raises(JobError, match="another host"):
        api.rows()


@pytest.mark.parametrize("tokens", [["a"], ["a", "b"]])
def test_pages_that_go_round_in_a_circle_are_noticed(tmp_path: Path, tokens: list[str]) -> None:
    def respond(asked: Asked) -> Answered:
        place = tokens.index(asked.param("token")) + 1 if "token" in asked.params else 0
        return Answered({"data": [{"id": place}], "next": tokens[place % len(tokens)]})

    said = definition(paging={"type": "cursor", "token": "next", "param": "token"})
    with declared(tmp_path, respond, said) as api, pytest.raises(TransientError, match="read before"):
        api.rows()


def test_nobody_listens_is_told_as_something_to_try_later(tmp_path: Path) -> None:
    with declared(tmp_path, rows) as api:
        source = api.source()
    with pytest.raises(TransientError, match="cannot be reached"):
        source.check()
