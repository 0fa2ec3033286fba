"""What a network, or a server behind it, does to a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from e2e.support.exchange import Act, Answer, Exchange

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html"),)
PAGE = b"<html><body><h1>Please log in</h1></body></html>"


def nothing(_: Exchange) -> None:
    """Reset the connection; the server never heard of it."""


def applied_then(act: Act) -> Act:
    """Let the server do what it is asked, and answer otherwise."""

    def do(exchange: Exchange) -> Answer | None:
        exchange.forward()
        return act(exchange)

    return do


def silence(exchange: Exchange) -> None:
    """Give no answer until the client leaves."""
    exchange.wait_until_left()


def refusing(status: int, *headers: tuple[str, str]) -> Act:
    """Answer with an error, in the words of both of Nessie's interfaces; a gateway's is a page."""
    message = {"message": f"dialled {status}", "type": "Dialled", "code": status}
    both = {"error": message, "status": status, "reason": "dialled", "message": f"dialled {status}"}
    by_gateway = status in (502, 503, 504)
    answer = Answer(status, (*(HTML if by_gateway else JSON), *headers), PAGE if by_gateway else as_json(both))
    return lambda _: answer


def page(_: Exchange) -> Answer:
    """Answer with a page, as a portal does, and status 200."""
    return Answer(200, HTML, PAGE)


def cut(exchange: Exchange) -> Answer:
    """Break off in the middle of the answer."""
    return replace(exchange.forward(), cut=True)


def twice(*, first: bool) -> Act:
    """Deliver it twice, and give the first or the second answer."""

    def do(exchange: Exchange) -> Answer:
        answers = exchange.forward(), exchange.forward()
        return answers[0 if first else 1]

    return do


def as_json(value: Mapping[str, object]) -> bytes:
    """Write an answer's body."""
    return json.dumps(value).encode()
