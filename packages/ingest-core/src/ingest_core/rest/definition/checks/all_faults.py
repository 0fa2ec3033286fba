"""All that is wrong with a definition whose parts have the right shapes."""

from __future__ import annotations

from collections.abc import Iterator

from ingest_core.errors import Fault
from ingest_core.rest.definition.checks.access import access_faults
from ingest_core.rest.definition.checks.asked import also_faults, asked_of
from ingest_core.rest.definition.checks.columns import column_faults
from ingest_core.rest.definition.checks.cursors import cursor_faults
from ingest_core.rest.definition.checks.options import option_faults
from ingest_core.rest.definition.checks.pagings import paging_faults
from ingest_core.rest.definition.checks.parents import fanning_faults, parent_faults
from ingest_core.rest.definition.checks.patterns import pattern_faults
from ingest_core.rest.definition.checks.references import common_reference_faults, request_reference_faults
from ingest_core.rest.definition.checks.strategies import strategy_faults
from ingest_core.rest.definition.connector import Definition


def definition_faults(definition: Definition) -> list[Fault]:
    """Find what does not hang together.

    Args:
        definition: The definition.

    Returns:
        Every fault with its key, once each.
    """
    return list(dict.fromkeys([*_common(definition), *_streams(definition)]))


def _common(definition: Definition) -> Iterator[Fault]:
    yield from option_faults(definition.options)
    yield from access_faults(definition)
    yield from common_reference_faults(definition)
    yield from pattern_faults(definition)
    yield from paging_faults(definition.paging, ("paging",))
    yield from parent_faults(definition.streams)


def _streams(definition: Definition) -> Iterator[Fault]:
    for name, stream in definition.streams.items():
        yield from also_faults(name, stream)
        yield from column_faults(name, stream, definition.options)
        yield from strategy_faults(name, stream)
        for asked in asked_of(name, stream):
            yield from request_reference_faults(asked, definition, stream)
            yield from fanning_faults(asked, stream)
            yield from cursor_faults(asked)
            if asked.spec.paging is not None:
                yield from paging_faults(asked.spec.paging, asked.at("paging"))
