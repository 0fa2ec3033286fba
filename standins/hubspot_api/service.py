"""HubSpot's CRM API: what is asked at which path.

Contacts, companies, deals and tickets (lists, single ones, reads in batches, searches, changes), their properties, the
owners, and tokens. ``associations`` and ``propertiesWithHistory`` are refused.
"""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from standins.hubspot_api import owners
from standins.hubspot_api.errors import HubSpotError, failure, invalid, limited, missing, unauthorised
from standins.hubspot_api.portal import Portal
from standins.hubspot_api.properties import Kind, described, described_one
from standins.hubspot_api.settings import HubSpotSettings
from standins.hubspot_api.table import Row, Table
from standins.oauth import Tokens, bearer
from standins.serving.messages import Answer, Pairs, Request, compact, json_answer
from standins.serving.pace import Pace

MOST = 100
"""Objects of a page of a list, and of a batch."""
WITHOUT_LIMIT = 10
DAILY = 500_000
TOKENS = {"/oauth/v1/token", "/oauth/v3/token"}
REFUSED = ("associations", "propertiesWithHistory")


class HubSpot:
    """HubSpot's API on one account.

    Args:
        settings: What the account is made from.
    """

    def __init__(self, settings: HubSpotSettings) -> None:
        self.settings = settings
        self.portal = Portal(settings)
        self.tokens = Tokens(settings.client)
        self._pace = Pace(settings.rate)
        self._search_pace = Pace(settings.search_rate)
        self._owners = owners.owners(settings.owners)

    def prepare(self, *kinds: str) -> None:
        """Make the objects of these kinds before they are asked for."""
        for kind in kinds:
            self.portal.table(kind)

    def create(self, kind: str, **given: str | None) -> dict[str, Any]:
        """Make an object, ``create("contacts", email="ada@example.com")``."""
        return self.portal.create(kind, given)

    def update(self, kind: str, name: str, **given: str | None) -> dict[str, Any]:
        """Change an object by its id; it is modified now."""
        return self.portal.update(kind, name, given)

    def archive(self, kind: str, name: str) -> None:
        """Archive an object by its id."""
        self.portal.archive(kind, name)

    def objects(self, kind: str, *, archived: bool = False) -> list[dict[str, Any]]:
        """Give all objects of a kind as they are now, with all their properties, by ascending id."""
        return self.portal.objects(kind, archived=archived)

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        try:
            if request.path in TOKENS:
                return self.tokens.answer(request)
            self._admit(request)
            answer = self._answer(request)
        except HubSpotError as refused:
            answer = refused.answer()
        # Searches do not tell of the limits (developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines).
        fields = () if request.path.endswith("/search") else self._rate_fields()
        return Answer(answer.status, answer.body, (*answer.headers, *fields), "application/json;charset=utf-8")

    def refusal(self, status: int) -> Answer:
        """Give HubSpot's error of a status."""
        return failure(status).answer()

    def _admit(self, request: Request) -> None:
        token = bearer(request)
        if token != self.settings.token and not self.tokens.good(token, request.at):
            raise unauthorised(expired=self.tokens.knows(token))
        if not self._pace.take(request.at):
            raise limited("TEN_SECONDLY_ROLLING")
        if request.path.endswith("/search") and not self._search_pace.take(request.at):
            raise limited("SECONDLY")

    def _rate_fields(self) -> Pairs:
        if not self._pace.most:
            return ()
        told = {
            "Daily": DAILY,
            "Daily-Remaining": DAILY - 1,
            "Interval-Milliseconds": round(self._pace.seconds * 1000),
            "Max": self._pace.most,
            "Remaining": self._pace.left,
        }
        return tuple((f"X-HubSpot-RateLimit-{name}", str(value)) for name, value in told.items())

    def _answer(self, request: Request) -> Answer:
        parts = request.path.strip("/").split("/")
        match (request.method, *parts):
            case ("GET", "crm", "v3", "owners"):
                return json_answer(owners.page(self._owners, request))
            case (_, "crm", "v3", "properties", kind, *rest):
                return self._properties(self.portal.kind(kind), rest, request)
            case (_, "crm", "v3", "objects", kind, *rest):
                return self._objects(self.portal.table(kind), rest, request)
        raise missing()

    def _properties(self, kind: Kind, rest: list[str], request: Request) -> Answer:
        if rest and rest[0] not in kind.types:
            raise missing()
        match (request.method, *rest):
            case ("GET",):
                return json_answer({"results": described(kind)})
            case ("GET", name):
                return json_answer(described_one(kind, name))
            case ("POST",):
                return json_answer(self.portal.add_property(kind.name, **_body(request)), 201)
        raise missing()

    def _objects(self, table: Table, rest: list[str], request: Request) -> Answer:
        match (request.method, *rest):
            case ("GET",):
                return Answer(200, _list(table, request))
            case ("POST",):
                return json_answer(self.portal.create(table.kind.name, _body(request).get("properties") or {}), 201)
            case ("POST", "search"):
                return Answer(200, self.portal.searches(table.kind.name).page(_body(request)))
            case ("POST", "batch", "read"):
                return Answer(200, _batch(table, _body(request)))
            case (_, name):
                return self._object(table, name, request)
        raise missing()

    def _object(self, table: Table, name: str, request: Request) -> Answer:
        match request.method:
            case "GET":
                return Answer(200, table.json(_one(table, name, request), _asked(table, request)))
            case "PATCH":
                return json_answer(self.portal.update(table.kind.name, name, _body(request).get("properties") or {}))
            case "DELETE":
                self.portal.archive(table.kind.name, name)
                return Answer(204)
        raise missing()


