"""Merge: of each key, the last row."""

from __future__ import annotations

from ingest_core.merging.columns import equal, listed, same
from ingest_core.merging.statements import Words


class Merge:
    """The statements of a merge by key.

    A held row goes when a row of its key comes that is later by cursor, or equal by cursor and not the same, or a mark
    of deletion. A row that comes earlier by cursor than the held one is dropped.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        cursor = [words.cursor] if words.cursor else []
        self.probe = (*words.key, *cursor)
        self.seen = words.columns.all_but(words.rule.stamps)
        self.telling = words.columns.all_but([*words.rule.stamps, *words.rule.key])

    def row(self, parts: str) -> str:
        """See :class:`Statements`."""
        return self._words.last(parts, self._words.key)

    def match(self) -> str:
        """See :class:`Statements`. ``later`` is 1 for a row that is later than the held one, -1 for an earlier one."""
        cursor = self._words.cursor
        later = "0"
        if cursor:
            later = (
                f"CASE WHEN r.{cursor} IS NOT DISTINCT FROM h.{cursor} THEN 0 "
                f"WHEN h.{cursor} IS NULL OR r.{cursor} > h.{cursor} THEN 1 ELSE -1 END"
            )
        on = equal(self._words.key, "r", "h")
        return f"SELECT h.file, h.pos, r.seq, {later} AS later FROM held h JOIN row r ON {on}"  # noqa: S608  # names of our own

    def look(self) -> str:
        """See :class:`Statements`."""
        deleted = self._words.deleted("r")
        return f"SELECT file, pos FROM matched JOIN row r USING (seq) WHERE later = 0 AND NOT {deleted}"  # noqa: S608  # names of our own

    def gone(self) -> str:
        """See :class:`Statements`."""
        unchanged = same(self.seen, "r", "l")
        return (
            f"SELECT m.file, m.pos, m.seq FROM matched m JOIN row r USING (seq) "  # noqa: S608  # names of our own
            f"LEFT JOIN looked l ON l.file = m.file AND l.pos = m.pos "
            f"WHERE later = 1 OR (later = 0 AND ({self._words.deleted('r')} OR NOT ({unchanged})))"
        )

    def coming(self) -> str:
        """See :class:`Statements`. By joins, which can spill, and not by NOT IN, which cannot."""
        rows = f"SELECT {listed(self._words.all, 'r')} FROM row r"  # noqa: S608  # names of our own
        kept = f"NOT {self._words.deleted('r')}"
        return (
            f"{rows} ANTI JOIN matched m ON m.seq = r.seq WHERE {kept} UNION ALL "
            f"{rows} SEMI JOIN gone g ON g.seq = r.seq WHERE {kept}"
        )
