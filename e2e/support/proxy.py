"""A proxy for HTTP/1.1 in front of a server: it passes on what is said and notes it, unless a rule says otherwise.

The client's ``Host`` is passed on, so that a server that names its own address to its clients names the proxy's.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from e2e.support.containers import LOOPBACK
from e2e.support.exchange import Answer, Exchange, Rule, passed_on

POLL_SECONDS = 0.05
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no time; so closing sends a reset


class Proxy:
    """A proxy, with what passed it.

    Args:
        address: The server's address, as ``http://host:port``.
        host: The host's address to listen on.
    """

    def __init__(self, address: str, host: str = LOOPBACK) -> None:
        self.lead_to(address)
        self.rules: list[Rule] = []
        self.passed: list[Exchange] = []
        self.held: list[Exchange] = []
        self.broken: list[Exception] = []
        self._lock = Lock()
        self._server = _Server(self, host)
        self.address = f"http://{host}:{self._server.server_address[1]}"

    def lead_to(self, address: str) -> None:
        """Pass on to a server, or to where it is now."""
        parts = urlsplit(address)
        self.upstream = (str(parts.hostname), int(parts.port or 80))

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        """Serve for a while."""
        thread = Thread(target=self._server.serve_forever, args=(POLL_SECONDS,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def answer(self, exchange: Exchange) -> Answer | None:
        """Answer a request by the first rule that takes it, or as the server does."""
        with self._lock:
            self.passed.append(exchange)
            taking = next((rule for rule in self.rules if rule.takes(exchange)), None)
        try:
            return taking.act(exchange) if taking else exchange.forward()
        except Exception as error:
            self.broken.append(error)
            raise

    def hold(self, exchange: Exchange) -> None:
        """Keep a request whose client has left, to deliver it late."""
        exchange.wait_until_left()
        with self._lock:
            self.held.append(exchange)

    def deliver_held(self) -> None:
        """Let the server have what was held, in its order."""
        with self._lock:
            late, self.held = self.held, []
        for exchange in late:
            exchange.forward()


class _Server(ThreadingHTTPServer):
    """Listens on a free port of an address. Its threads end with their clients, who keep connections."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, proxy: Proxy, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.proxy = proxy


class _Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _pass(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = passed_on(self.headers.items())
        exchange = Exchange(self.command, self.path, headers, body, proxy.upstream, self.connection)
        answer = proxy.answer(exchange)
        with contextlib.suppress(ConnectionError):  # the client may have left
            self._write(answer) if answer else self._reset()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815  # the library's names

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for header in [*answer.headers, ("Content-Length", str(len(answer.body)))]:
            self.send_header(*header)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
        self.close_connection = answer.cut

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        for each in (self.rfile, self.connection):
            each.close()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002  # the library's name
        """Say nothing: what passed is noted by the proxy."""
