"""A plain API that pages in every way there is.

``GET /<way>/items``, ``/<way>/projects`` and ``/<way>/projects/<id>/issues`` take ``limit``, and ``since`` (from that
moment on) and ``until`` (before that moment) on ``updated_at``, as ISO 8601 or as seconds since 1970. The ways are
``cursor``, ``last_id``, ``page``, ``offset``, ``link`` and ``next_url`` (module ``paging`` shows what each answers);
``/items`` alone pages by cursor. ``GET /items/<id>`` gives one item. ``POST /oauth/token`` gives tokens.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from standins.oauth import Tokens, basic, bearer
from standins.paged_api import records
from standins.paged_api.paging import WAYS, Asked, WrongError
from standins.paged_api.settings import PagedSettings
from standins.paged_api.shelf import Shelf
from standins.seeding import digest_of, moments
from standins.serving.messages import Answer, Request, compact, json_answer
from standins.serving.pace import Pace
from standins.templates import Facts, Template

DAY = 86_400_000
"""Milliseconds."""
MOST_ISSUES = 40
Make = Callable[[int, int, int], Facts]


class Paged:
    """The plain API.

    Args:
        settings: What it is made from.
    """

    def __init__(self, settings: PagedSettings) -> None:
        self.settings = settings
        self.tokens = Tokens(settings.client)
        self.items = self._shelf("items", settings.records, records.ITEM, records.item)
        self.projects = self._shelf("projects", settings.projects, records.PROJECT, records.project)
        self.issues = {str(number): self._issues(number) for number in range(1, settings.projects + 1)}
        self._pace = Pace(settings.rate)

    def put(self, **given: Any) -> dict[str, Any]:
        """Set an item by its ``id``: one that is there is changed, and is updated now; else it is added."""
        body = self.items.find(given["id"])
        moment = round(self.settings.clock() * 1000)
        drawn = json.loads(body) if body else {"kind": "item"}
        value: dict[str, Any] = {**drawn, **given, "updated": moment // 1000, "updated_at": records.iso(moment)}
        self.items.put(value["id"], moment, compact(value))
        return value

    def remove(self, name: str) -> bool:
        """Delete an item; tells whether it was there."""
        return self.items.remove(name)

    def objects(self) -> list[dict[str, Any]]:
        """Give all items as they are now, in the order that lists have."""
        return [json.loads(body) for body in self.items.bodies()]

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        if request.path == "/oauth/token":
            return self.tokens.answer(request)
        if not self._pace.take(request.at):
            return self.refusal(429, math.ceil(self._pace.wait(request.at)))
        if not self._admitted(request):
            return self.refusal(401)
        answer = self._answer(request)
        return Answer(answer.status, answer.body, (*answer.headers, *self._rate_fields(request.at)))

    def refusal(self, status: int, wait: int | None = None) -> Answer:
        """Give the error of a status; a limit tells the seconds to wait."""
        fields = () if wait is None else (("Retry-After", str(wait)),)
        return json_answer({"error": {"status": status, "message": "the request was refused"}}, status, fields)

    def _answer(self, request: Request) -> Answer:
        parts = request.path.strip("/").split("/")
        way = parts.pop(0) if parts[0] in WAYS else "cursor"
        if request.method != "GET":
            return _wrong(405, f"{request.method} is not for this path")
        if parts[0] == "items" and len(parts) == 2:  # noqa: PLR2004  # items, and an id
            body = self.items.find(parts[1])
            return Answer(200, body) if body else _wrong(404, f"no item {parts[1]!r}")
        shelf = self._listed(parts)
        if shelf is None:
            return _wrong(404, f"nothing at {request.path}")
        try:
            return WAYS[way](self._asked(request, shelf))
        except (WrongError, ValueError) as wrong:
            return _wrong(400, str(wrong))

    def _listed(self, parts: list[str]) -> Shelf | None:
        match parts:
            case ["items"]:
                return self.items
            case ["projects"]:
                return self.projects
            case ["projects", name, "issues"]:
                return self.issues.get(name)
        return None

    def _asked(self, request: Request, shelf: Shelf) -> Asked:
        since, until = (records.moment_of(text) if (text := request.first(n)) else None for n in ("since", "until"))
        asked = Asked(request, shelf, shelf.view(since, until), self.settings.page_size)
        many = asked.number("limit", self.settings.page_size)
        if not 1 <= many <= self.settings.page_size:
            raise WrongError(f"limit must be from 1 to {self.settings.page_size}, not {many}")
        return Asked(request, shelf, asked.view, many)

    def _admitted(self, request: Request) -> bool:
        token = self.settings.token
        given = {bearer(request), basic(request)[1], request.headers.get("x-api-key"), request.first("api_key")}
        return not token or token in given or self.tokens.good(bearer(request), request.at)

    def _rate_fields(self, now: float) -> tuple[tuple[str, str], ...]:
        if not self._pace.most:
            return ()
        reset = math.ceil(self._pace.wait(now))
        told = {"Limit": self._pace.most, "Remaining": self._pace.left, "Reset": reset}
        return tuple((f"X-RateLimit-{name}", str(value)) for name, value in told.items())

    def _issues(self, project: int) -> Shelf:
        bits = digest_of(self.settings.seed, "issues of", project)
        many = 0 if bits[0] % 4 == 0 else bits[1] % MOST_ISSUES
        return self._shelf(f"issues/{project}", many, records.ISSUE, records.issue)

    def _shelf(self, name: str, many: int, shape: dict[str, Any], make: Make) -> Shelf:
        settings = self.settings
        times = moments(f"{settings.seed}/{name}", many, settings.until * 1000, settings.days * DAY)
        if settings.order == "none":
            times = [times[at] for at in sorted(range(many), key=lambda at: digest_of(settings.seed, name, at))]
        template = Template(shape, make(settings.seed, 0, 0))
        every = (make(settings.seed, number, moment) for number, moment in enumerate(times))
        rows = [(facts, template.render(facts)) for facts in every]
        return Shelf(
            settings.order, ((str(facts["id"]), time, body) for (facts, body), time in zip(rows, times, strict=True))
        )


def _wrong(status: int, message: str) -> Answer:
    return json_answer({"error": {"status": status, "message": message}}, status)
