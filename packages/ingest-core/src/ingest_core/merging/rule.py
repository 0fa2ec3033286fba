"""By which rule rows are merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VALID_FROM = "_ingest_valid_from"
VALID_TO = "_ingest_valid_to"
HISTORY_COLUMNS = (VALID_FROM, VALID_TO)
"""Columns of a history: a version holds from the first to, and not including, the second; null while it is current."""


@dataclass(frozen=True)
class Rule:
    """By which rule rows are merged. All names are those of the table's columns.

    Args:
        mode: ``merge`` keeps the last row of each key, ``history`` every version of it.
        key: The columns that tell one row from another.
        cursor: The column whose greatest value is last; ``None`` where the last to come is.
        deleted: The column that marks a row as deleted: true, or any value where it is not boolean.
        stamps: Columns of our own; rows that differ only in these are the same.
    """

    mode: Literal["merge", "history"]
    key: tuple[str, ...]
    cursor: str | None
    deleted: str | None
    stamps: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The columns in which every row must have a value."""
        return (*self.key, VALID_FROM) if self.mode == "history" else self.key
