"""The native engine: a connector is a Python class, registered in ``ingest.connectors``, or a file that declares it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from pydantic import BaseModel

from ingest_core.documents import nearest
from ingest_core.errors import JobError
from ingest_core.plugin import Declared, ObjectFacts, Source, SourceContext
from ingest_core.registry import load_plugin, registered
from ingest_core.rest.definition import (
    Definition,
    StreamSpec,
    defined_names,
    find_definition,
    options_model,
    read_definition,
)

_GROUP = "ingest.connectors"


class _NativeConnector(Protocol):
    """What a registered class offers beside the methods of a source."""

    Options: type[BaseModel]

    def __call__(self, context: SourceContext) -> Source: ...


class NativeEngine:
    """Makes sources of the classes registered in ``ingest.connectors``, and of the files in ``connectors/``."""

    def options(self, connector: str, home: Path) -> type[BaseModel]:
        """See :class:`ingest_core.plugin.Engine`."""
        if _is_registered(connector):
            return _find(connector).Options
        return options_model(connector, _definition(connector, home).options)

    def declared(self, connector: str, home: Path) -> Declared | None:
        """See :class:`ingest_core.plugin.Declaring`."""
        if _is_registered(connector):
            return None
        definition = _definition(connector, home)
        objects = {name: _facts(stream) for name, stream in definition.streams.items()}
        return Declared(objects, definition.documentation)

    def source(self, connector: str, context: SourceContext) -> Source:
        """See :class:`ingest_core.plugin.Engine`."""
        if _is_registered(connector):
            return _find(connector)(context)
        from ingest_core.rest.source import RestSource  # noqa: PLC0415  # takes a while, and files do without

        return RestSource(connector, _definition(connector, context.home), context)


def _is_registered(connector: str) -> bool:
    return connector in registered(_GROUP).names


def _find(connector: str) -> _NativeConnector:
    return cast("_NativeConnector", load_plugin(_GROUP, connector))


def _facts(stream: StreamSpec) -> ObjectFacts:
    cursor = stream.order_by or (stream.cursor.field if stream.cursor else None)
    strategies = {name: spec.needs == "merge" for name, spec in stream.incremental.items()}
    return ObjectFacts(stream.description, tuple(stream.key), cursor, stream.deleted, strategies)


def _definition(connector: str, home: Path) -> Definition:
    path = find_definition(home, connector)
    if path is not None:
        return read_definition(path)
    names = [*registered(_GROUP).names, *defined_names(home)]
    close = nearest(connector, names)
    mend = f"did you mean {close!r}?" if close else f"write connectors/{connector}.yaml, or install its package"
    raise JobError(f"nothing declares the connector {connector!r}: no class of {_GROUP}, and no file", mend)
