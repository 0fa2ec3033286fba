"""Holds the names in a job file against what is installed, also where other things in the file are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from ingest_core.documents import Document, nearest, validate, value_at
from ingest_core.errors import Fault, JobError, Key
from ingest_core.ports import Engine
from ingest_core.registry import Connector, load_connectors, load_plugin

Role = Literal["source", "target"]


def name_faults(document: Document, home: Path) -> list[Fault]:
    """Find connectors and engines that do not exist, and settings that the source's connector does not have.

    Args:
        document: The job file; what is missing in it, or of the wrong kind, is passed over here.
        home: The home folder, which may hold a registry of its own.

    Returns:
        The faults of the job file, and those of a registry that cannot be read.
    """
    try:
        connectors = load_connectors(home)
    except JobError as error:
        return list(error.faults)
    faults = [fault for role in ("source", "target") for fault in _connector_faults(connectors, document, role)]
    source = connectors.get(str(value_at(document.data, ("source", "connector"))))
    return faults if source is None else [*faults, *_source_faults(source, document, home)]


def role_faults(connectors: Mapping[str, Connector], name: str, role: Role) -> list[Fault]:
    """Refuse a connector that does not exist, or that cannot be a source or a target."""
    key: Key = (role, "connector")
    found = connectors.get(name)
    if found and role in found.roles:
        return []
    able = sorted(other for other, entry in connectors.items() if role in entry.roles)
    if found:
        return [Fault(f"{name!r} cannot be a {role}", f"a {role} can be {', '.join(able)}", key)]
    close = nearest(name, able)
    mend = f"did you mean {close!r}?" if close else f"a {role} can be {', '.join(able)}"
    return [Fault(f"there is no connector {name!r}", mend, key)]


def engine_faults(source: Connector, name: str, asked: str | None) -> list[Fault]:
    """Refuse an engine on which a connector does not run."""
    if asked is None or asked in source.engines:
        return []
    close = nearest(asked, source.engines)
    mend = f"did you mean {close!r}?" if close else f"{name} runs on {', '.join(source.engines)}"
    return [Fault(f"{name!r} does not run on the engine {asked!r}", mend, ("engine",))]


def checked_options(
    document: Document, connector: tuple[str, Path], engine: str, options: Mapping[str, Any]
) -> BaseModel:
    """Hold a job's ``with`` against the connector's model and build it.

    Args:
        document: The job file; named in faults.
        connector: The source's connector, and the home folder that may hold its definition.
        engine: The engine that knows it.
        options: The settings, with or without their references filled in.

    Raises:
        JobError: They do not fit, or the engine or the connector is not installed.
    """
    loaded: Engine = load_plugin("ingest.engines", engine)()
    data = {"source": {"with": dict(options)}}
    return validate(loaded.options(*connector), Document(document.path, data, document.places), ("source", "with"))


def _connector_faults(connectors: Mapping[str, Connector], document: Document, role: Any) -> list[Fault]:  # noqa: ANN401  # a Role, from a tuple
    name = value_at(document.data, (role, "connector"))
    return role_faults(connectors, name, role) if isinstance(name, str) else []


def _source_faults(source: Connector, document: Document, home: Path) -> list[Fault]:
    name = value_at(document.data, ("source", "connector"))
    asked = value_at(document.data, ("engine",))
    faults = engine_faults(source, name, asked if isinstance(asked, str) else None)
    options = value_at(document.data, ("source", "with"))
    if faults or "source" not in source.roles or not isinstance(options, dict):
        return faults
    try:
        engine = asked if isinstance(asked, str) else source.engine
        checked_options(document, (name, home), engine, options)
    except JobError as error:
        return list(error.faults)
    return []
