"""What the tests of the stand-ins share."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest

from standins.serving.server import Server

Reply = tuple[int, dict[str, str], Any]
Ask = Callable[..., Reply]


@pytest.fixture
def ask() -> Ask:
    """Ask a server once, on a connection of its own: status, header fields by small letters, JSON."""

    def once(server: Server[Any], target: str, method: str = "GET", **more: Any) -> Reply:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        try:
            connection.request(method, target, **more)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, json.loads(body) if body[:1] in {b"{", b"["} else body

    return once
