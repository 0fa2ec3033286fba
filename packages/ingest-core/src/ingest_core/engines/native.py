"""The native engine: a connector is a Python class of ours or of a plug-in, registered in ``ingest.connectors``."""

from __future__ import annotations

from typing import Protocol, cast

from pydantic import BaseModel

from ingest_core.plugin import Source, SourceContext
from ingest_core.registry import load_plugin


class _NativeConnector(Protocol):
    """What a registered class offers beside the methods of a source."""

    Options: type[BaseModel]

    def __call__(self, context: SourceContext) -> Source: ...


class NativeEngine:
    """Makes sources of the classes registered in ``ingest.connectors``."""

    def options(self, connector: str) -> type[BaseModel]:
        """See :class:`ingest_core.plugin.Engine`."""
        return _find(connector).Options

    def source(self, connector: str, context: SourceContext) -> Source:
        """See :class:`ingest_core.plugin.Engine`."""
        return _find(connector)(context)


def _find(connector: str) -> _NativeConnector:
    return cast("_NativeConnector", load_plugin("ingest.connectors", connector))
