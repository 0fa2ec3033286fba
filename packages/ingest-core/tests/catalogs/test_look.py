"""A look at a namespace tells what is there, asks for nothing but that, and makes nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from ingest_core import JobError
from ingest_core.catalogs import embedded, rest
from ingest_core.plugin import NamespaceSeen, RunContext

if TYPE_CHECKING:
    from conftest import Home

MISSING = (404, {"error": {"message": "no such namespace", "type": "NoSuchNamespaceException", "code": 404}})
TABLES = {"identifiers": [{"namespace": ["acme"], "name": "orders"}]}


class Lake(BaseHTTPRequestHandler):
    """A REST catalog of which only these answers are known."""

    answers: ClassVar[Mapping[str, tuple[int, object]]] = {}
    asked: ClassVar[list[str]] = []

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(f"{self.command} {path}")
        status, body = self.answers.get(path, MISSING)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # the server's names

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def uri(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Lake, "asked", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def answer(monkeypatch: pytest.MonkeyPatch, **answers: tuple[int, object]) -> None:
    paths = {"config": "/v1/config", "namespace": "/v1/namespaces/acme", "tables": "/v1/namespaces/acme/tables"}
    known = {"config": (200, {"defaults": {}, "overrides": {}}), **answers}
    monkeypatch.setattr(Lake, "answers", {paths[name]: given for name, given in known.items()})


def look(uri: str, tmp_path: Path) -> NamespaceSeen:
    return rest.open_catalog.look({"uri": uri}, None, RunContext(tmp_path, "acme", "shop", "run-1"), "acme")


def test_a_server_is_asked_what_is_there_and_for_nothing_else(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, namespace=(200, {"namespace": ["acme"], "properties": {}}), tables=(200, TABLES))
    assert look(uri, tmp_path) == NamespaceSeen(exists=True, tables=["orders"], writable=None)
    assert {asked.partition(" ")[0] for asked in Lake.asked} == {"GET"}


def test_a_namespace_that_is_not_there_is_told_whatever_the_server_lists_of_it(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tables=(200, {"identifiers": []}))
    assert look(uri, tmp_path) == NamespaceSeen(exists=False)


def test_a_namespace_that_may_not_be_seen_is_a_persons_fault(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = (403, {"error": {"message": "not you", "type": "ForbiddenException", "code": 403}})
    answer(monkeypatch, namespace=refusal)
    with pytest.raises(JobError, match="refuses us"):
        look(uri, tmp_path)


def test_an_embedded_catalog_that_is_not_there_yet_is_not_made(home: Home) -> None:
    context = RunContext(home.root, "acme", "shop", "run-1")
    assert embedded.open_catalog.look({}, None, context, "acme") == NamespaceSeen(exists=False, writable=True)
    assert not (home.root / "state").exists()
    with pytest.raises(JobError, match="has no branches"):
        embedded.open_catalog.look({}, "feature", context, "acme")


def test_an_embedded_catalog_is_told_with_its_tables(home: Home) -> None:
    home.write("data/orders.csv", "id\n1\n")
    home.run()
    context = RunContext(home.root, "acme", "shop", "run-1")
    assert embedded.open_catalog.look({}, None, context, "acme") == NamespaceSeen(
        exists=True, tables=["csv_orders"], writable=True
    )
    assert embedded.open_catalog.look({}, None, context, "other") == NamespaceSeen(exists=False, writable=True)
