"""A proxy between a job and the catalog's server, that loses, repeats, delays and falsifies what passes."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, get_args
from urllib.parse import urlsplit

Wire = Literal[
    "reset before",
    "reset after",
    "500 before",
    "500 after",
    "502 after",
    "503 before",
    "504 after",
    "429 before",
    "401 before",
    "409 after",
    "200 and nothing",
    "HTML with 200 after",
    "cut answer after",
    "twice",
    "late",
]
WIRES: tuple[Wire, ...] = get_args(Wire)
Call = Literal["commit", "merge"]

_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
"""Headers of one connection (RFC 9110, section 7.6.1), and the length, which is set anew."""


@dataclass
class Fault:
    """What happens to one request.

    Args:
        wire: What.
        call: To which request: a table's commit, or a branch's merge.
        nth: To the how manieth of them.
    """

    wire: Wire
    call: Call
    nth: int = 1
    seen: int = 0
    passed: int = 0
    held: list[_Request] = field(default_factory=list)

    def meets(self, request: _Request) -> bool:
        """Tell whether it is this request's turn."""
        self.passed += 1
        if request.call != self.call:
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass(frozen=True)
class _Request:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def call(self) -> Call | None:
        """What it asks for, if it is one of the calls that faults are dialled for."""
        if self.method != "POST":
            return None
        if urlsplit(self.path).path.endswith("/merge"):
            return "merge"
        is_commit = "/tables/" in self.path and b"ingest.state." in self.body
        return "commit" if is_commit else None


@dataclass(frozen=True)
class _Answer:
    """An answer as the server gave it, or as it is made up."""

    status: int
    headers: dict[str, str]
    body: bytes


class Proxy:
    """A proxy on a free port of this machine.

    Args:
        server: The address behind it.
    """

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)
        self.fault: Fault | None = None
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.serve(self)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815  # the names that the library looks for

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Pass one request on, or do to it what is dialled."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        request = _Request(handler.command, handler.path, dict(handler.headers.items()), body)
        fault = self.fault
        if fault is None or not fault.meets(request):
            _give(handler, self._ask(request))
        else:
            self._spoil(handler, request, fault)

    def release(self) -> None:
        """Pass on what was held back."""
        for request in self.fault.held if self.fault else ():
            self._ask(request)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._listener.server_close()

    def _spoil(self, handler: BaseHTTPRequestHandler, request: _Request, fault: Fault) -> None:
        what, _, when = fault.wire.rpartition(" ")
        if fault.wire == "late":
            fault.held.append(request)
        real = self._ask(request) if when == "after" or fault.wire == "twice" else None
        if fault.wire == "twice":
            real = self._ask(request)
        if fault.wire == "late" or what == "reset":
            _reset(handler)
        elif what == "cut answer" and real:
            _give(handler, real, cut=True)
        else:
            _give(handler, _made_up(fault.wire) or real or self._ask(request))

    def _ask(self, request: _Request) -> _Answer:
        connection = http.client.HTTPConnection(self._server.hostname or "", self._server.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(request.method, request.path, request.body or None, request.headers)
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
            return _Answer(answer.status, headers, answer.read())


def _made_up(wire: Wire) -> _Answer | None:
    if wire == "twice":
        return None
    if wire == "200 and nothing":
        return _Answer(200, {"Content-Type": "application/json"}, b"{}")
    if wire == "HTML with 200 after":
        return _Answer(200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>")
    status = int(wire.split()[0])
    error = b'{"error": {"message": "made up", "type": "MadeUp", "code": %d}}' % status
    return _Answer(status, {"Content-Type": "application/json", "Retry-After": "1"}, error)


def _give(handler: BaseHTTPRequestHandler, answer: _Answer, *, cut: bool = False) -> None:
    with contextlib.suppress(ConnectionError):  # a client that was killed takes no answer
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
    if cut:
        _reset(handler)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


@contextlib.contextmanager
def proxy_to(server: str) -> Iterator[Proxy]:
    """Keep a proxy for a while.

    Args:
        server: The address behind it.
    """
    made = Proxy(server)
    try:
        yield made
    finally:
        made.close()
