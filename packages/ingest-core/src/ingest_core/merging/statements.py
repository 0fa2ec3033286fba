"""What a rule means in SQL, piece by piece. Every name in it is one of the store's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from ingest_core.merging.columns import Columns, listed
from ingest_core.merging.rule import Rule


class Statements(Protocol):
    """How one write mode compares gathered rows with held ones.

    The tables: ``incoming`` is what was gathered, ``row`` what of it counts, ``held`` what the table holds (streamed),
    ``matched`` the places in the table that a row has to do with, ``looked`` the held rows that must be seen,
    ``gone`` the places whose rows go.
    """

    probe: tuple[str, ...]
    """The held columns that :attr:`match` needs."""

    seen: list[str]
    """The held columns that ``looked`` needs."""

    telling: list[str]
    """Those of which one alone can tell that a held row goes, so that the others need not be looked at."""

    def row(self, parts: str) -> str:
        """Write the query of the gathered rows that count."""

    def match(self) -> str:
        """Write the query of ``matched``, from ``held`` and ``row``."""

    def look(self) -> str:
        """Write the query of the places that must be seen whole, from ``matched`` and ``row``."""

    def gone(self) -> str:
        """Write the query of ``gone``, from ``matched``, ``row`` and ``looked``."""

    def coming(self) -> str:
        """Write the query of the rows that come, in the table's columns."""


@dataclass(frozen=True)
class Words:
    """The names and terms that both modes use.

    Args:
        columns: The table's columns.
        rule: The rule.
    """

    columns: Columns
    rule: Rule

    @property
    def key(self) -> list[str]:
        """The key's columns."""
        return self.columns.names(self.rule.key)

    @property
    def cursor(self) -> str | None:
        """The cursor's column."""
        return self.columns.name(self.rule.cursor) if self.rule.cursor else None

    @property
    def all(self) -> list[str]:
        """Every column, in the table's order."""
        return list(self.columns.stored.names)

    def deleted(self, alias: str) -> str:
        """Write whether a row is marked as deleted."""
        if self.rule.deleted is None:
            return "false"
        name = self.columns.name(self.rule.deleted)
        boolean = pa.types.is_boolean(self.columns.stored.field(name).type)
        return f"coalesce({alias}.{name}, false)" if boolean else f"({alias}.{name} IS NOT NULL)"

    def last(self, parts: str, group: list[str]) -> str:
        """Write the query of the last row of each group, among the gathered rows of some parts."""
        order = f"row({self.cursor} IS NOT NULL, {self.cursor}, seq)" if self.cursor else "seq"
        return (
            f"SELECT i.* EXCLUDE part FROM incoming i JOIN (SELECT arg_max(seq, {order}) AS seq FROM incoming "  # noqa: S608  # names of our own
            f"WHERE part IN ({parts}) GROUP BY {listed(group)}) USING (seq)"
        )
