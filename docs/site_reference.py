"""Writes the reference of the job file from its models: every key, its type, default and meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ingest_core.job import JobSpec
from ingest_core.registry import load_connectors, load_plugin
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

HEAD = """\
# The job file, key by key

Made of the models that check a job file. [The job file](../job-file.md) explains what belongs together.
Every key that is not listed here is refused, with the nearest that is.
"""


def job_file() -> str:
    """Write the page."""
    sections = [_section(f"`{key}`" if key else "The file", key, model) for key, model in _models("", JobSpec)]
    own = [_section(f"`source.with` of `{name}`", "source.with", model) for name, model in settings().items()]
    return "\n".join([HEAD, *sections, *own])


def settings() -> Mapping[str, type[BaseModel]]:
    """Give the models of the connectors' own settings, by the connectors that ship as sources."""
    found = {name: entry for name, entry in load_connectors(Path("nowhere")).items() if "source" in entry.roles}
    return {
        name: load_plugin("ingest.engines", entry.engine)().options(name, Path("nowhere"))
        for name, entry in found.items()
    }


def _models(key: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """List a model and those within it, each with the key at which it stands."""
    yield key, model
    for name, field in model.model_fields.items():
        for inner, mapping in _inner(field.annotation):
            place = f"{key}.{field.alias or name}".removeprefix(".")
            yield from _models(f"{place}.<name>" if mapping else place, inner)


def _inner(annotation: Any, *, mapping: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:  # noqa: ANN401  # any type
    """List the models in an annotation, and whether they are a mapping's values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, mapping
    for part in get_args(annotation):
        yield from _inner(part, mapping=mapping or get_origin(annotation) is dict)


def _section(title: str, key: str, model: type[BaseModel]) -> str:
    rows = [_row(key, name, field) for name, field in model.model_fields.items()]
    if not rows:
        return f"## {title}\n\nIt has none.\n"
    head = ["| key | what it holds | default | meaning |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", (model.__doc__ or "").replace("``", "`"), "", *head, *rows, ""])


def _row(key: str, name: str, field: FieldInfo) -> str:
    place = f"{key}.{field.alias or name}".removeprefix(".")
    cells = [f"`{place}`", _kind(field.annotation), _default(field), _meaning(field)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _meaning(field: FieldInfo) -> str:
    """Say what a key means; one that has keys of its own may leave that to them."""
    behind = [model.__doc__ or "" for model, _ in _inner(field.annotation)]
    return field.description or next(iter(behind), "")


_KINDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    timedelta: "length of time",
    Any: "anything",
}


def _kind(annotation: Any) -> str:  # noqa: ANN401  # any type
    """Say in words what a key holds."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in parts if part is not type(None)))
    if origin is list:
        return f"list of {_kind(parts[0])}s" if _kind(parts[0]) == "text" else f"list of {_kind(parts[0])}"
    if origin is dict:
        return f"mapping from a name to {_kind(parts[1])}"
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return "keys of its own" if is_model else _KINDS[annotation]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.default
    if default is None or default is PydanticUndefined or isinstance(default, BaseModel) or default in ({}, []):
        return ""
    if isinstance(default, timedelta):
        return f"`{default.total_seconds():g}s`"
    return f"`{json.dumps(default)}`" if not isinstance(default, str) else f"`{default}`"
