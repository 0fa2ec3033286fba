"""What a network, or a server behind it, does to a request, and how it is dialled at a proxy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from proof.network.exchange import Act, Answer, Exchange, Matches, Rule
from proof.network.places import PLACES
from proof.network.proxy import Proxy

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html"),)
PAGE = b"<html><body><h1>Please log in</h1></body></html>"
MERGED: Mapping[str, object] = {
    "wasApplied": True,
    "wasSuccessful": True,
    "targetBranch": "main",
    "effectiveTargetHash": "11",
    "resultantTargetHash": "12",
    "commonAncestor": "10",
    "expectedHash": "11",
    "sourceCommits": [],
    "targetCommits": [],
    "details": [],
}
Dial = Callable[[Proxy, Matches], None]


def once(act: Act, nth: int = 1) -> Dial:
    """Do it to one request."""
    return lambda proxy, matches: proxy.rules.append(Rule(matches, act, nth, nth))


def from_then_on(act: Act, then: Act) -> Dial:
    """Do something to a request, and something to whatever comes after it."""

    def dial(proxy: Proxy, matches: Matches) -> None:
        begun = Rule(matches, act)
        proxy.rules += [begun, Rule(lambda _: begun.met > 0, then, last=None)]

    return dial


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
    answer = Answer(status, (*(HTML if by_gateway else JSON), *headers), PAGE if by_gateway else _json(both))
    return lambda _: answer


def page(_: Exchange) -> Answer:
    """Answer with a page, as a portal does, and status 200."""
    return Answer(200, HTML, PAGE)


def cut(exchange: Exchange) -> Answer:
    """Break off in the middle of the answer."""
    return replace(exchange.forward(), cut=True)


def false_success(exchange: Exchange) -> Answer:
    """Say that it was done."""
    if exchange.path.endswith("/tables/orders"):
        return exchange.ask("GET")  # a table as it is looks like one after a commit
    if PLACES["merge"](exchange):
        return Answer(200, JSON, _json(MERGED))
    return Answer(200, JSON, exchange.body)


def twice(*, first: bool) -> Act:
    """Deliver it twice, and give the first or the second answer."""

    def do(exchange: Exchange) -> Answer:
        answers = exchange.forward(), exchange.forward()
        return answers[0 if first else 1]

    return do


def held_once(proxy: Proxy, matches: Matches) -> None:
    """Give no answer to the first, and keep it; what is sent again passes."""
    proxy.rules.append(Rule(matches, proxy.hold))


def held_always(proxy: Proxy, matches: Matches) -> None:
    """Give no answer, and keep it, however often it is sent."""
    proxy.rules.append(Rule(matches, proxy.hold, last=None))


def held_until_looked_for(proxy: Proxy, matches: Matches) -> None:
    """Give no answer, and apply it as soon as the client looks for the second time what became of it."""
    held_once(proxy, matches)
    proxy.rules.append(Rule(lambda each: bool(proxy.held) and PLACES["load table"](each), _delivering(proxy), 2, 2))


def delivered_first(proxy: Proxy, matches: Matches) -> None:
    """Apply what was held right before the next of its kind."""
    proxy.rules.append(Rule(matches, _delivering(proxy)))


def _delivering(proxy: Proxy) -> Act:
    def do(exchange: Exchange) -> Answer:
        proxy.deliver_held()
        return exchange.forward()

    return do


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value).encode()
