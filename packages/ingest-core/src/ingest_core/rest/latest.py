"""Of a row that comes several times, its latest state first, the states that follow are out of date."""

from __future__ import annotations

from ingest_core.rest.asking import Asking
from ingest_core.rest.records import Raw


class Latest:
    """Knows the rows that came of the same moment, of which nothing else tells which state is the latest.

    Those of different moments are told apart by the column of their moment, when they are merged.

    Args:
        asking: How the rows are asked for: the latest first.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._met: dict[int, set[str]] = {}

    def is_latest(self, record: Raw, value: int | None) -> bool:
        """Tell whether a record is the first of its row and its moment."""
        if value is None:
            return True
        mark = self._asking.row_mark(record)
        if value not in self._met:
            low = min([value, *self._met])
            self._met = {each: marks for each, marks in self._met.items() if each <= low + self._asking.settles}
        met = self._met.setdefault(value, set())
        is_first = mark not in met
        met.add(mark)
        return is_first
