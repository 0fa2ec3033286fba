"""Lists: which objects, from where, and how many (docs.stripe.com/api/pagination)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from standins.stripe_api.collection import Collection, Row
from standins.stripe_api.errors import StripeError, missing
from standins.stripe_api.kinds import Kind
from standins.stripe_api.parameters import Parameters, only, whole

ALWAYS = frozenset({"created", "ending_before", "limit", "starting_after"})
WITHOUT_LIMIT = 10
MOST = 100
ENDED = frozenset({"canceled", "incomplete_expired"})

Test = Callable[[Row], bool]


def page(kind: Kind, rows: Collection, given: Parameters, kept_from: float = -math.inf) -> bytes:
    """Write one page of a list.

    Args:
        kind: What is listed.
        rows: All there is.
        given: The parameters of the request.
        kept_from: What was created before is not shown, in seconds since 1970.

    Raises:
        StripeError: A parameter is unknown or wrong.
    """
    only(given, ALWAYS | kind.filters)
    many = _limit(given)
    low, high = _bounds(rows, given, kept_from)
    low, high, upwards = _from_there(kind, rows, given, (low, high))
    test = _test(kind, rows, given)
    places = range(low, high) if upwards else range(high - 1, low - 1, -1)
    found = list(islice(_matching(rows, places, test), many + 1))
    shown = found[:many][::-1] if upwards else found[:many]
    return _written(kind, [rows.body(row) for row in shown], more=len(found) > many)


def _written(kind: Kind, bodies: list[bytes], *, more: bool) -> bytes:
    rest = b'],"has_more":%s,"url":"/v1/%s"}' % (b"true" if more else b"false", kind.name.encode())
    return b'{"object":"list","data":[' + b",".join(bodies) + rest


def _matching(rows: Collection, places: Iterable[int], test: Test | None) -> Iterable[Row]:
    every = (rows.rows[place] for place in places)
    return every if test is None else filter(test, every)


def _limit(given: Parameters) -> int:
    many = whole(given.get("limit", str(WITHOUT_LIMIT)), "limit")
    if many < 1:
        said = f"This value must be greater than or equal to 1 (it currently is '{many}')."
        raise StripeError(400, said, "parameter_invalid_integer", "limit")
    if many > MOST:
        said = f"This value must be less than or equal to {MOST} (it currently is '{many}')."
        raise StripeError(400, said, "parameter_invalid_integer", "limit")
    return many


def _bounds(rows: Collection, given: Parameters, kept_from: float) -> tuple[int, int]:
    asked = given.get("created", {})
    if isinstance(asked, str):
        asked = {"gte": asked, "lte": asked}
    first, last = kept_from, math.inf
    for name, text in asked.items():
        value = whole(text, f"created[{name}]")
        if name in {"gt", "gte"}:
            first = max(first, value + (name == "gt"))
        elif name in {"lt", "lte"}:
            last = min(last, value - (name == "lt"))
        else:
            raise StripeError(400, f"Received unknown parameter: created[{name}]", "parameter_unknown", "created")
    return rows.between(first, last)


def _from_there(kind: Kind, rows: Collection, given: Parameters, bounds: tuple[int, int]) -> tuple[int, int, bool]:
    low, high = bounds
    after, before = given.get("starting_after"), given.get("ending_before")
    if after is not None and before is not None:
        raise StripeError(400, "You can only provide one of starting_after or ending_before", param="starting_after")
    if after is not None:
        return low, min(high, rows.position(_row(kind, rows, after, "starting_after"))), False
    if before is not None:
        return max(low, rows.position(_row(kind, rows, before, "ending_before")) + 1), high, True
    return low, high, False


def _row(kind: Kind, rows: Collection, name: str, param: str) -> Row:
    row = rows.find(name)
    if row is None or row.deleted:
        raise missing(kind.object, name, param, status=400)
    return row


def _test(kind: Kind, rows: Collection, given: Parameters) -> Test | None:
    wanted = {name: _values(given[name]) for name in kind.filters if name in given}
    if kind.name == "events":
        wanted.pop("delivery_success", None)  # nobody is told of events here, so none failed to be delivered
        wanted |= {"type": wanted.pop("types")} if "types" in wanted else {}
    gone: frozenset[str] = frozenset()
    if kind.name == "subscriptions":
        gone = _status(wanted)
    if not wanted and not gone:
        return None

    def test(row: Row) -> bool:
        facts = rows.facts(row)
        if facts.get("status") in gone:
            return False
        return all(_text(facts.get(name, kind.shape.get(name))) in values for name, values in wanted.items())

    return test


def _status(wanted: dict[str, frozenset[str]]) -> frozenset[str]:
    """Subscriptions that were cancelled are left out, unless they are asked for."""
    status = wanted.get("status")
    if status is None:
        return frozenset({"canceled"})
    if status == {"all"}:
        del wanted["status"]
    elif status == {"ended"}:
        wanted["status"] = ENDED
    return frozenset()


def _values(given: Any) -> frozenset[str]:
    return frozenset(given if isinstance(given, list) else [given])


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
