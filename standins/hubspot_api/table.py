"""All objects of one kind: by their ids, and by when they were changed."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from standins.hubspot_api.properties import READ_ONLY, Kind
from standins.hubspot_api.values import Values, iso, values_of
from standins.seeding import moments
from standins.serving.messages import compact

DAY = 86_400_000
"""Milliseconds."""
FIRST = 10_001
"""The first id."""


@dataclass(slots=True)
class Row:
    """One object.

    Args:
        id: Its id.
        created: When it was created, in milliseconds since 1970.
        modified: When it was changed last.
        archived: When it was archived; nothing while it is not.
        changes: The values that are not as the seed made them.
        json: What was answered last, and for which properties.
    """

    id: int
    created: int
    modified: int
    archived: int | None = None
    changes: Values | None = None
    json: tuple[tuple[str, ...], bytes] | None = None


class Table:
    """The objects of one kind.

    Args:
        kind: The kind.
        seed: What they are made from.
        rows: Those that the seed makes, by ascending id.
    """

    def __init__(self, kind: Kind, seed: int, rows: Iterable[Row]) -> None:
        self.kind = kind
        self.version = 0
        """Counts the changes."""
        self._seed = seed
        self.rows = list(rows)
        self.by_modified = sorted(self.rows, key=_place)
        self._first_new = FIRST + len(self.rows)

    def find(self, name: str) -> Row | None:
        """Find an object by its id, also one that was archived."""
        if not name.isdecimal():
            return None
        at = bisect_left(self.rows, int(name), key=lambda row: row.id)
        return self.rows[at] if at < len(self.rows) and self.rows[at].id == int(name) else None

    def after(self, place: int, *, archived: bool) -> Iterator[Row]:
        """Give the objects with a higher id, by ascending id."""
        start = bisect_left(self.rows, place + 1, key=lambda row: row.id)
        rows = (self.rows[at] for at in range(start, len(self.rows)))
        return (row for row in rows if (row.archived is not None) == archived)

    def changed(self, start: int, end: int) -> list[Row]:
        """Give what was changed from one moment to before another, in that order, without what is archived."""
        low, high = (bisect_left(self.by_modified, (at, 0), key=_place) for at in (start, end))
        return [row for row in self.by_modified[low:high] if row.archived is None]

    def values(self, row: Row) -> Values:
        """Give all values of an object."""
        if row.id < self._first_new:
            drawn = values_of(self.kind, self._seed, row.id, (row.created, row.modified))
        else:
            drawn = dict.fromkeys(self.kind.types)
            drawn |= {
                "createdate": iso(row.created),
                "hs_object_id": str(row.id),
                self.kind.modified: iso(row.modified),
            }
        return drawn | (row.changes or {})

    def json(self, row: Row, asked: tuple[str, ...]) -> bytes:
        """Write an object with these properties and those that are always there; unknown ones are left out."""
        if row.json is None or row.json[0] != asked:
            values = self.values(row)
            names = sorted({*asked, *self.kind.always} & self.kind.types.keys())
            row.json = (asked, compact(self._shown(row, {name: values.get(name) for name in names})))
        return row.json[1]

    def add(self, now: int, given: Values) -> Row:
        """Make an object."""
        row = Row(self.rows[-1].id + 1 if self.rows else FIRST, now, now, changes=dict(given))
        self.rows.append(row)
        insort(self.by_modified, row, key=_place)
        self.version += 1
        return row

    def change(self, row: Row, now: int, given: Values) -> None:
        """Change values of an object; it was changed now."""
        del self.by_modified[bisect_left(self.by_modified, _place(row), key=_place)]
        row.modified, row.json = now, None
        insort(self.by_modified, row, key=_place)
        row.changes = {**(row.changes or {}), **{name: value or None for name, value in given.items()}}
        self.version += 1

    def forget(self) -> None:
        """Forget what was answered: the properties are others now."""
        for row in self.rows:
            row.json = None
        self.version += 1

    def archive(self, row: Row, now: int) -> None:
        """Archive an object: searches no longer find it, and lists only where archived ones are asked for."""
        row.archived, row.json = now, None
        self.version += 1

    def _shown(self, row: Row, properties: Values) -> dict[str, object]:
        shown: dict[str, object] = {"id": str(row.id), "properties": properties}
        shown |= {"createdAt": iso(row.created), "updatedAt": iso(row.modified), "archived": row.archived is not None}
        return shown | ({"archivedAt": iso(row.archived)} if row.archived is not None else {})


def _place(row: Row) -> tuple[int, int]:
    return row.modified, row.id


def seeded(kind: Kind, seed: int, many: int, until: int, days: int) -> list[Row]:
    """Make the rows of the seed: half of them were changed after they were created.

    Args:
        kind: Their kind.
        seed: What they are made from.
        many: How many.
        until: The last moment that may be, in milliseconds since 1970.
        days: How far they go back from there.
    """
    created = moments(f"{seed}/{kind.name}", many, until, days * DAY)
    changed = moments(f"{seed}/{kind.name}/changed", many, until, days * DAY)
    return [Row(FIRST + at, born, max(born, changed[at * 7919 % many])) for at, born in enumerate(created)]


def tie(rows: list[Row], many: int) -> None:
    """Let some be changed in the same millisecond: the oldest, when the youngest of them was created."""
    chosen = rows[:many]
    for row in chosen:
        row.modified = chosen[-1].created


def writable(kind: Kind) -> set[str]:
    """Give the properties that may be written."""
    return kind.types.keys() - READ_ONLY