def _list(table: Table, request: Request) -> bytes:
    limit, after = request.first("limit") or str(WITHOUT_LIMIT), request.first("after") or "0"
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST or not after.isdecimal():
        raise invalid(f"limit must be from 1 to {MOST} and after a number, they are {limit!r} and {after!r}")
    asked = _asked(table, request)
    rows = list(islice(table.after(int(after), archived=request.first("archived").lower() == "true"), int(limit) + 1))
    shown = rows[: int(limit)]
    results = b'{"results":[' + b",".join(table.json(row, asked) for row in shown) + b"]"
    return results + (_paging(request, shown[-1]) if len(rows) > len(shown) else b"") + b"}"


def _paging(request: Request, last: Row) -> bytes:
    others = [(name, value) for name, value in request.query if name != "after"]
    query = urlencode([*others, ("after", str(last.id))])
    link = f"http://{request.headers.get('host', 'localhost')}{request.path}?{query}"
    return b',"paging":' + compact({"next": {"after": str(last.id), "link": link}})


def _asked(table: Table, request: Request) -> tuple[str, ...]:
    if any(name in REFUSED for name, _ in request.query):
        raise invalid(f"{' and '.join(REFUSED)} are not served here")
    asked = [name for key, value in request.query if key == "properties" for name in value.split(",")]
    return tuple(asked) or table.kind.shown


def _one(table: Table, name: str, request: Request) -> Row:
    row = table.find(name)
    if row is None or (row.archived is not None) != (request.first("archived").lower() == "true"):
        raise missing()
    return row


def _batch(table: Table, body: dict[str, Any]) -> bytes:
    inputs = body.get("inputs") or []
    if len(inputs) > MOST:
        raise invalid(f"a batch holds at most {MOST} inputs, there are {len(inputs)}")
    rows = [table.find(str(each.get("id"))) for each in inputs]
    asked = tuple(body.get("properties") or table.kind.shown)
    found = b",".join(table.json(row, asked) for row in rows if row is not None and row.archived is None)
    return b'{"status":"COMPLETE","results":[' + found + b"]}"


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError as wrong:
        raise invalid("Invalid input JSON on line 1, column 1") from wrong
    if not isinstance(body, dict):
        raise invalid("Invalid input JSON on line 1, column 1: an object is expected")
    return body
