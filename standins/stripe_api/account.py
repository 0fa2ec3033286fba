"""One account: its objects, and what is done to them; each change makes its event."""

from __future__ import annotations

from typing import Any

from standins.serving.messages import compact
from standins.stripe_api.collection import Collection, Row
from standins.stripe_api.errors import missing
from standins.stripe_api.events import EventBook
from standins.stripe_api.kinds import Kind
from standins.stripe_api.settings import StripeSettings
from standins.stripe_api.stock import Stock

Object = dict[str, Any]


class Account:
    """An account of Stripe.

    Args:
        settings: What it is made from.
    """

    def __init__(self, settings: StripeSettings) -> None:
        self.settings = settings
        self._stock = Stock(settings)
        self._events = EventBook(settings, self._stock)

    def collection(self, name: str) -> Collection:
        """Give all objects of a kind, also ``events``."""
        return self._events.all if name == "events" else self._stock[name]

    def now(self) -> int:
        """Give the time of day, in seconds since 1970."""
        return int(self.settings.clock())

    def row(self, kind: Kind, name: str, param: str = "id") -> Row:
        """Find an object.

        Raises:
            StripeError: There is none, or it was deleted.
        """
        row = self.collection(kind.name).find(name)
        if row is None or row.deleted:
            raise missing(kind.object, name, param)
        return row

    def create(self, kind: Kind, given: Object) -> Object:
        """Make an object; what is not given is empty.

        Args:
            kind: What it is.
            given: Its values; they are taken as they are.

        Returns:
            The object as it stands now.
        """
        rows, now = self.collection(kind.name), self.now()
        made = self._stock.drawn(kind, rows.made, now)
        empty = {name: _empty(type_) for name, type_ in kind.writable.items()}
        made |= {name: value for name, value in {**empty, **given}.items() if name in made and name != "items"}
        rows.add(made["id"], now, compact(made))
        self._note(kind, kind.made, {"object": made})
        return made

    def update(self, kind: Kind, name: str, given: Object) -> Object:
        """Change an object; keys of its metadata that are empty are taken away.

        Returns:
            The object as it stands now.

        Raises:
            StripeError: There is none.
        """
        rows, row = self.collection(kind.name), self.row(kind, name)
        before = rows.value(row)
        after = {**before, **{key: value for key, value in given.items() if key in before}}
        if given.get("metadata"):
            merged = {**before["metadata"], **given["metadata"]}
            after["metadata"] = {key: value for key, value in merged.items() if value != ""}
        if after != before:
            self._keep(kind, row, after)
            previous = {key: value for key, value in before.items() if after[key] != value}
            self._note(kind, "updated", {"object": after, "previous_attributes": previous})
        return after

    def delete(self, kind: Kind, name: str) -> Object:
        """Delete an object; a subscription is cancelled instead, and stays.

        Returns:
            What Stripe answers.

        Raises:
            StripeError: There is none.
        """
        rows, row = self.collection(kind.name), self.row(kind, name)
        last = rows.value(row)
        if kind.name == "subscriptions":
            last |= {"status": "canceled", "canceled_at": self.now(), "ended_at": self.now()}
            self._keep(kind, row, last)
            self._note(kind, "deleted", {"object": last})
            return last
        rows.remove(row)
        self._note(kind, "deleted", {"object": last})
        return {"id": name, "object": kind.object, "deleted": True}

    def _keep(self, kind: Kind, row: Row, value: Object) -> None:
        if "updated" in value:
            value["updated"] = self.now()
        self.collection(kind.name).change(row, compact(value))

    def _note(self, kind: Kind, what: str, data: Object) -> None:
        if kind.event:
            self._events.note(self.now(), f"{kind.event}.{what}", data)


def _empty(type_: type) -> Any:
    return {dict: {}, int: 0, bool: True}.get(type_)
