"""Records in order, as JSON that is written once; they may be changed while they are read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

ORDERS = ("ascending", "descending", "none")
MOST_VIEWS = 1000
Place = tuple[int, int]
"""A moment, and a number that tells apart what has the same; where there is no order by moment, 0 and the number."""


@dataclass(frozen=True)
class View:
    """A part of a shelf, as it is listed.

    Args:
        places: The places of its records, from the lowest.
        bodies: Their JSON.
        backwards: Whether the highest comes first.
    """

    places: list[Place]
    bodies: list[bytes]
    backwards: bool

    def __len__(self) -> int:
        return len(self.places)

    def page(self, start: int, many: int) -> list[bytes]:
        """Give so many records from a position on."""
        if not self.backwards:
            return self.bodies[start : start + many]
        end = len(self) - start
        return self.bodies[max(0, end - many) : max(0, end)][::-1]

    def place(self, position: int) -> Place:
        """Give the place of the record at a position."""
        return self.places[-1 - position if self.backwards else position]

    def after(self, place: Place) -> int:
        """Give the position behind a place."""
        return len(self) - bisect_left(self.places, place) if self.backwards else bisect_right(self.places, place)


class Shelf:
    """Records in order.

    Args:
        order: One of ``ORDERS``, by their moment.
        records: Their ids, moments (milliseconds since 1970) and JSON.
    """

    def __init__(self, order: str, records: Iterable[tuple[str, int, bytes]]) -> None:
        self._order = order
        self._next = 0
        self._kept: dict[str, tuple[Place, int]] = {}
        self._rows: list[tuple[Place, int, bytes]] = []
        self._views: dict[tuple[int | None, int | None], View] = {}
        for name, moment, body in records:
            self._rows.append((self._new_place(name, moment), moment, body))
        self._rows.sort(key=lambda row: row[0])

    def find(self, name: str) -> bytes | None:
        """Give a record's JSON by its id; nothing where it was deleted or never was."""
        at = self._position(name)
        return None if at is None else self._rows[at][2]

    def bodies(self) -> list[bytes]:
        """Give all JSON, in the order that lists have."""
        return self.view(None, None).page(0, len(self._rows))

    def place_of(self, name: str) -> Place | None:
        """Give a record's place by its id, also of one that was deleted."""
        return self._kept[name][0] if name in self._kept else None

    def put(self, name: str, moment: int, body: bytes) -> None:
        """Set a record; one that was there moves to its new moment's place."""
        self.remove(name)
        place = self._new_place(name, moment)
        at = bisect_left(self._rows, place, key=lambda row: row[0])
        self._rows.insert(at, (place, moment, body))
        self._views.clear()

    def remove(self, name: str) -> bool:
        """Take a record away; tells whether it was there."""
        at = self._position(name)
        if at is not None:
            del self._rows[at]
            self._views.clear()
        return at is not None

    def view(self, since: int | None, until: int | None) -> View:
        """Give the records from one moment to before another (milliseconds since 1970); nothing sets no bound.

        Views are kept until something is changed.
        """
        asked = (since, until)
        if asked not in self._views:
            if len(self._views) >= MOST_VIEWS:
                self._views.clear()
            low, high = since if since is not None else -(1 << 62), until if until is not None else 1 << 62
            rows = self._between(low, high)
            backwards = self._order == "descending"
            self._views[asked] = View([row[0] for row in rows], [row[2] for row in rows], backwards)
        return self._views[asked]

    def _between(self, low: int, high: int) -> list[tuple[Place, int, bytes]]:
        if self._order == "none":
            return [row for row in self._rows if low <= row[1] < high]
        first = bisect_left(self._rows, low, key=lambda row: row[1])
        return self._rows[first : bisect_left(self._rows, high, key=lambda row: row[1])]

    def _new_place(self, name: str, moment: int) -> Place:
        place, number = self._kept.get(name, ((0, 0), -1))
        if number < 0:
            number = self._next
            self._next += 1
        place = (0 if self._order == "none" else moment, number)
        self._kept[name] = (place, number)
        return place

    def _position(self, name: str) -> int | None:
        place = self.place_of(name)
        if place is None:
            return None
        at = bisect_left(self._rows, place, key=lambda row: row[0])
        return at if at < len(self._rows) and self._rows[at][0] == place else None
