"""Knows what can be named: connectors by the registry file, code by entry points."""

from ingest_core.registry.connectors_file import Connector, ConnectorsFile, load_connectors, read_connectors
from ingest_core.registry.entry_points import explained_if_missing, load_plugin, load_plugins, registered

__all__ = [
    "Connector",
    "ConnectorsFile",
    "explained_if_missing",
    "load_connectors",
    "load_plugin",
    "load_plugins",
    "read_connectors",
    "registered",
]
