"""Contacts as HubSpot's API gives them: its lists, its search with its limit, its properties."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest_core.testing import Answered, Asked

TOKEN = "pat-eu1-of-a-test"  # noqa: S105  # opens nothing
KINDS = {
    "email": "string",
    "score": "number",
    "is_vip": "bool",
    "born": "date",
    "lastmodifieddate": "datetime",
    "color": "enumeration",
}


def written(moment: int) -> str:
    """Write milliseconds since 1970 as HubSpot does."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Contacts:
    """An account's contacts.

    Args:
        rows: By id: their properties, and when they were last changed and archived, in milliseconds.
        most_found: Results that a search gives, page by page; HubSpot's gives 10,000
            (https://developers.hubspot.com/docs/api-reference/search/guide).
        answered: Called after each answer to a search.
    """

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    most_found: int = 10_000
    answered: Callable[[], None] = lambda: None

    def put(self, name: str, at: int | None = None, **properties: str) -> None:
        """Make or change one."""
        before = self.rows.get(name, {"properties": {}})["properties"]
        moment = time.time_ns() // 1_000_000 if at is None else at
        self.rows[name] = {"at": moment, "gone": None, "properties": {**before, **properties}}

    def archive(self, name: str) -> None:
        """Archive one."""
        self.rows[name]["gone"] = time.time_ns() // 1_000_000

    def answer(self, asked: Asked) -> Answered:
        """Answer a request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answered({"status": "error", "message": "not let in", "category": "INVALID_AUTHENTICATION"}, 401)
        if asked.path == "/crm/v3/properties/contacts":
            return Answered({"results": [{"name": name, "type": kind} for name, kind in KINDS.items()]})
        if asked.path == "/crm/v3/objects/contacts":
            return self._listed(asked)
        if asked.path == "/crm/v3/objects/contacts/search" and asked.method == "POST":
            found = self._found(asked.body)
            self.answered()
            return found
        if asked.path == "/crm/v3/owners":
            is_gone = asked.param("archived") == "true"
            return Answered({"results": [{"id": f"{int(is_gone)}", "email": None, "archived": is_gone}]})
        return Answered({"status": "error", "message": f"no {asked.path}"}, 404)

    def _listed(self, asked: Asked) -> Answered:
        is_gone = asked.param("archived") == "true"
        after, limit = int(asked.param("after", "0")), int(asked.param("limit", "10"))
        names = [name for name, row in self.rows.items() if (row["gone"] is not None) == is_gone and int(name) > after]
        page = sorted(names, key=int)[:limit]
        wanted = asked.param("properties").split(",")
        more = {"paging": {"next": {"after": page[-1]}}} if len(page) < len(names) else {}
        return Answered({"results": [self._shown(name, wanted) for name in page], **more})

    def _found(self, body: dict[str, Any]) -> Answered:
        after, limit = int(body.get("after", 0)), body.get("limit", 10)
        filters = [each for group in body["filterGroups"] for each in group["filters"]]
        assert body["sorts"] == [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
        assert all(isinstance(each["value"], str) for each in filters)
        if after + limit > self.most_found:
            return Answered(
                {"status": "error", "message": "paging past what is found", "category": "VALIDATION_ERROR"}, 400
            )
        there = [name for name, row in self.rows.items() if row["gone"] is None and _fits(row["at"], filters)]
        there.sort(key=lambda name: (self.rows[name]["at"], int(name)))
        page = there[after : after + limit]
        more = {"paging": {"next": {"after": str(after + limit)}}} if after + limit < len(there) else {}
        return Answered(
            {"total": len(there), "results": [self._shown(name, body["properties"]) for name in page], **more}
        )

    def _shown(self, name: str, wanted: list[str]) -> dict[str, Any]:
        row = self.rows[name]
        moment = written(row["at"])
        properties = {**row["properties"], "lastmodifieddate": moment}
        gone = {} if row["gone"] is None else {"archivedAt": written(row["gone"])}
        return {
            "id": name,
            "properties": {each: properties.get(each) for each in wanted},
            "createdAt": written(0),
            "updatedAt": moment,
            "archived": row["gone"] is not None,
            **gone,
        }


def _fits(moment: int, filters: list[dict[str, str]]) -> bool:
    ends = {each["operator"]: int(each["value"]) for each in filters}
    return ends.get("GTE", moment) <= moment < ends.get("LT", moment + 1)
