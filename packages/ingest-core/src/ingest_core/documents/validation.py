"""Holds a document against its model and tells all faults at once, in the user's words."""

from __future__ import annotations

from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ingest_core.documents.names import nearest
from ingest_core.documents.yaml_reader import Document
from ingest_core.errors import Fault, JobError, Key, dotted, located

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document, at: Key = ()) -> Model:
    """Build a model of a document's data, or of what stands at a key in it.

    Raises:
        JobError: The data does not fit; carries every fault with file, line and key.
    """
    data = document.data
    for part in at:
        data = data[part]
    try:
        return model.model_validate({} if data is None else data)
    except ValidationError as error:
        # include_input=False: a rejected value may be a secret that somebody wrote in the file.
        errors = error.errors(include_url=False, include_input=False)
        faults = [_fault(model, detail, at) for detail in errors]
        raise JobError.of(located(faults, [document.where(fault.key) for fault in faults])) from None


def _fault(model: type[BaseModel], detail: Any, at: Key) -> Fault:  # noqa: ANN401  # pydantic's ErrorDetails is a loose mapping
    key: Key = (*at, *(part for part in detail["loc"] if part != "[key]"))
    kind = detail["type"]
    if kind == "extra_forbidden":
        name = str(key[-1])
        known = _known_keys(model, key[len(at) : -1])
        close = nearest(name, known)
        mend = f"did you mean {close!r}?" if close else f"known here: {', '.join(sorted(known))}"
        return Fault(f"unknown key {name!r}", mend, key)
    if kind == "missing":
        return Fault(f"the key {dotted(key)!r} is missing", "add it", key)
    return Fault(str(detail["msg"]).removeprefix("Value error, "), "", key)


def _known_keys(model: type[BaseModel], key: Key) -> set[str]:
    """List the keys that the model allows at a place."""
    here: Any = model
    for part in key:
        here = _step(here, part)
    models = [option for option in _options(here) if _is_model(option)]
    return {info.alias or name for found in models for name, info in found.model_fields.items()}


def _step(annotation: Any, part: str | int) -> Any:  # noqa: ANN401  # walks type annotations
    """Follow one key into an annotation: into a model's field, or into what a mapping or list holds."""
    for option in _options(annotation):
        if _is_model(option):
            fields = option.model_fields.items()
            return next((info.annotation for name, info in fields if part in (info.alias, name)), None)
        if get_origin(option) in (dict, list):
            return get_args(option)[-1]
    return None


def _options(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401  # walks type annotations
    """Take a union apart; anything else is its own only option."""
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _is_model(option: Any) -> bool:  # noqa: ANN401  # walks type annotations
    return isinstance(option, type) and issubclass(option, BaseModel)
