"""The faults of the proof, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from e2e.support.acts import applied_then, cut, nothing, page, refusing, silence, twice
from e2e.support.exchange import Act
from proof.network.acts import (
    Dial,
    delivered_first,
    false_success,
    from_then_on,
    held_always,
    held_once,
    held_until_looked_for,
    once,
)


@dataclass(frozen=True)
class Fault:
    """A fault.

    Args:
        name: Its name in the table of results.
        dial: Sets the proxy's rules for the requests it is meant for.
        hurried: Whether the client's time limits must be short, since it is made to wait.
        dial_next: Sets the rules for the next run, where the fault lasts until then.
    """

    name: str
    dial: Dial
    hurried: bool = False
    dial_next: Dial | None = None


SOON = ("Retry-After", "1")
IN_AN_HOUR = ("Retry-After", "3600")

_STATUSES: Mapping[str, Act] = {
    "500": refusing(500),
    "502": refusing(502),
    "503": refusing(503, SOON),
    "504": refusing(504),
    "429": refusing(429, SOON),
}

UNDONE = [
    Fault("reset before", once(nothing)),
    Fault("time-out before", once(silence), hurried=True),
    *(Fault(f"{name} before", once(act)) for name, act in _STATUSES.items()),
    *(Fault(f"{status} before", once(refusing(status))) for status in (400, 401, 403)),
    Fault("429 for an hour", once(refusing(429, IN_AN_HOUR))),
    Fault("page", once(page)),
]
"""The server never hears of the request."""

DONE = [
    Fault("reset after", once(applied_then(nothing))),
    Fault("time-out after", once(applied_then(silence)), hurried=True),
    *(Fault(f"{name} after", once(applied_then(act))) for name, act in _STATUSES.items()),
    Fault("page after", once(applied_then(page))),
    Fault("cut body", once(cut)),
]
"""The server does it, and its answer does not come through."""

LIES = [
    Fault("false success", once(false_success)),
    Fault("false 409", once(refusing(409))),
    Fault("false 409 after", once(applied_then(refusing(409)))),
    Fault("twice, first answer", once(twice(first=True))),
    Fault("twice, second answer", once(twice(first=False))),
]

LATE = [
    Fault("late, when looked for", held_until_looked_for, hurried=True),
    Fault("late, after sent again", held_once, hurried=True),
    Fault("late, when ended", held_always, hurried=True),
    Fault("late, in the next run", held_always, hurried=True, dial_next=delivered_first),
]
"""The server does it when the client has given up."""

LASTING = [
    Fault("down", from_then_on(nothing, nothing)),
    Fault("down after", from_then_on(applied_then(nothing), nothing)),
    *(Fault(f"{status} from then on", from_then_on(refusing(status), refusing(status))) for status in (401, 419)),
    *(
        Fault(f"{status} after, from then on", from_then_on(applied_then(refusing(status)), refusing(status)))
        for status in (401, 419)
    ),
    Fault("page from then on", from_then_on(page, page)),
    Fault("page after, from then on", from_then_on(applied_then(page), page)),
]
"""Whatever comes after it meets the same, until the run has ended."""
