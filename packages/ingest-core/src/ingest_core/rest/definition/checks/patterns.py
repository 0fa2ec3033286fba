"""Whether the regular expressions of a definition are some."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.connector import Definition
from ingest_core.rest.definition.request import AddedColumn


def pattern_faults(definition: Definition) -> Iterator[Fault]:
    """Find regular expressions that do not compile.

    Args:
        definition: The definition.
    """
    for place, rule in enumerate(definition.errors):
        for path, pattern in rule.body.items():
            yield from _faults(pattern, ("errors", place, "body", path))
    for name, stream in definition.streams.items():
        yield from _column_faults(stream.columns, ("streams", name, "columns"))
        for other, strategy in stream.incremental.items():
            yield from _column_faults(strategy.columns, ("streams", name, "incremental", other, "columns"))


def _column_faults(columns: dict[str, AddedColumn], key: Key) -> Iterator[Fault]:
    for name, column in columns.items():
        if column.matches is not None:
            yield from _faults(column.matches, (*key, name, "matches"))


def _faults(pattern: str, key: Key) -> Iterator[Fault]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield Fault(f"is no regular expression: {error}", "put a backslash before signs that stand for themselves", key)
