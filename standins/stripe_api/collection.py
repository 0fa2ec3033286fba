"""All objects of one kind, in the order of their creation."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from standins.templates import Facts


@dataclass(slots=True)
class Row:
    """One object.

    Args:
        id: Its id.
        created: When it was created, in seconds since 1970.
        order: Its place among those created in the same second.
        body: Its JSON since it was changed; nothing while it is as the seed made it.
        deleted: Whether it was deleted.
        seeded: Its JSON as the seed made it, once it was written.
    """

    id: str
    created: int
    order: int
    body: bytes | None = None
    deleted: bool = False
    seeded: bytes | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Give what the rows are in order by."""
        return self.created, self.order


class Collection:
    """The objects of one kind; the oldest first.

    Args:
        rows: Those that the seed makes, in order.
        seeded: Gives what differs in a row that the seed made.
        render: Writes such a row as JSON.
    """

    def __init__(self, rows: Iterable[Row], seeded: Callable[[Row], Facts], render: Callable[[Row], bytes]) -> None:
        self.seed = tuple(rows)
        self.rows = list(self.seed)
        self._by_id = {row.id: row for row in self.rows}
        self._seeded = seeded
        self._render = render
        self.made = len(self.rows)

    def find(self, name: str) -> Row | None:
        """Find a row by its id, also one that was deleted."""
        return self._by_id.get(name)

    def body(self, row: Row) -> bytes:
        """Give a row's JSON."""
        if row.body is not None:
            return row.body
        if row.seeded is None:
            row.seeded = self._render(row)
        return row.seeded

    def prepare(self) -> None:
        """Write the JSON of all rows, so that none has to be written while they are read."""
        for row in self.rows:
            self.body(row)

    def value(self, row: Row) -> dict[str, Any]:
        """Give a row as an object of its own."""
        value: dict[str, Any] = json.loads(self.body(row))
        return value

    def facts(self, row: Row) -> Facts:
        """Give what a row is filtered by."""
        return self._seeded(row) if row.body is None else json.loads(row.body)

    def add(self, name: str, created: int, body: bytes) -> Row:
        """Add a row."""
        row = Row(name, created, self.made, body)
        self.made += 1
        self._by_id[name] = row
        insort(self.rows, row, key=lambda each: each.place)
        return row

    def change(self, row: Row, body: bytes) -> None:
        """Give a row other JSON."""
        row.body = body

    def remove(self, row: Row) -> None:
        """Take a row out of the lists."""
        row.deleted = True
        del self.rows[self.position(row)]

    def position(self, row: Row) -> int:
        """Give how many rows are older; for one that was deleted, than it was."""
        return bisect_left(self.rows, row.place, key=lambda each: each.place)

    def between(self, first: float, last: float) -> tuple[int, int]:
        """Give the positions of the rows created from ``first`` to ``last``, both included: the first, and the end."""
        return (
            bisect_left(self.rows, first, key=lambda each: each.created),
            bisect_right(self.rows, last, key=lambda each: each.created),
        )
