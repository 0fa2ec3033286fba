"""Faults strike the requests that they are told to strike, and no other, and look on the line as they should."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, IncompleteRead
from pathlib import Path

import pytest

import standins
from standins import Fault, Paged, PagedSettings, Server, Serving, faults_of
from standins.conftest import Ask


@pytest.fixture
def server() -> Iterator[Server[Paged]]:
    """Serve a few items."""
    with standins.paged(PagedSettings(records=250)) as serving:
        yield serving


def statuses(ask: Ask, server: Server[Paged], many: int, target: str = "/items") -> list[int]:
    return [ask(server, target)[0] for _ in range(many)]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("500", every=3), [3, 6, 9]),
        (Fault("500", every=4, burst=2), [4, 5, 8, 9]),
        (Fault("500", first=2, times=1), [2]),
        (Fault("500", first=2, times=3), [2, 3, 4]),
        (Fault("500", first=9), [9, 10]),
        (Fault("expired", first=6), [6, 7, 8, 9, 10]),
        (Fault("500", path="/projects"), []),
        (Fault("500", method="POST"), []),
    ],
)
def test_strikes_as_told(server: Server[Paged], ask: Ask, fault: Fault, struck: list[int]) -> None:
    server.faults.add(fault)
    answers = statuses(ask, server, 10)
    assert [number for number, status in enumerate(answers, 1) if status != 200] == struck
    assert server.faults.struck.total() == len(struck)
    assert [asked.request.number for asked in server.requests if asked.fault] == struck


def test_counts_the_requests_of_its_path_alone(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("503", first=2, times=1, path="/projects"))
    assert statuses(ask, server, 3) == [200] * 3
    assert statuses(ask, server, 3, "/projects") == [200, 503, 200]


def test_faults_are_taken_away(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("502"))
    assert ask(server, "/items")[0] == 502
    server.faults.clear()
    assert ask(server, "/items")[0] == 200


def test_tells_when_to_come_again_in_seconds_and_as_a_date(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("429", times=1, retry_after=7))
    server.faults.add(Fault("429", times=1, retry_after=7, as_date=True))
    seconds, date = (ask(server, "/items")[1]["retry-after"] for _ in range(2))
    assert seconds == "7"
    assert 5 <= parsedate_to_datetime(date).timestamp() - time.time() <= 7


def test_html_nothing_and_a_wrong_type_come_with_200(server: Server[Paged], ask: Ask) -> None:
    for kind in ("html", "empty", "wrong_type"):
        server.faults.add(Fault(kind, times=1))
    html, empty, wrong = (ask(server, "/items") for _ in range(3))
    assert (html[0], html[1]["content-type"], html[2][:9]) == (200, "text/html; charset=utf-8", b"<!DOCTYPE")
    assert (empty[0], empty[2]) == (200, b"")
    assert (wrong[1]["content-type"], len(wrong[2]["data"])) == ("text/html", 100)


def test_a_cut_answer_claims_to_be_whole(server: Server[Paged]) -> None:
    server.faults.add(Fault("cut", times=1))
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/items")
    body = connection.getresponse().read()
    with pytest.raises(ValueError, match=r"Unterminated|delimiter|Expecting"):
        json.loads(body)
    connection.request("GET", "/items")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_cut_answer_lacks_what_it_promised(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("cut_short", times=1))
    with pytest.raises(IncompleteRead) as cut:
        ask(server, "/items")
    assert len(cut.value.partial) > 1000


@pytest.mark.parametrize("kind", ["reset", "reset_midway"])
def test_a_connection_is_reset(server: Server[Paged], ask: Ask, kind: str) -> None:
    server.faults.add(Fault(kind, times=1))
    with pytest.raises((ConnectionResetError, HTTPException)) as broken:
        ask(server, "/items")
    assert isinstance(broken.value, ConnectionResetError) or isinstance(broken.value.__cause__, ConnectionResetError)
    assert ask(server, "/items")[0] == 200


def test_a_slow_answer_takes_its_time_and_holds_up_no_other(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("slow", times=1, seconds=1.0))
    slow = HTTPConnection("127.0.0.1", server.port, timeout=10)
    start = time.monotonic()
    slow.request("GET", "/items")
    while not len(server.requests):
        assert time.monotonic() - start < 5
    ask(server, "/items")
    quick = time.monotonic() - start
    assert slow.getresponse().status == 200
    assert quick < 1.0 <= time.monotonic() - start
    slow.close()


def test_the_same_page_comes_for_ever(server: Server[Paged], ask: Ask) -> None:
    first = ask(server, "/cursor/items")[2]
    server.faults.add(Fault("same_page", first=2))
    assert ask(server, "/cursor/items")[2] == first
    for _ in range(3):
        assert ask(server, f"/cursor/items?cursor={first['next_cursor']}")[2] == first


def test_a_page_comes_twice(server: Server[Paged], ask: Ask) -> None:
    server.faults.add(Fault("twice", first=2, times=1))
    found, place = [], ""
    while True:
        body = ask(server, f"/cursor/items?limit=50{place}")[2]
        found += [each["id"] for each in body["data"]]
        if not body["next_cursor"]:
            break
        place = f"&cursor={body['next_cursor']}"
    every = [each["id"] for each in server.api.objects()]
    assert found == every[:50] + every


def test_answers_come_after_the_latency(ask: Ask) -> None:
    with standins.paged(PagedSettings(records=1), Serving(latency=0.1)) as server:
        start = time.monotonic()
        ask(server, "/items")
        assert time.monotonic() - start >= 0.1


def test_answers_are_compressed_for_who_takes_them_so(ask: Ask) -> None:
    with standins.paged(PagedSettings(records=100), Serving(gzip=True)) as server:
        plain = ask(server, "/items")
        told = ask(server, "/items", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain[1]
    assert told[1]["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(told[2])) == plain[2]


def test_calls_are_made_after_every_request(server: Server[Paged], ask: Ask) -> None:
    totals: list[int] = []
    server.hooks.after_each(lambda: totals.append(server.requests.total))
    statuses(ask, server, 3)
    assert totals == [1, 2, 3]


def test_a_failing_call_fails_whoever_hooked_it_in(ask: Ask) -> None:
    def fail() -> None:
        raise LookupError("no such item")

    with pytest.raises(RuntimeError, match="no such item"), standins.paged() as server:  # noqa: PT012  # the end raises
        server.hooks.after(1, fail)
        with pytest.raises((OSError, HTTPException)):
            ask(server, "/items")


def test_who_tries_again_reads_every_record_once(server: Server[Paged], ask: Ask) -> None:
    line = "429:every=5;500:every=7,burst=2;html:every=9;empty:every=11;cut:every=6;cut_short:every=8"
    for fault in faults_of(f"{line};reset:every=17;reset_midway:every=13"):
        server.faults.add(fault)
    found: list[str] = []
    place: str | None = ""
    while place is not None:
        try:
            status, _, body = ask(server, f"/items?limit=5&cursor={place}")
        except (OSError, HTTPException, ValueError):
            continue
        if status == 200 and isinstance(body, dict):
            found += [each["id"] for each in body["data"]]
            place = body["next_cursor"]
    assert found == [each["id"] for each in server.api.objects()]
    assert len(server.faults.struck) == 8


def test_a_client_may_send_many_requests_at_once_and_in_pieces(server: Server[Paged]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        one = b"GET /items?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n"
        line.sendall(one + one[:10])
        line.sendall(one[10:] + one.replace(b"Host: x", b"Connection: close"))
        told = b"".join(iter(lambda: line.recv(65536), b""))
    assert told.count(b"HTTP/1.1 200 OK") == 3


def test_what_is_no_request_is_refused(server: Server[Paged]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"hello\r\n\r\n")
        told = b"".join(iter(lambda: line.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 400 ")


def test_reads_faults_from_a_line_and_from_a_file(tmp_path: Path) -> None:
    line = "429:every=7,retry_after=1,as_date=true; slow:first=2,seconds=0.5"
    wanted = [Fault("429", every=7, retry_after=1, as_date=True), Fault("slow", first=2, seconds=0.5)]
    file = tmp_path / "faults.json"
    file.write_text('[{"kind": "429", "every": 7, "retry_after": 1, "as_date": true}]', encoding="utf-8")
    assert faults_of(line) == wanted
    assert faults_of(str(file)) == wanted[:1]
    assert faults_of("") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("sulk", "fault 'sulk' is unknown"), ("429:colour=red", "'colour' is unknown"), ("html:every=0", "from 1 on")],
)
def test_says_what_is_wrong_in_a_line_of_faults(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        faults_of(text)
