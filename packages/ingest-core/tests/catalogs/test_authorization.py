"""Requests to a REST catalog are signed or carry a token, and have a time limit whichever way they go."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ingest_core import TransientError
from ingest_core.catalogs import http
from ingest_core.catalogs.rest import open_catalog
from ingest_core.plugin import RunContext, TableName

KEYS = {
    "rest.sigv4-enabled": "true",
    "rest.signing-region": "eu-west-1",
    "rest.signing-name": "glue",
    "client.access-key-id": "AKIDEXAMPLE",
    "client.secret-access-key": "wJalrXUtnFEMI",
    "client.region": "eu-west-1",
}


class Server(ThreadingHTTPServer):
    """A catalog without tables that notes each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.silent: set[str] = set()
        self.tokens = 0
        self.closed = threading.Event()

    @property
    def uri(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Server

    def do_GET(self) -> None:
        """Note and answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        if path in self.server.silent:
            self.server.closed.wait()
        self._answer(*self._found(path, body))

    def do_POST(self) -> None:
        """Note and answer."""
        self.do_GET()

    def _found(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if path == "/v1/config":
            return 200, {"defaults": {}, "overrides": {}}
        if path == "/v1/oauth/tokens":
            assert parse_qs(body.decode())["client_secret"] == ["s3cret"]
            self.server.tokens += 1
            return 200, {"access_token": f"token-{self.server.tokens}", "token_type": "bearer", "expires_in": 3600}
        return 404, {"error": {"message": "no such table", "type": "NoSuchTableException", "code": 404}}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.closed.set()
    made.shutdown()
    made.server_close()


def context(home: Path) -> RunContext:
    return RunContext(home, "acme", "shop", "run-1")


def is_signed(server: Server, request: tuple[str, str, dict[str, str], bytes]) -> bool:
    """Sign a request as it came with the same keys, and compare."""
    method, path, headers, body = request
    said = headers["Authorization"]
    names = said.split("SignedHeaders=")[1].split(",")[0].split(";")
    url, _, query = f"{server.uri}{path}".partition("?")
    signed = {name: value for name, value in headers.items() if name.lower() in names and name.lower() != "host"}
    params = {name: values[0] for name, values in parse_qs(query).items()}
    again = AWSRequest(method=method, url=url, params=params, data=body, headers=signed)
    again.context["timestamp"] = headers["X-Amz-Date"]
    auth = SigV4Auth(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI"), "glue", "eu-west-1")
    return auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again) in said


def test_a_signed_request_is_signed_over_what_is_sent(server: Server, tmp_path: Path) -> None:
    catalog = open_catalog({"uri": server.uri, **KEYS}, None, context(tmp_path))
    assert catalog.load(TableName("acme", "orders")) is None
    commit = {"requirements": [], "updates": [{"action": "add-schema", "schema": {"fields": [{"id": 3}]}}]}
    session = catalog.inner._session  # type: ignore[attr-defined]  # noqa: SLF001  # to send what only a table would
    session.post(f"{server.uri}/v1/namespaces/acme/tables/orders", data=json.dumps(commit).encode())
    assert b'"last-column-id": 3' in server.seen[-1][3]
    assert len(server.seen) == 3
    assert all(is_signed(server, request) for request in server.seen)


@pytest.mark.parametrize(
    ("properties", "silent"),
    [
        ({}, "/v1/config"),
        (KEYS, "/v1/config"),
        ({"credential": "me:s3cret"}, "/v1/oauth/tokens"),
        ({"token": "t"}, "/v1/namespaces/acme/tables/orders"),
    ],
)
def test_a_server_that_never_answers_is_told_in_time(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, properties: dict[str, str], silent: str
) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.05)
    server.silent.add(silent)
    with pytest.raises(TransientError, match="does not answer"):
        open_catalog({"uri": server.uri, **properties}, None, context(tmp_path)).load(TableName("acme", "orders"))
    assert urlsplit(server.seen[-1][1]).path == silent


def test_branches_are_asked_for_with_the_token_that_a_credential_gave(server: Server, tmp_path: Path) -> None:
    pytest.importorskip(
        "pynessie", reason="an extra", exc_type=ModuleNotFoundError
    )  # the session of the oldest dependencies has it
    from ingest_core.catalogs.nessie_client import nessie_client  # noqa: PLC0415  # its extra may be missing
    from pynessie.error import NessieNotFoundException  # noqa: PLC0415  # as above

    catalog = open_catalog({"uri": server.uri, "credential": "me:s3cret"}, None, context(tmp_path))
    client = nessie_client(server.uri, "main", catalog.inner.authorization)  # type: ignore[attr-defined]  # a REST catalog's
    with pytest.raises(NessieNotFoundException):
        client.get_reference("main")
    assert server.seen[-1][2]["Authorization"] == f"Bearer token-{server.tokens}"


def test_a_server_without_rights_is_asked_for_branches_without_a_token(server: Server) -> None:
    pytest.importorskip("pynessie", reason="an extra", exc_type=ModuleNotFoundError)  # as above
    from ingest_core.catalogs.nessie_client import nessie_client  # noqa: PLC0415  # its extra may be missing
    from pynessie.error import NessieNotFoundException  # noqa: PLC0415  # as above

    with pytest.raises(NessieNotFoundException):
        nessie_client(server.uri, "main", None).get_reference("main")
    assert "Authorization" not in server.seen[-1][2]
