"""How what a network does to a request is dialled at a proxy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from e2e.support.acts import JSON, as_json
from e2e.support.exchange import Act, Answer, Exchange, Matches, Rule
from e2e.support.proxy import Proxy
from proof.network.places import PLACES

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


def false_success(exchange: Exchange) -> Answer:
    """Say that it was done."""
    if exchange.path.endswith("/tables/orders"):
        return exchange.ask("GET")  # a table as it is looks like one after a commit
    if PLACES["merge"](exchange):
        return Answer(200, JSON, as_json(MERGED))
    return Answer(200, JSON, exchange.body)


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
