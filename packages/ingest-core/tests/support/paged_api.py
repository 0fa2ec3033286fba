"""APIs of each way of paging, with records whose time stands outside of the row."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import yaml
from ingest_core.plugin import Source, Window
from ingest_core.testing import WIDE, Answered, Asked, RestSystem

PAGE = 3
MANY = 1_000
"""Records in a page, and how many there are in all before pages become larger."""

DAWN = datetime(2020, 1, 1, tzinfo=UTC)

WINDOW = {"since": "${window:from}", "until": "${window:until}"}

PAGINGS: Mapping[str, Mapping[str, Any]] = {
    "cursor": {"type": "cursor", "token": "next", "param": "token"},
    "cursor-in-body": {"type": "cursor", "token": "paging.after", "body": "page.after"},
    "last_id": {"type": "last_id", "field": "id", "param": "after", "more": "more"},
    "page": {"type": "page", "param": "page", "total": "total"},
    "offset": {"type": "offset", "param": "offset"},
    "link_header": {"type": "link_header"},
    "next_url": {"type": "next_url", "url": "next_url"},
}


def definition(paging: str, order: str, *, windows: bool = True, **cursor: Any) -> str:  # noqa: ANN401  # a cursor's keys
    """Declare an API."""
    size = {} if paging == "cursor-in-body" else {"size": {"param": "limit", "value": PAGE}}
    said = {
        "version": 1,
        "options": {"base_url": {"required": True}, "key": {"secret": True, "default": "sesame-sesame"}},
        "base_url": "${option:base_url}",
        "auth": {"type": "bearer", "token": "${option:key}"},
        "rate_limit": {"concurrent": 4},
        "paging": {**PAGINGS[paging], **size},
        "streams": {
            "rows": {
                "path": "/rows",
                "method": "POST" if paging == "cursor-in-body" else "GET",
                "params": {
                    "order": order,
                    **({"since": "${window:from}", "until": "${window:until}"} if windows else {}),
                },
                "records": "records",
                "row": "row",
                "cursor": {"field": "at", "unit": "ms", "order": order, "start": "2020-01-01", **cursor},
                "key": [],
            }
        },
    }
    return yaml.safe_dump(said)


class PagedApi(RestSystem):
    """An API of records `{id, at, row}`; all records of one put have a few moments."""

    definition: ClassVar[str | Path] = definition("cursor", "descending")
    wrong: ClassVar[Mapping[str, Any]] = {"key": "wrong-wrong"}
    secrets: ClassVar[Sequence[str]] = ("sesame-sesame",)
    # JSON has no bytes.
    wide: ClassVar[pa.Table | None] = WIDE.drop_columns(["raw"])

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.puts = 0
        self.numbers = itertools.count()
        self.schema: pa.Schema | None = None

    def settings(self) -> Mapping[str, Any]:
        types = {} if self.schema is None else {field.name: field.type for field in self.schema}
        return {"types": types, "commit_every": 2}

    def put(self, rows: pa.Table) -> None:
        self.puts += 1
        self.schema = rows.schema
        super().put(rows)

    def record(self, row: Mapping[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        at = self.moment_of(self.puts) + timedelta(milliseconds=number // 2 % 1000)
        return {"id": f"r{number:06d}", "at": int(at.timestamp() * 1000), "row": dict(row)}

    def moment(self) -> datetime:
        return self.moment_of(self.puts + 1)

    def moment_of(self, put: int) -> datetime:
        return DAWN + timedelta(days=put)

    def within(self, window: Window) -> Source:
        return self.made(window=window)

    def respond(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != "Bearer sesame-sesame":
            return Answered({"error": {"message": "who are you?"}}, 401)
        since, until = int(asked.param("since", "0")), int(asked.param("until", str(10**15)))
        found = [each for each in self.ordered(asked.param("order"), len(self.records)) if since <= each["at"] < until]
        return self.page(asked, found)

    @functools.lru_cache(maxsize=1)  # noqa: B019  # a long stream is not sorted anew for each of its pages
    def ordered(self, order: str, count: int) -> Sequence[dict[str, Any]]:
        """Give the records in an order; those of one moment in that of their ids."""
        if order == "none":
            return sorted(self.records[:count], key=lambda record: str(record["id"])[::-1])
        return sorted(
            self.records[:count], key=lambda record: (record["at"], record["id"]), reverse=order == "descending"
        )

    def now(self) -> datetime:
        return self.moment_of(self.puts) + timedelta(hours=1)

    def page(self, asked: Asked, found: Sequence[dict[str, Any]]) -> Answered:
        size = PAGE if len(self.records) < MANY else MANY // 2
        begin = self.begin(asked, found, size)
        part, end = found[begin : begin + size], begin + size
        is_more = end < len(found)
        address = f"{self.api.url}{asked.path}?" + "&".join(
            f"{name}={values[0]}" for name, values in {**asked.params, "token": [f"t{end}"]}.items()
        )
        body = {
            "records": part,
            "total": len(found),
            "more": is_more,
            "next": f"t{end}" if is_more else None,
            "paging": {"after": f"t{end}"} if is_more else {},
            "next_url": address if is_more else None,
        }
        return Answered(body, headers={"Link": f'<{address}>; rel="next"'} if is_more else {})

    def begin(self, asked: Asked, found: Sequence[dict[str, Any]], size: int) -> int:
        """Find the first record of the page that is asked for."""
        if "after" in asked.params:
            return 1 + next(place for place, each in enumerate(found) if each["id"] == asked.param("after"))
        if "page" in asked.params:
            return (int(asked.param("page")) - 1) * size
        if "offset" in asked.params:
            return int(asked.param("offset"))
        within = ((asked.body or {}).get("page") or {}).get("after") if isinstance(asked.body, dict) else None
        token = asked.param("token") or within or "t0"
        return int(token[1:])


def system_of(name: str, **said: Any) -> type[PagedApi]:  # noqa: ANN401  # see `definition`
    """Make the system of a definition."""
    return type(f"Api_{name}", (PagedApi,), {"definition": definition(**said)})
