"""By what name a table is known in its catalog."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableName:
    """A table's full name.

    Args:
        namespace: One level.
        table: The table within it.
    """

    namespace: str
    table: str

    def __str__(self) -> str:
        return f"{self.namespace}.{self.table}"
