"""History: every version of each key, with the time from and until which it holds (slowly changing dimension, type 2).

A version is known by its key and the time it begins, so a row that comes again adds nothing, and one that comes late
takes its place between the versions before and after it. A mark of deletion is a version that ends as it begins: no
question about any time finds it, and rows that come late find where the version before it ended.
"""

from __future__ import annotations

from ingest_core.merging.columns import equal, listed, same
from ingest_core.merging.rule import HISTORY_COLUMNS, VALID_FROM, VALID_TO
from ingest_core.merging.statements import Words


class History:
    """The statements of a history."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._from = words.columns.name(VALID_FROM)
        self._to = words.columns.name(VALID_TO)
        self._content = words.columns.all_but([*words.rule.stamps, *HISTORY_COLUMNS])
        self.probe = tuple(words.key)
        self.seen = words.all
        self.telling: list[str] = []

    def row(self, parts: str) -> str:
        """See :class:`Statements`. With a cursor each of its values is a version; without, a load is."""
        return self._words.last(parts, [*self._words.key, self._from])

    def match(self) -> str:
        """See :class:`Statements`."""
        on = equal(self._words.key, "r", "h")
        return f"SELECT h.file, h.pos FROM held h SEMI JOIN row r ON {on}"  # noqa: S608  # names of our own

    def look(self) -> str:
        """See :class:`Statements`."""
        return "SELECT file, pos FROM matched"

    def gone(self) -> str:
        """See :class:`Statements`. A version goes to come back corrected, or with another end."""
        return (
            f"WITH {self._timeline()} SELECT l.file, l.pos FROM looked l LEFT JOIN timeline t "  # noqa: S608  # names of our own
            f"ON t.file = l.file AND t.pos = l.pos WHERE t.file IS NULL OR t.til IS DISTINCT FROM l.{self._to}"
        )

    def coming(self) -> str:
        """See :class:`Statements`."""
        fresh = ", ".join("t.til" if name == self._to else f"r.{name}" for name in self._words.all)
        ended = ", ".join("t.til" if name == self._to else f"l.{name}" for name in self._words.all)
        return (
            f"WITH {self._timeline()} SELECT {fresh} FROM timeline t JOIN row r USING (seq) UNION ALL "  # noqa: S608  # names of our own
            f"SELECT {ended} FROM timeline t JOIN looked l ON t.file = l.file AND t.pos = l.pos "
            f"WHERE t.til IS DISTINCT FROM l.{self._to}"
        )

    def _timeline(self) -> str:
        """Write the versions of the touched keys as they will be, each with its end."""
        key, begins = listed(self._words.key), self._from
        version = [*self._words.key, begins]
        known = same(self._content, "r", "l")
        news = (
            f"SELECT r.* FROM row r WHERE NOT EXISTS "  # noqa: S608  # names of our own
            f"(SELECT 1 FROM {self._compared()} l WHERE {equal(self._compared_by(), 'r', 'l')} AND {known})"
        )
        kept = f"SELECT l.* FROM looked l WHERE NOT EXISTS (SELECT 1 FROM news r WHERE {equal(version, 'r', 'l')})"  # noqa: S608  # names of our own
        return (
            f"news AS ({news}), kept AS ({kept}), event AS ("  # noqa: S608  # names of our own
            f"SELECT NULL AS file, NULL AS pos, seq, {key}, {begins}, {self._words.deleted('n')} AS ends FROM news n "
            f"UNION ALL SELECT file, pos, NULL, {key}, {begins}, {self._words.deleted('k')} FROM kept k), "
            f"timeline AS (SELECT file, pos, seq, CASE WHEN ends THEN {begins} ELSE "
            f"lead({begins}) OVER (PARTITION BY {key} ORDER BY {begins}) END AS til FROM event)"
        )

    def _compared(self) -> str:
        """Write the held versions that a row may be a repetition of: without a cursor, the last one alone."""
        if self._words.cursor:
            return "looked"
        key = listed(self._words.key)
        return f"(SELECT * FROM looked QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {self._from} DESC) = 1)"  # noqa: S608  # names of our own

    def _compared_by(self) -> list[str]:
        return [*self._words.key, self._from] if self._words.cursor else self._words.key
