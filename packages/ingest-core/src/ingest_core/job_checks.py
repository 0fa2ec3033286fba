"""Holds the names in a job file against what is installed, also where other things in the file are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from ingest_core.documents import Document, nearest, validate, value_at
from ingest_core.errors import Fault, JobError, Key
from ingest_core.ports import Declared, Declaring, Engine
from ingest_core.registry import Connector, load_connectors, load_plugin
from ingest_core.rest.definition import find_definition

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
    faults = [fault for role in ("source", "target") for fault in _connector_faults(connectors, document, home, role)]
    source = connectors.get(str(value_at(document.data, ("source", "connector"))))
    return faults if source is None else [*faults, *_source_faults(source, document, home)]


def role_faults(connectors: Mapping[str, Connector], name: str, role: Role, home: Path) -> list[Fault]:
    """Refuse a connector that does not exist, or that cannot be a source or a target.

    Args:
        connectors: The registry.
        name: The connector.
        role: What it is to be.
        home: The home folder, which may hold a definition of it that no registry knows of.
    """
    key: Key = (role, "connector")
    found = connectors.get(name)
    if found and role in found.roles:
        return []
    able = sorted(other for other, entry in connectors.items() if role in entry.roles)
    if found:
        return [Fault(f"{name!r} cannot be a {role}", f"a {role} can be {', '.join(able)}", key)]
    close = nearest(name, able)
    mend = f"did you mean {close!r}?" if close else f"a {role} can be {', '.join(able)}"
    return [Fault(f"there is no connector {name!r}", unregistered(name, home) or mend, key)]


def unregistered(name: str, home: Path) -> str:
    """Say how a connector that is declared in a file gets into the registry; empty where there is no file of it."""
    path = find_definition(home, name)
    if path is None:
        return ""
    registry = home / "registry" / "connectors.yaml"
    entry = f"  {name}: {{description: What it is, roles: [source]}}"
    if registry.exists():
        return f"{path} declares it: add it to {registry}, below `connectors`:\n{entry}"
    return f"{path} declares it: write {registry}:\nversion: 1\nconnectors:\n{entry}"


def declared(connector: str, home: Path, engine: str) -> Declared | None:
    """Tell what is declared of a connector.

    Args:
        connector: Its name.
        home: The home folder, which may hold its definition.
        engine: The engine that knows it.

    Returns:
        What is declared; ``None`` where only the system itself knows its objects.

    Raises:
        JobError: Its definition has faults, or the engine or the connector is not installed.
    """
    loaded: Engine = load_plugin("ingest.engines", engine)()
    return loaded.declared(connector, home) if isinstance(loaded, Declaring) else None


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


def _connector_faults(
    connectors: Mapping[str, Connector],
    document: Document,
    home: Path,
    role: Any,  # noqa: ANN401  # a Role, from a tuple
) -> list[Fault]:
    name = value_at(document.data, (role, "connector"))
    return role_faults(connectors, name, role, home) if isinstance(name, str) else []


def _source_faults(source: Connector, document: Document, home: Path) -> list[Fault]:
    name = value_at(document.data, ("source", "connector"))
    asked = value_at(document.data, ("engine",))
    faults = engine_faults(source, name, asked if isinstance(asked, str) else None)
    if faults or "source" not in source.roles:
        return faults
    engine = asked if isinstance(asked, str) else source.engine
    options = value_at(document.data, ("source", "with"))
    try:
        faults += _object_faults(document, name, declared(name, home, engine))
        if isinstance(options, dict):
            checked_options(document, (name, home), engine, options)
    except JobError as error:
        return [*faults, *error.faults]
    return faults


def _object_faults(document: Document, connector: str, known: Declared | None) -> list[Fault]:
    """Refuse objects that a connector does not have."""
    objects = value_at(document.data, ("source", "objects"))
    if known is None or not isinstance(objects, dict | list):
        return []
    places = objects.items() if isinstance(objects, dict) else enumerate(objects)
    named = [(place, place if isinstance(objects, dict) else each) for place, each in places]
    return [
        Fault(f"{connector} has no object {name!r}", _object_mend(name, known), ("source", "objects", place))
        for place, name in named
        if isinstance(name, str) and name not in known.objects
    ]


def _object_mend(name: str, known: Declared) -> str:
    close = nearest(name, known.objects)
    return f"did you mean {close!r}?" if close else f"it has {', '.join(known.objects)}"
