"""One account: its objects and their properties, and what is done to them."""

from __future__ import annotations

import json
from typing import Any

from standins.hubspot_api.errors import invalid, missing
from standins.hubspot_api.properties import Kind, described_one, kinds
from standins.hubspot_api.searching import Searches
from standins.hubspot_api.settings import HubSpotSettings
from standins.hubspot_api.table import Row, Table, seeded, tie, writable
from standins.hubspot_api.values import Values

Object = dict[str, Any]


class Portal:
    """An account of HubSpot; its objects are made when they are first asked for.

    Args:
        settings: What it is made from.
    """

    def __init__(self, settings: HubSpotSettings) -> None:
        self.settings = settings
        self._kinds = kinds()
        self._tables: dict[str, Table] = {}
        self._searches: dict[str, Searches] = {}

    def kind(self, name: str) -> Kind:
        """Give a kind of objects.

        Raises:
            HubSpotError: There is none of that name.
        """
        if name not in self._kinds:
            raise missing()
        return self._kinds[name]

    def table(self, name: str) -> Table:
        """Give all objects of a kind.

        Raises:
            HubSpotError: There is none of that name.
        """
        kind, told = self.kind(name), self.settings
        if name not in self._tables:
            rows = seeded(kind, told.seed, told.records, told.until * 1000, told.days)
            tie(rows, told.tied)
            self._tables[name] = Table(kind, told.seed, rows)
            self._searches[name] = Searches(self._tables[name])
        return self._tables[name]

    def searches(self, name: str) -> Searches:
        """Give the searches of a kind."""
        self.table(name)
        return self._searches[name]

    def objects(self, name: str, *, archived: bool) -> list[Object]:
        """Give all objects of a kind as they are now, with all their properties."""
        table = self.table(name)
        return [self._whole(table, row) for row in table.after(0, archived=archived)]

    def create(self, name: str, given: Values) -> Object:
        """Make an object.

        Raises:
            HubSpotError: A property is unknown, or may not be written.
        """
        table = self.table(name)
        _check(table.kind, given)
        return self._whole(table, table.add(self._now(), given))

    def update(self, name: str, id_: str, given: Values) -> Object:
        """Change an object; it is modified now. An empty text takes a value away.

        Raises:
            HubSpotError: There is none, or a property is unknown or may not be written.
        """
        table, row = self._live(name, id_)
        _check(table.kind, given)
        table.change(row, self._now(), given)
        return self._whole(table, row)

    def archive(self, name: str, id_: str) -> None:
        """Archive an object.

        Raises:
            HubSpotError: There is none.
        """
        table, row = self._live(name, id_)
        table.archive(row, self._now())

    def add_property(self, kind: str, **told: Any) -> Object:
        """Add a property: ``name`` and ``type``, and whatever else is to be told of it.

        Raises:
            HubSpotError: The name is missing or taken.
        """
        name, type_ = str(told.get("name", "")), str(told.get("type", "string"))
        if not name or name in self.kind(kind).types:
            raise invalid(f"the property {name!r} has no name, or is there already")
        self.kind(kind).types[name] = type_
        self.kind(kind).added[name] = {"hubspotDefined": False, **told}
        self.table(kind).forget()
        return described_one(self.kind(kind), name)

    def _live(self, name: str, id_: str) -> tuple[Table, Row]:
        table = self.table(name)
        row = table.find(id_)
        if row is None or row.archived is not None:
            raise missing()
        return table, row

    def _whole(self, table: Table, row: Row) -> Object:
        value: Object = json.loads(table.json(row, tuple(table.kind.types)))
        return value

    def _now(self) -> int:
        return round(self.settings.clock() * 1000)


def _check(kind: Kind, given: Values) -> None:
    for name in given:
        if name not in kind.types:
            raise invalid(_not_valid(name, f'Property "{name}" does not exist', "PROPERTY_DOESNT_EXIST"))
        if name not in writable(kind):
            raise invalid(_not_valid(name, f'"{name}" is a read only property', "READ_ONLY_VALUE"))


def _not_valid(name: str, message: str, error: str) -> str:
    told = [{"isValid": False, "message": message, "error": error, "name": name}]
    return f"Property values were not valid: {json.dumps(told)}"
