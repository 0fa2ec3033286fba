"""Searches (developers.hubspot.com/docs/api-reference/search/guide): filters, sorts, and the end at 10,000."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from standins.hubspot_api.errors import invalid
from standins.hubspot_api.table import Row, Table
from standins.hubspot_api.values import Values, moment_of

MOST = 200
"""Results of a page."""
WITHOUT_LIMIT = 10
REACH = 10_000
"""Results of a search, whatever its total."""
MOST_GROUPS, MOST_FILTERS, MOST_IN_ALL = 5, 10, 25
KEPT = 256
"""Searches whose results are kept until something changes."""
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda value, told: value == told,
    "NEQ": lambda value, told: value != told,
    "GT": lambda value, told: value > told,
    "GTE": lambda value, told: value >= told,
    "LT": lambda value, told: value < told,
    "LTE": lambda value, told: value <= told,
}
Test = Callable[[Values], bool]
Filter = dict[str, Any]


class Searches:
    """Searches one table.

    Args:
        table: What is searched.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: dict[str, list[Row]] = {}
        self._version = -1

    def page(self, body: object) -> bytes:
        """Answer a search.

        Raises:
            HubSpotError: The request is wrong, or asks beyond the 10,000th result.
        """
        if not isinstance(body, dict):
            raise invalid("Invalid input JSON on line 1, column 1: an object is expected")
        many = _whole(body.get("limit", WITHOUT_LIMIT), "limit")
        after = _whole(body.get("after") or 0, "after")
        if not 1 <= many <= MOST:
            raise invalid(f"limit must be from 1 to {MOST}, it is {many}")
        if after + many > REACH:
            raise invalid(f"The search asks beyond the {REACH:,}th result: after {after} and limit {many}")
        rows = self._found(body)
        asked = tuple(body.get("properties") or self._table.kind.shown)
        return self._written(rows, after, many, asked)

    def _written(self, rows: list[Row], after: int, many: int, asked: tuple[str, ...]) -> bytes:
        shown = b",".join(self._table.json(row, asked) for row in rows[after : after + many])
        more = after + many < len(rows)
        paging = b',"paging":{"next":{"after":"%d"}}' % (after + many) if more else b""
        return b'{"total":%d,"results":[' % len(rows) + shown + b"]" + paging + b"}"

    def _found(self, body: dict[str, Any]) -> list[Row]:
        if self._version != self._table.version or len(self._kept) > KEPT:
            self._kept.clear()
            self._version = self._table.version
        groups, sorts = body.get("filterGroups") or [], body.get("sorts") or []
        asked = json.dumps([groups, sorts], sort_keys=True)
        if asked not in self._kept:
            _check(groups)
            rows = {row.id: row for group in groups or [{"filters": []}] for row in self._group(group["filters"])}
            self._kept[asked] = self._sorted(list(rows.values()), sorts)
        return self._kept[asked]

    def _group(self, filters: list[Filter]) -> list[Row]:
        """Find what all filters of a group let through; bounds of the moment of change spare a look at the rest."""
        low, high, rest = 0, 1 << 62, []
        for each in filters:
            bounds = self._bounds(each)
            if bounds is None:
                rest.append(self._test(each))
            else:
                low, high = max(low, bounds[0]), min(high, bounds[1])
        rows = self._table.changed(low, high)
        if not rest:
            return rows
        return [row for row in rows if _passes(self._table.values(row), rest)]

    def _bounds(self, each: Filter) -> tuple[int, int] | None:
        """Give from when and before when it must have been changed; nothing where the filter asks something else."""
        if each.get("propertyName") != self._table.kind.modified:
            return None
        operator = each.get("operator")
        if operator == "BETWEEN":
            return _moment(each.get("value")), _moment(each.get("highValue")) + 1
        if operator not in {"EQ", "GT", "GTE", "LT", "LTE"}:
            return None
        told = _moment(each.get("value"))
        low = {"EQ": told, "GTE": told, "GT": told + 1}.get(operator, 0)
        return low, {"EQ": told + 1, "LTE": told + 1, "LT": told}.get(operator, 1 << 62)

    def _test(self, each: Filter) -> Test:
        name, operator = str(each.get("propertyName")), str(each.get("operator"))
        kind = self._table.kind.types.get(name)
        if kind is None:
            raise invalid(f"There was a problem with the request: property {name} does not exist")
        if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
            wanted = operator == "HAS_PROPERTY"
            return lambda values: (values.get(name) is not None) == wanted
        if operator in {"IN", "NOT_IN"}:
            told = each.get("values") or []
            return lambda values: (values.get(name) in told) == (operator == "IN")
        low = _told(kind, each.get("value"))
        if operator == "BETWEEN":
            high = _told(kind, each.get("highValue"))
            return lambda values: (value := _read(kind, values.get(name))) is not None and low <= value <= high
        if operator not in ORDERED:
            raise invalid(f"Invalid input JSON: operator {operator} is unknown here")
        test = ORDERED[operator]
        return lambda values: (value := _read(kind, values.get(name))) is not None and test(value, low)

    def _sorted(self, rows: list[Row], sorts: list[Any]) -> list[Row]:
        """Sort as asked; else by id, which is the order of creation."""
        if len(sorts) > 1:
            raise invalid("Invalid input: one sort is allowed, there are more")
        rows.sort(key=lambda row: row.id)
        for sort in sorts:
            told = sort if isinstance(sort, dict) else {"propertyName": sort}
            name = str(told.get("propertyName")).removeprefix("-")
            down = told.get("direction") == "DESCENDING" or str(told.get("propertyName")).startswith("-")
            rows.sort(key=self._key(name), reverse=down)
        return rows

    def _key(self, name: str) -> Callable[[Row], Any]:
        kind = self._table.kind
        if name not in kind.types:
            raise invalid(f"There was a problem with the request: property {name} does not exist")
        if name == kind.modified:
            return lambda row: row.modified
        if name in {"createdate", "hs_object_id"}:
            return lambda row: row.created if name == "createdate" else row.id

        def key(row: Row) -> tuple[bool, Any]:
            value = _read(kind.types[name], self._table.values(row).get(name))
            return value is not None, value

        return key


