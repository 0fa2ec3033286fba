"""An API is told who asks, in each way that there is."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from declared import KEY, declared, definition
from ingest_core.plugin import JobError, TransientError
from ingest_core.rest.client.addresses import raised, same_host
from ingest_core.rest.client.pace import retry_after
from ingest_core.testing import Answered, Asked

ROWS = Answered({"data": [{"id": 1}]})
OPTION = "${option:key}"
OAUTH = {
    "type": "oauth2",
    "grant": "client_credentials",
    "token_url": "/oauth/token",
    "client_id": "us",
    "client_secret": OPTION,
    "scopes": ["read", "list"],
}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"type": "bearer", "token": OPTION}, "authorization", f"Bearer {KEY}"),
        ({"type": "header", "name": "X-Api-Key", "value": OPTION}, "x-api-key", KEY),
        (
            {"type": "basic", "username": "us", "password": OPTION},
            "authorization",
            "Basic " + base64.b64encode(f"us:{KEY}".encode()).decode(),
        ),
    ],
    ids=["bearer", "header", "basic"],
)
def test_it_stands_in_a_header(tmp_path: Path, auth: dict[str, str], header: str, value: str) -> None:
    said = {**definition(), "auth": auth}
    with declared(tmp_path, lambda _: ROWS, said) as api:
        assert api.rows() == [{"id": 1}]
        assert {asked.headers[header] for asked in api.api.asked} == {value}


@pytest.mark.parametrize(
    ("value", "declared_as", "hidden"),
    [
        (OPTION, {}, [KEY]),
        ("Token ${option:user}:${option:key}", {}, [KEY, "somebody"]),
        ("Token ${option:user}:${option:key}", {"secret": True}, [KEY]),
    ],
)
def test_what_lets_us_in_is_masked_whether_its_option_says_so_or_not(
    tmp_path: Path, value: str, declared_as: dict[str, bool], hidden: list[str]
) -> None:
    said = {**definition(), "auth": {"type": "header", "name": "X-Key", "value": value}}
    said["options"] |= {"key": {"default": KEY, **declared_as}, "user": {"default": "somebody"}}
    with declared(tmp_path, lambda _: ROWS, said) as api:
        api.source()
        assert sorted(api.hidden) == sorted(hidden)


def test_it_stands_in_the_address(tmp_path: Path) -> None:
    said = {**definition(params={"limit": 5}), "auth": {"type": "query", "name": "key", "value": OPTION}}
    with declared(tmp_path, lambda _: ROWS, said) as api:
        assert api.rows() == [{"id": 1}]
        assert {(asked.param("key"), asked.param("limit")) for asked in api.api.asked} == {(KEY, "5")}


def test_nobody_is_named_where_the_api_is_open_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A file of passwords that belongs to whoever runs this is nobody's business.
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    said = {name: value for name, value in definition().items() if name != "auth"}
    with declared(tmp_path, lambda _: ROWS, said) as api:
        assert api.rows() == [{"id": 1}]
        assert all("authorization" not in asked.headers for asked in api.api.asked)


class Guarded:
    """Gives tokens, and rows to whom shows the last of them."""

    def __init__(self, *, lasts: int | None = 3600, uses: int = 1_000) -> None:
        self.lasts = lasts
        self.uses = uses
        self.given: list[Asked] = []

    @property
    def token(self) -> str:
        return f"token-number-{len(self.given)}"

    def respond(self, asked: Asked) -> Answered:
        if asked.path == "/oauth/token":
            self.given.append(asked)
            self.left = self.uses
            return Answered({"access_token": self.token, "token_type": "bearer", "expires_in": self.lasts})
        if asked.headers.get("authorization") != f"Bearer {self.token}" or not self.left:
            return Answered({"message": "token expired"}, 401)
        self.left -= 1
        place = int(asked.param("token", "0"))
        return Answered({"data": [{"id": place}], "next": str(place + 1) if place < 4 else None})


def guarded(**auth: Any) -> dict[str, Any]:  # noqa: ANN401  # the keys of a way of authentication
    paging = {"type": "cursor", "token": "next", "param": "token"}
    return {**definition(paging=paging), "auth": {**OAUTH, **auth}}


def test_a_token_is_asked_for_once_and_shown_nowhere(tmp_path: Path) -> None:
    server = Guarded()
    with declared(tmp_path, server.respond, guarded()) as api:
        assert [row["id"] for row in api.rows()] == [0, 1, 2, 3, 4]
        assert "token-number-1" in api.hidden
    (given,) = server.given
    assert str(given.body) == f"grant_type=client_credentials&scope=read+list&client_id=us&client_secret={KEY}"


def test_a_token_that_is_refused_midway_is_asked_for_anew(tmp_path: Path) -> None:
    server = Guarded(uses=2)
    with declared(tmp_path, server.respond, guarded()) as api:
        assert [row["id"] for row in api.rows()] == [0, 1, 2, 3, 4]
    assert len(server.given) == 3


def test_a_token_that_is_about_to_end_is_asked_for_anew(tmp_path: Path) -> None:
    server = Guarded(lasts=1)
    with declared(tmp_path, server.respond, guarded()) as api:
        source = api.source()
        source.check()
        source.check()
    assert len(server.given) >= 1


def test_the_client_may_be_named_in_a_header(tmp_path: Path) -> None:
    server = Guarded()
    said = guarded(client_in="header", grant="refresh_token", refresh_token=OPTION)
    with declared(tmp_path, server.respond, said) as api:
        api.rows()
    (given,) = server.given
    assert given.headers["authorization"] == "Basic " + base64.b64encode(f"us:{KEY}".encode()).decode()
    assert str(given.body) == f"grant_type=refresh_token&refresh_token={KEY}&scope=read+list"


@pytest.mark.parametrize(
    ("answered", "error"),
    [
        (Answered({"error": "invalid_client", "error_description": "no such client"}, 401), JobError),
        (Answered({"error": "out of order"}, 503), TransientError),
        (Answered({"token": "under another name"}), JobError),
        (Answered(b'{"access_token": "\xe9"}'), JobError),
    ],
)
def test_a_token_that_is_not_given_is_told(tmp_path: Path, answered: Answered, error: type[Exception]) -> None:
    with declared(tmp_path, lambda _: answered, guarded()) as api, pytest.raises(error, match="token server") as told:
        api.rows()
    assert KEY not in str(told.value)


def test_a_token_server_that_is_out_of_order_for_a_moment_is_asked_again(tmp_path: Path) -> None:
    server = Guarded()
    with declared(tmp_path, server.respond, guarded()) as api:
        api.api.instead.append(Answered({"error": "out of order"}, 503))
        assert [row["id"] for row in api.rows()] == [0, 1, 2, 3, 4]


def test_it_stands_once_in_an_address_that_the_api_named(tmp_path: Path) -> None:
    def respond(asked: Asked) -> Answered:
        place = int(asked.param("place", "0"))
        query = "&".join(f"{name}={each}" for name, values in asked.params.items() for each in values if name == "key")
        following = f"/rows?place={place + 1}&{query}" if place < 3 else None
        return Answered({"data": [{"id": place}], "next": following})

    auth = {"type": "query", "name": "key", "value": OPTION}
    said = {**definition(paging={"type": "next_url", "url": "next"}), "auth": auth}
    with declared(tmp_path, respond, said) as api:
        assert [row["id"] for row in api.rows()] == [0, 1, 2, 3]
        assert {tuple(asked.params["key"]) for asked in api.api.asked} == {(KEY,)}


def test_a_token_server_that_sends_us_elsewhere_is_not_followed(tmp_path: Path) -> None:
    there: list[Asked] = []

    def other(asked: Asked) -> Answered:
        there.append(asked)
        return Answered({"access_token": "stolen"})

    with declared(tmp_path / "other", other) as elsewhere:
        moved = Answered(None, 307, {"Location": f"{elsewhere.api.url}/oauth/token"})
        with declared(tmp_path, lambda _: moved, guarded()) as api, pytest.raises(JobError, match="token server"):
            api.rows()
    assert there == []


@pytest.mark.parametrize(
    ("there", "base", "is_same"),
    [
        ("https://a.example/x", "https://a.example/v1/", True),
        ("https://a.example:443/x", "https://a.example/v1/", True),
        ("https://a.example/x", "http://a.example/v1/", True),
        ("http://a.example/x", "https://a.example/v1/", False),
        ("https://a.example:9999/x", "http://a.example:8080/", False),
        ("https://b.example/x", "https://a.example/v1/", False),
        ("https://a.example:port/x", "https://a.example/v1/", False),
    ],
)
def test_credentials_go_to_the_same_host_alone_and_never_less_safely(there: str, base: str, *, is_same: bool) -> None:
    assert same_host(there, base) is is_same


def test_an_api_behind_a_proxy_that_names_itself_by_http_is_asked_by_https() -> None:
    assert raised("http://a.example/x?y=1", "https://a.example/v1/") == "https://a.example/x?y=1"
    assert raised("http://b.example/x", "https://a.example/v1/") == "http://b.example/x"
    assert raised("http://a.example:8080/x", "https://a.example/v1/") == "http://a.example:8080/x"


def test_a_date_that_names_no_zone_is_utc() -> None:
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000"}) == 0
