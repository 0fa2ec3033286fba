"""Tells what a job may name: connectors with their roles, engines and options."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest_core.documents import nearest
from ingest_core.errors import IngestError, JobError
from ingest_core.job_checks import declared, unregistered
from ingest_core.ports import Engine, ObjectFacts
from ingest_core.registry import Connector, load_connectors, load_plugin


@dataclass(frozen=True)
class OptionFacts:
    """One key of a job's ``with``.

    Args:
        name: The key.
        type: What it holds, in the words of JSON Schema: ``string``, ``list of string``, ``"a" or "b"``.
        default: What holds where the job does not say; ``None`` also where it must.
        required: Whether the job must say it.
        description: What it is for, where the connector says.
        secret: Whether its value is masked in all that is written.
    """

    name: str
    type: str
    default: Any = None
    required: bool = False
    description: str = ""
    secret: bool = False


@dataclass(frozen=True)
class ConnectorFacts:
    """One entry of the registry.

    Args:
        name: Its name.
        description: What it is.
        roles: What it can be in a job: ``source``, ``target``.
        engine: The engine that makes a source of it, unless the job says otherwise.
        engines: All engines that can.
        allowed_in_cloud: Whether cloud mode takes it.
        options: What ``source.with`` may say.
        error: Why its options cannot be told, with the mend.
        objects: The objects that it has, where they are declared.
        documentation: Where its system is described.
    """

    name: str
    description: str
    roles: Sequence[str]
    engine: str | None
    engines: Sequence[str]
    allowed_in_cloud: bool
    options: Sequence[OptionFacts] = ()
    error: str | None = None
    objects: Mapping[str, ObjectFacts] = field(default_factory=dict)
    documentation: str | None = None


def list_connectors(home: str | os.PathLike[str], names: Sequence[str] = ()) -> Sequence[ConnectorFacts]:
    """Read the registry, and of each connector's model what a job may say.

    Args:
        home: The home folder, whose registry comes before the shipped one.
        names: Only these; all where none is named.

    Raises:
        JobError: There is no connector of a name, or a registry has faults.
    """
    folder = Path(home).absolute()
    known = load_connectors(folder)
    for name in names:
        if name not in known:
            close = nearest(name, known)
            mend = f"did you mean {close!r}?" if close else f"there are {', '.join(sorted(known))}"
            raise JobError(f"there is no connector {name!r}", unregistered(name, folder) or mend)
    return [_facts(name, entry, folder) for name, entry in sorted(known.items()) if not names or name in names]


def _facts(name: str, entry: Connector, home: Path) -> ConnectorFacts:
    options: Sequence[OptionFacts] = ()
    error = None
    found = None
    is_source = "source" in entry.roles
    try:
        options = _options(name, entry.engine, home) if is_source else ()
        found = declared(name, home, entry.engine) if is_source else None
    except IngestError as raised:
        error = str(raised)
    return ConnectorFacts(
        name,
        entry.description,
        entry.roles,
        entry.engine if is_source else None,
        entry.engines if is_source else (),
        entry.allowed_in_cloud,
        options,
        error,
        found.objects if found else {},
        found.documentation if found else None,
    )


def _options(name: str, engine: str, home: Path) -> list[OptionFacts]:
    loaded: Engine = load_plugin("ingest.engines", engine)()
    schema = loaded.options(name, home).model_json_schema()
    shared = schema.get("$defs", {})
    return [
        OptionFacts(
            key,
            _type(said, shared),
            said.get("default"),
            key in schema.get("required", ()),
            said.get("description", ""),
            bool(said.get("writeOnly")),
        )
        for key, said in schema.get("properties", {}).items()
    ]


def _type(said: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    """Write a type of JSON Schema as people say it."""
    if reference := said.get("$ref"):
        return _type(shared[reference.rpartition("/")[2]], shared)
    if choices := said.get("anyOf") or said.get("oneOf"):
        return " or ".join(_type(choice, shared) for choice in choices)
    if values := said.get("enum", [said["const"]] if "const" in said else []):
        return " or ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    kind = str(said.get("type", "anything"))
    inner = said.get("items") or said.get("additionalProperties")
    return f"{'list' if kind == 'array' else 'map'} of {_type(inner, shared)}" if isinstance(inner, Mapping) else kind