def _check(groups: Any) -> None:
    counts = [len(group.get("filters") or []) for group in groups]
    if len(counts) > MOST_GROUPS or max(counts, default=0) > MOST_FILTERS or sum(counts) > MOST_IN_ALL:
        said = f"at most {MOST_GROUPS} filterGroups, {MOST_FILTERS} filters in each, {MOST_IN_ALL} in all"
        raise invalid(f"There are too many filters: {said}")
    if not all(counts):
        raise invalid("A group of filterGroups has no filters")


def _passes(values: Values, tests: list[Test]) -> bool:
    return all(test(values) for test in tests)


def _whole(value: object, name: str) -> int:
    if not str(value).isdecimal():
        raise invalid(f"{name} must be a number, it is {value!r}")
    return int(str(value))


def _moment(value: object) -> int:
    """Dates in filters are milliseconds since 1970, as text."""
    if not str(value).isdecimal():
        raise invalid(f"The value {value!r} is no date: give milliseconds since 1970")
    return int(str(value))


def _told(kind: str, value: object) -> Any:
    if kind in {"date", "datetime"}:
        return _moment(value)
    if value is None:
        raise invalid("A filter has no value")
    try:
        return float(str(value)) if kind == "number" else str(value).lower()
    except ValueError as wrong:
        raise invalid(f"The value {value!r} is no number") from wrong


def _read(kind: str, value: str | None) -> Any:
    if value is None:
        return None
    if kind in {"date", "datetime"}:
        return moment_of(value)
    return float(value) if kind == "number" else value.lower()
