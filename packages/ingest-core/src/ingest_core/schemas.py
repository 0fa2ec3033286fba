"""JSON Schemas of the files that people write, for editors: what may stand where, with its meaning.

A schema knows a file's shape; what depends on other files or on several keys together only ``load_job`` knows.

Source: JSON Schema 2020-12, https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from ingest_core.job import JobSpec
from ingest_core.ports import Engine
from ingest_core.registry import Connector, ConnectorsFile, load_connectors, load_plugin
from ingest_core.rest.definition import Definition
from ingest_core.runner import RunnerFile

SchemaName = Literal["job", "registry", "runner", "connector"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_MODELS: Mapping[SchemaName, type[BaseModel]] = {
    "job": JobSpec,
    "registry": ConnectorsFile,
    "runner": RunnerFile,
    "connector": Definition,
}

Schema = dict[str, Any]


def json_schema(name: SchemaName, home: str | os.PathLike[str] | None = None) -> Schema:
    """Give the JSON Schema of a kind of file.

    Args:
        name: Which.
        home: The home folder whose registry's connectors a job may name, beside those that ship with ingest.

    Raises:
        JobError: The registry cannot be read, or a connector's code is not installed.
    """
    schema = _tidied(_MODELS[name].model_json_schema(mode="validation"))
    if name == "job":
        _name_connectors(schema, Path(home or ".").absolute())
    return {"$schema": DIALECT, "title": f"ingest: {name} file", **schema}


def _name_connectors(schema: Schema, home: Path) -> None:
    """Say which connectors there are, and for each source what its ``with`` may hold."""
    connectors = load_connectors(home)
    definitions = schema["$defs"]
    for role, spec in (("source", "SourceSpec"), ("target", "TargetSpec")):
        able = sorted(name for name, entry in connectors.items() if role in entry.roles)
        definitions[spec]["properties"]["connector"]["enum"] = able
    sources = [(name, entry) for name, entry in connectors.items() if "source" in entry.roles]
    schema["allOf"] = [_options_rule(definitions, name, entry, home) for name, entry in sources]


def _options_rule(definitions: Schema, name: str, entry: Connector, home: Path) -> Schema:
    """Say what ``with`` may hold where a connector runs on its default engine."""
    loaded: Engine = load_plugin("ingest.engines", entry.engine)()
    template = f"#/$defs/{name}.{{model}}"
    options = _tidied(loaded.options(name, home).model_json_schema(mode="validation", ref_template=template))
    definitions |= {f"{name}.{key}": value for key, value in options.pop("$defs", {}).items()}
    definitions[f"{name}.with"] = options
    chosen = {"source": {"properties": {"connector": {"const": name}}, "required": ["connector"]}}
    engine = {"engine": {"const": entry.engine}}
    meant = {"source": {"properties": {"with": {"$ref": f"#/$defs/{name}.with"}}}}
    return {"if": {"properties": chosen | engine, "required": ["source"]}, "then": {"properties": meant}}


def _tidied(schema: Any) -> Any:  # noqa: ANN401  # a schema is a tree of anything
    """Make mappings with names of a pattern take no other names, and leave out what pydantic adds that says nothing."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {key: _tidied(value) for key, value in schema.items() if not _says_nothing(key, value, schema)}
    if "patternProperties" in tidied:
        tidied.setdefault("additionalProperties", False)
    return tidied


def _says_nothing(key: str, value: object, schema: Schema) -> bool:
    """Tell titles made of a key's name, and bounds that belong to what a value is read as, not to how it is written."""
    misplaced = key in ("ge", "minLength", "minProperties") and "anyOf" in schema
    return (key == "title" and isinstance(value, str)) or misplaced
