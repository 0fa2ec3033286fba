"""Events: what became of objects, kept for thirty days (docs.stripe.com/api/events)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from standins.seeding import digest_of
from standins.serving.messages import compact
from standins.stripe_api.collection import Collection, Row
from standins.stripe_api.kinds import KINDS, Kind
from standins.stripe_api.seeded import id_of
from standins.stripe_api.settings import StripeSettings
from standins.templates import Facts, Template

KEPT = 30 * 86_400
"""Seconds."""
EVENTS = Kind(
    "events",
    "event",
    lambda of: {"id": of.id},
    {"pending_webhooks": 1},
    frozenset({"type", "types", "delivery_success"}),
)
PATHS = ("id", "created", "type", "api_version", "data", "request.id", "request.idempotency_key")


@dataclass(frozen=True, order=True)
class Happened:
    """Something that the seed lets happen.

    Args:
        at: When, in seconds since 1970.
        kind: To an object of which kind.
        index: To which of them.
        what: How the type of the event ends.
    """

    at: int
    kind: str
    index: int
    what: str


class EventBook:
    """All events of an account, of the seed's and of what was changed since.

    Args:
        settings: What the account is made from.
        stock: The objects, by the name of their kind.
    """

    def __init__(self, settings: StripeSettings, stock: Mapping[str, Collection]) -> None:
        self._settings = settings
        self._stock = stock
        self._template = Template(EVENTS.shape, PATHS)
        self._changes: list[tuple[str, int, bytes]] = []

    @cached_property
    def all(self) -> Collection:
        """Give all events, also those that are no longer shown."""
        happened = sorted(self._happened())
        seed = self._settings.seed
        rows = [Row(id_of(seed, "events", order), each.at, order) for order, each in enumerate(happened)]

        def render(row: Row) -> bytes:
            return self._template.render(self._facts(row, happened[row.order]))

        made = Collection(rows, lambda row: {"type": _type(happened[row.order])}, render)
        for change in self._changes:
            made.add(*change)
        return made

    def note(self, created: int, type_: str, data: dict[str, Any]) -> None:
        """Keep the event of a change made since.

        Args:
            created: When the change was made, in seconds since 1970.
            type_: Its type, as ``customer.updated``.
            data: The object as it is now, and what it was like.
        """
        name = id_of(self._settings.seed, "events", -1 - len(self._changes))
        self._changes.append((name, created, self._template.render(self._of(name, created, type_, compact(data)))))
        if "all" in vars(self):
            self.all.add(*self._changes[-1])

    def _happened(self) -> Iterator[Happened]:
        start = self._settings.until - KEPT
        for kind in KINDS.values():
            if kind.event:
                made = (row for row in self._stock[kind.name].seed if row.created >= start)
                yield from (Happened(row.created, kind.name, row.order, kind.made) for row in made)
        yield from self._updates(start)

    def _updates(self, start: int) -> Iterator[Happened]:
        """One customer in eight, if it is older than the events, was changed since."""
        for row in self._stock["customers"].seed:
            chance = digest_of(self._settings.seed, "updates", row.id)
            if row.created < start and chance[0] % 8 == 0:
                at = start + int.from_bytes(chance[1:5], "big") % KEPT
                yield Happened(at, "customers", row.order, "updated")

    def _facts(self, row: Row, happened: Happened) -> Facts:
        rows = self._stock[happened.kind]
        found = rows.seed[happened.index]
        as_it_was = rows.body(Row(found.id, found.created, found.order))
        before = b',"previous_attributes":{"balance":0}' if happened.what == "updated" else b""
        return self._of(row.id, row.created, _type(happened), b'{"object":' + as_it_was + before + b"}")

    def _of(self, name: str, created: int, type_: str, data: bytes) -> Facts:
        return {
            "id": name,
            "created": created,
            "type": type_,
            "api_version": self._settings.version,
            "data": data,
            "request.id": f"req_{name[4:18]}",
            "request.idempotency_key": None,
        }


def _type(happened: Happened) -> str:
    return f"{KINDS[happened.kind].event}.{happened.what}"
