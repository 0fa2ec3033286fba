"""What Nessie's references show, and showed since a moment, is gathered from all pages; each commit is read once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ingest_core import JobError, TransientError
from ingest_core.catalogs.maintenance.nessie_api import Content, NessieApi
from ingest_core.catalogs.maintenance.nessie_history import NessieHistory

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

    from conftest import Answer, Answering

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAGE = 2


@dataclass
class Server:
    """Answers as Nessie 0.99 does, two entries to a page.

    Args:
        references: The hash of each.
        commits: By hash: the parent's, the age in days, and the names of tables that it puts.
    """

    references: dict[str, str]
    commits: dict[str, tuple[str | None, float, list[str]]]
    asked: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)

    def answer(self, request: BaseHTTPRequestHandler) -> Answer:
        url = urlsplit(request.path)
        said = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = url.path.removeprefix("/api/v2/trees").strip("/").split("/")
        if parts == [""]:
            whole = [{"type": "BRANCH", "name": name, "hash": at} for name, at in self.references.items()]
            return self.page("references", whole, said)
        at = parts[0].removeprefix("@")
        self.asked[f"{parts[1]} {at}"] += "page-token" not in said
        self.pages[f"{parts[1]} {at}"] += 1
        if parts[1] == "history":
            assert said["fetch"] == "ALL"
            return self.page("logEntries", [self.entry(each) for each in self.line(at)], said)
        assert said["content"] == "true"
        tables = {name: table(name, each) for each in reversed(self.line(at)) for name in self.commits[each][2]}
        space = {"type": "NAMESPACE", "content": {"type": "NAMESPACE", "id": "n", "elements": ["acme"]}}
        return self.page("entries", [space, *({"content": each} for each in tables.values())], said)

    def page(self, name: str, whole: list[Any], said: dict[str, str]) -> Answer:
        start = int(said.get("page-token", 0))
        more = start + PAGE < len(whole)
        page = {name: whole[start : start + PAGE], "hasMore": more, "token": str(start + PAGE) if more else None}
        return 200, {}, json.dumps(page).encode()

    def line(self, at: str) -> list[str]:
        found, each = [], at if at in self.commits else None
        while each:
            found.append(each)
            each = self.commits[each][0]
        return found

    def entry(self, at: str) -> dict[str, Any]:
        _, age, names = self.commits[at]
        put = [{"type": "PUT", "content": table(name, at)} for name in names]
        gone = {"type": "DELETE", "key": {"elements": ["acme", "gone"]}}
        view = {"type": "PUT", "content": {"type": "OF_THE_FUTURE", "id": "v"}}
        time = (NOW - timedelta(days=age)).isoformat().replace("+00:00", ".123456789Z")
        return {"commitMeta": {"hash": at, "commitTime": time}, "operations": [*put, gone, view]}


def table(name: str, at: str) -> dict[str, str]:
    return {"type": "ICEBERG_TABLE", "id": name, "metadataLocation": f"s3://b/{name}/metadata/{at}.json"}


def contents(*told: str) -> set[Content]:
    """Name contents as ``table@commit``."""
    pairs = [each.split("@") for each in told]
    return {Content(name, f"s3://b/{name}/metadata/{at}.json") for name, at in pairs}


LINE = {f"c{number}": (f"c{number - 1}" if number else None, 10.0 - number, ["a"]) for number in range(10)}
"""Ten commits of one table, a day apart; the newest, c9, a day old."""


def history(answering: Answering, server: Server, days: float = 5) -> NessieHistory:
    return NessieHistory(NessieApi(f"{answering(server.answer)}/api/"), NOW - timedelta(days=days))


def test_all_since_the_moment_is_gathered_and_what_was_shown_at_it(answering: Answering) -> None:
    made = history(answering, Server({"main": "c9"}, LINE), days=4.5)
    made.look()
    assert made.shown == dict.fromkeys(contents("a@c9"), "main")
    assert made.past == contents("a@c9", "a@c8", "a@c7", "a@c6", "a@c5")


def test_clocks_may_differ_by_an_hour(answering: Answering) -> None:
    made = history(answering, Server({"main": "c9"}, LINE), days=5 - 0.5 / 24)
    made.look()
    assert contents("a@c4") <= made.past
    assert contents("a@c3") & made.past == set()


def test_a_table_that_did_not_change_since_is_what_it_was(answering: Answering) -> None:
    commits = {**LINE, "d0": ("c9", 0.5, ["b"])}
    commits["c2"] = ("c1", 8.0, ["a", "still"])
    made = history(answering, Server({"main": "d0"}, commits), days=4.5)
    made.look()
    assert contents("still@c2", "b@d0") <= made.past | set(made.shown)


def test_every_branch_and_tag_counts_on_whatever_page_it_is(answering: Answering) -> None:
    references = {f"tag{number}": f"c{number}" for number in range(10)}
    made = history(answering, Server(references, LINE))
    made.look()
    assert made.shown == {each: f"tag{number}" for number in range(10) for each in contents(f"a@c{number}")}


def test_each_log_is_read_once_however_many_references_lead_to_it(answering: Answering) -> None:
    commits = {**LINE, "d0": ("c9", 0.5, ["b"]), "e0": ("c8", 0.4, ["b"])}
    server = Server({"main": "d0", "same": "d0", "other": "e0", "tag": "c9"}, commits)
    made = history(answering, server)
    made.look()
    made.look()
    assert {asked: count for asked, count in server.asked.items() if count and asked.startswith("entries")} == {
        "entries d0": 1,
        "entries e0": 1,
        "entries c9": 1,
        "entries c4": 1,
    }
    assert {asked: count for asked, count in server.pages.items() if asked.startswith("history")} == {
        "history d0": 4,  # d0, and c9 back to c4
        "history e0": 1,  # c8 was read already
    }


def test_what_a_later_look_finds_is_added(answering: Answering) -> None:
    server = Server({"main": "c9"}, LINE)
    made = history(answering, server)
    made.look()
    assert contents("a@c1") & {*made.shown, *made.past} == set()
    server.references |= {"old": "c1"}
    made.look()
    assert {each: made.shown[each] for each in contents("a@c1")} == dict.fromkeys(contents("a@c1"), "old")
    server.references |= {"older": "c4"}
    made.look()
    assert {made.shown[each] for each in contents("a@c4")} == {"older"}


def test_a_reference_without_any_commit_shows_nothing(answering: Answering) -> None:
    made = history(answering, Server({"main": "2e1cfa82"}, LINE))
    made.look()
    assert (made.shown, made.past) == ({}, set())


@pytest.mark.parametrize(
    ("status", "kind"), [(401, JobError), (403, JobError), (404, TransientError), (500, TransientError)]
)
def test_what_the_server_refuses_is_told(answering: Answering, status: int, kind: type[Exception]) -> None:
    api = NessieApi(f"{answering(lambda _: (status, {}, b'{}'))}/api")
    with pytest.raises(kind, match="Nessie"):
        api.heads()


def test_an_answer_that_is_no_page_passes(answering: Answering) -> None:
    api = NessieApi(f"{answering(lambda _: (200, {}, b'<html>log in</html>'))}/api")
    with pytest.raises(TransientError, match="does not answer"):
        api.heads()


def test_no_server_passes() -> None:
    with pytest.raises(TransientError, match="does not answer"):
        NessieApi("http://127.0.0.1:9/api").heads()
