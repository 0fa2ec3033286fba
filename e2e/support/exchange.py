"""A request that passes the proxy, what the server answers to it, and which requests a rule is for."""

from __future__ import annotations

import gzip
import http.client
import select
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

SECONDS = 60
Headers = Sequence[tuple[str, str]]
_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Answer:
    """What is said to a client.

    Args:
        status: The status.
        headers: The headers, without those of the connection.
        body: The body.
        cut: Whether the connection ends in the middle of the body.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    cut: bool = False

    @property
    def text(self) -> str:
        """The body as a client reads it."""
        packed = ("content-encoding", "gzip") in [(name.lower(), value) for name, value in self.headers]
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass
class Exchange:
    """A request, and what became of it.

    Args:
        method: The request's method.
        path: Its path, with the query.
        headers: Its headers, without those of the connection.
        body: Its body.
        upstream: Host and port of the server.
        client: The connection it came by.
        given: What the server answered, each time that it was asked.
    """

    method: str
    path: str
    headers: Headers
    body: bytes
    upstream: tuple[str, int]
    client: socket.socket
    given: list[Answer] = field(default_factory=list)

    def forward(self) -> Answer:
        """Ask the server."""
        self.given.append(self.ask(self.method, self.body))
        return self.given[-1]

    def ask(self, method: str, body: bytes = b"") -> Answer:
        """Ask the server something else by the same path."""
        connection = http.client.HTTPConnection(*self.upstream, timeout=SECONDS)
        try:
            connection.putrequest(method, self.path, skip_host=True, skip_accept_encoding=True)
            for header in [*self.headers, ("Content-Length", str(len(body)))]:
                connection.putheader(*header)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, passed_on(response.getheaders()), response.read())
        finally:
            connection.close()

    def wait_until_left(self) -> None:
        """Wait until the client has hung up.

        Raises:
            TimeoutError: It still waits.
        """
        ready, _, _ = select.select([self.client], [], [], SECONDS)
        if not ready:
            raise TimeoutError(f"the client still waits for {self.method} {self.path} after {SECONDS} s")


Matches = Callable[[Exchange], bool]
Act = Callable[[Exchange], "Answer | None"]
"""Answers a request; ``None`` resets the connection."""


@dataclass
class Rule:
    """What is done to some requests.

    Args:
        matches: Says which.
        act: Answers them.
        first: The how manieth of them is the first, from 1 on.
        last: The how manieth is the last; ``None`` when there is none.
        met: How many were answered by it.
    """

    matches: Matches
    act: Act
    first: int = 1
    last: int | None = 1
    met: int = 0
    _seen: int = 0

    def takes(self, exchange: Exchange) -> bool:
        """Count a request, and say whether it is one of those."""
        if not self.matches(exchange):
            return False
        self._seen += 1
        taken = self._seen >= self.first and (self.last is None or self._seen <= self.last)
        self.met += taken
        return taken


def passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out what is said of the connection alone."""
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
