"""Asks a service of an orchestrator something by HTTP: cheaply, since it is asked again and again."""

from __future__ import annotations

import http.client
import json
from typing import Any


def ask_json(method: str, address: tuple[str, int], path: str, body: Any = None, within: float = 3) -> Any:  # noqa: ANN401  # JSON is of any type
    """Ask, and read the answer.

    Args:
        method: Of the request: ``GET``.
        address: Host and port.
        path: The request's.
        body: What is sent as JSON; nothing where it is ``None``.
        within: Seconds that each step of it may take.

    Raises:
        OSError: Nobody answers.
        http.client.HTTPException: Whoever answers speaks no HTTP.
        ValueError: The answer is no JSON.
    """
    # Not urllib: a proxy of the environment is no way to a process of this machine.
    connection = http.client.HTTPConnection(*address, timeout=within)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
