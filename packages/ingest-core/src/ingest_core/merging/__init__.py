"""Rows that are merged by key: gathered on disk within a bound of memory, and compared with what a table holds.

Knows Arrow and DuckDB, and neither tables nor files: a catalog's adapter hands in what the table holds and gets back
which rows go and which come. :mod:`~ingest_core.merging.gathering` and :mod:`~ingest_core.merging.comparing` bring
DuckDB, so they are imported by a run that merges, and by no other.
"""

from ingest_core.merging.rule import HISTORY_COLUMNS, VALID_FROM, VALID_TO, Rule

__all__ = ["HISTORY_COLUMNS", "VALID_FROM", "VALID_TO", "Rule"]
