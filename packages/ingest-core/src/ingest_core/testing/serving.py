"""A small API on this machine, real down to the socket, for tests of sources that ask one."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request that came.

    Args:
        method: How.
        path: What for.
        params: Of the address; each with all of its values.
        headers: Its headers, their names in small letters.
        body: What it held, read as JSON; ``None`` without a body.
    """

    method: str
    path: str
    params: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any = None

    def param(self, name: str, default: str = "") -> str:
        """Give the first value of a parameter."""
        return self.params.get(name, [default])[0]


@dataclass(frozen=True)
class Answered:
    """An answer.

    Args:
        body: A value to be written as JSON, or bytes as they are.
        status: Its status.
        headers: Its headers.
        cut: How many of the body's bytes are sent before the connection breaks; ``None`` sends all.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


Respond = Callable[[Asked], Answered]


class Served:
    """An API that answers as a function says, from when it is entered until it is left.

    Args:
        respond: Makes the answers; called by several threads, one at a time.
        remembered: How many requests are kept in `asked`, the last ones.
        now: Gives the time that its answers bear.
    """

    def __init__(
        self, respond: Respond, remembered: int = 100, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.asked: deque[Asked] = deque(maxlen=remembered)
        self.instead: deque[Answered | None] = deque()
        """What is answered instead of what the function says, one request after the other; ``None`` lets one pass."""
        self._respond = respond
        self.now = now
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answered:
        """Answer a request."""
        with self._lock:
            self.asked.append(asked)
            instead = self.instead.popleft() if self.instead else None
            return self._respond(asked) if instead is None else instead

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Answers are two small packets; without this the second waits for a receipt of the first.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # http.server's own name
                _send(self, served.answer(_asked(self)))

            do_POST = do_GET  # noqa: N815  # as above

            def date_time_string(self, timestamp: float | None = None) -> str:
                del timestamp
                return format_datetime(served.now(), usegmt=True)  # it is its own

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as above
                del format, args

        return Handler


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    parts = urlsplit(handler.path)
    raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    is_json = "json" in (handler.headers.get("Content-Type") or "")
    body = json.loads(raw) if raw and is_json else raw.decode() or None
    headers = {name.lower(): value for name, value in handler.headers.items()}
    params = parse_qs(parts.query, keep_blank_values=True)
    return Asked(handler.command, parts.path, params, headers, body)


def _send(handler: BaseHTTPRequestHandler, answered: Answered) -> None:
    body = answered.body if isinstance(answered.body, bytes) else json.dumps(answered.body).encode()
    handler.send_response(answered.status)
    for name, value in {"Content-Type": "application/json", **answered.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: answered.cut])
    if answered.cut is not None:
        handler.close_connection = True
