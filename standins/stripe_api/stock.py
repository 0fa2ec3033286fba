"""The seed's objects, made when they are first asked for."""

from __future__ import annotations

import json
from typing import Any

from standins.seeding import moments
from standins.stripe_api.collection import Collection, Row
from standins.stripe_api.kinds import KINDS, Kind
from standins.stripe_api.seeded import Seeded
from standins.stripe_api.settings import StripeSettings
from standins.templates import Facts, Template

DAY = 86_400


class Stock(dict[str, Collection]):
    """The collections by the names of their kinds.

    Args:
        settings: What they are made from.
    """

    def __init__(self, settings: StripeSettings) -> None:
        super().__init__()
        self._settings = settings
        self._templates: dict[str, Template] = {}

    def __missing__(self, name: str) -> Collection:
        settings, kind = self._settings, KINDS[name]
        created = moments(f"{settings.seed}/{name}", settings.records, settings.until, settings.days * DAY)
        template = self._template(kind)

        def facts(row: Row) -> Facts:
            return kind.facts(self._seeded(name, row.order, row.created))

        rows = (Row(self._seeded(name, index, at).id, at, index) for index, at in enumerate(created))
        self[name] = Collection(rows, facts, lambda row: template.render(facts(row)))
        return self[name]

    def drawn(self, kind: Kind, index: int, created: int) -> dict[str, Any]:
        """Give an object as the seed would make it."""
        facts = kind.facts(self._seeded(kind.name, index, created))
        value: dict[str, Any] = json.loads(self._template(kind).render(facts))
        return value

    def _seeded(self, name: str, index: int, created: int) -> Seeded:
        return Seeded(self._settings.seed, name, index, created, self._settings.records)

    def _template(self, kind: Kind) -> Template:
        if kind.name not in self._templates:
            self._templates[kind.name] = Template(kind.shape, kind.facts(self._seeded(kind.name, 0, 0)))
        return self._templates[kind.name]
