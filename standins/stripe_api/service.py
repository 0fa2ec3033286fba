"""Stripe's API: what is asked at which path.

Lists, single objects, and changes of customers, charges, invoices, subscriptions, products, prices and refunds; balance
transactions, events and the balance are read only. ``expand`` is refused, there is no search, and a change has no
effect on other objects: a refund leaves its charge as it is.
"""

from __future__ import annotations

import math
from typing import Any

from standins.serving.messages import JSON, Answer, Request, json_answer
from standins.serving.pace import Pace
from standins.stripe_api.access import admit
from standins.stripe_api.account import Account
from standins.stripe_api.balance import BALANCE
from standins.stripe_api.errors import StripeError, failure, lacking, missing, unrecognised
from standins.stripe_api.events import EVENTS, KEPT
from standins.stripe_api.idempotency import Idempotency
from standins.stripe_api.kinds import KINDS, Kind
from standins.stripe_api.listing import page
from standins.stripe_api.parameters import Parameters, nested, only, typed
from standins.stripe_api.settings import StripeSettings

READ = KINDS | {EVENTS.name: EVENTS}
DEPTH = 2
"""How long the longest path is below /v1."""


class Stripe:
    """Stripe's API on one account.

    Args:
        settings: What the account is made from.
    """

    def __init__(self, settings: StripeSettings) -> None:
        self.settings = settings
        self.account = Account(settings)
        self._pace = Pace(settings.rate)
        self._idempotency = Idempotency()

    def prepare(self, *kinds: str) -> None:
        """Write all JSON of these kinds before it is asked for: measurements want a server that only answers."""
        for kind in kinds:
            self.account.collection(kind).prepare()

    def create(self, kind: str, **given: Any) -> dict[str, Any]:
        """Make an object, ``create("customers", name="Ada")``; its event is made too."""
        return self.account.create(KINDS[kind], given)

    def update(self, kind: str, name: str, **given: Any) -> dict[str, Any]:
        """Change an object by its id; its event is made too."""
        return self.account.update(KINDS[kind], name, given)

    def delete(self, kind: str, name: str) -> dict[str, Any]:
        """Delete an object, or cancel a subscription; its event is made too."""
        return self.account.delete(KINDS[kind], name)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """Give all objects of a kind as they are now, the newest first; also of ``events``."""
        rows = self.account.collection(kind)
        return [rows.value(row) for row in reversed(rows.rows)]

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        try:
            if not self._pace.take(request.at):
                raise failure(429)
            admit(request, self.settings.key)
            answer = self._idempotency.once(request, self._answer)
        except StripeError as refused:
            answer = refused.answer()
        version = request.headers.get("stripe-version") or self.settings.version
        told = (("Request-Id", f"req_standin{request.number:07}"), ("Stripe-Version", version))
        return Answer(answer.status, answer.body, (*told, *answer.headers))

    def refusal(self, status: int) -> Answer:
        """Give Stripe's error of a status."""
        return failure(status).answer()

    def _answer(self, request: Request) -> Answer:
        version, _, rest = request.path.strip("/").partition("/")
        parts = rest.split("/")
        if version != "v1" or len(parts) > DEPTH:
            raise unrecognised(request.method, request.path)
        if parts == ["balance"] and request.method == "GET":
            return json_answer(BALANCE)
        kind = READ.get(parts[0])
        if kind is None:
            raise unrecognised(request.method, request.path)
        return self._one(kind, parts[1], request) if len(parts) == DEPTH else self._all(kind, request)

    def _all(self, kind: Kind, request: Request) -> Answer:
        if request.method == "GET":
            return Answer(200, page(kind, self.account.collection(kind.name), nested(request.query), self._from(kind)))
        if request.method == "POST" and kind.writable:
            given = _written(kind, nested(request.form))
            absent = sorted(kind.required - given.keys())
            if absent:
                raise lacking(absent[0])
            return json_answer(self.account.create(kind, given))
        raise unrecognised(request.method, request.path)

    def _one(self, kind: Kind, name: str, request: Request) -> Answer:
        if request.method == "GET":
            only(nested(request.query), ())
            return self._shown(kind, name)
        if request.method == "POST" and kind.writable:
            return json_answer(self.account.update(kind, name, _written(kind, nested(request.form))))
        if request.method == "DELETE" and kind.deletable:
            return json_answer(self.account.delete(kind, name))
        raise unrecognised(request.method, request.path)

    def _shown(self, kind: Kind, name: str) -> Answer:
        rows = self.account.collection(kind.name)
        row = rows.find(name)
        if row is not None and row.deleted and kind.name == "customers":
            return json_answer({"id": name, "object": kind.object, "deleted": True})
        if row is None or row.deleted or row.created < self._from(kind):
            raise missing(kind.object, name)
        return Answer(200, rows.body(row), (), JSON)

    def _from(self, kind: Kind) -> float:
        return self.account.now() - KEPT if kind is EVENTS else -math.inf


def _written(kind: Kind, given: Parameters) -> dict[str, Any]:
    only(given, kind.writable)
    return {name: typed(value, kind.writable[name], name) for name, value in given.items()}
