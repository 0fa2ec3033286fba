"""Holds a document against its model and tells all faults at once, in the user's words."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ingest_core.documents.names import nearest, shortened
from ingest_core.documents.wording import worded
from ingest_core.documents.yaml_reader import Document
from ingest_core.errors import Fault, JobError, Key, dotted

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document, at: Key = ()) -> Model:
    """Build a model of a document's data, or of what stands at a key in it.

    Raises:
        JobError: The data does not fit; carries every fault with file, line, column and key, in the file's order.
    """
    data = value_at(document.data, at)
    try:
        return model.model_validate({} if data is None else data)
    except ValidationError as error:
        raise JobError.of(placed(faults_of(model, error, data, at), document)) from None


def faults_of(model: type[BaseModel], error: ValidationError, data: Any, at: Key = ()) -> list[Fault]:  # noqa: ANN401  # whatever the file holds
    """Give what pydantic found, in the user's words.

    Args:
        model: What the data was held against.
        error: What was found.
        data: The data.
        at: Where in the file it stands.
    """
    # include_input=False: a rejected value may be a secret that somebody wrote in the file.
    errors = error.errors(include_url=False, include_input=False)
    return _joined([_fault(model, detail, at, data) for detail in errors])


def placed(faults: list[Fault], document: Document) -> list[Fault]:
    """Give each fault its place in a document, and put them in the document's order."""
    ordered = sorted(faults, key=lambda fault: document.place(fault.key))
    return [Fault(each.problem, each.mend, each.key, each.where or document.where(each.key)) for each in ordered]


def value_at(data: Any, key: Key) -> Any:  # noqa: ANN401  # whatever the file holds
    """Give what stands at a key; ``None`` where nothing does."""
    for part in key:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _fault(model: type[BaseModel], detail: Any, at: Key, data: Any) -> Fault:  # noqa: ANN401  # pydantic's ErrorDetails is a loose mapping
    inner = _within(detail, data)
    key: Key = (*at, *inner)
    kind = detail["type"]
    if kind == "extra_forbidden":
        name = str(key[-1])
        known = _known_keys(model, inner[:-1])
        close = nearest(name, known)
        mend = f"did you mean {close!r}?" if close else f"known here: {', '.join(sorted(known))}"
        return Fault(f"unknown key {shortened(name)!r}", mend, key)
    if kind == "missing":
        return Fault(f"the key {dotted(key)!r} is missing", "add it", key)
    return Fault(*worded(detail, value_at(data, inner)), key)


def _within(detail: Any, data: Any) -> Key:  # noqa: ANN401  # as above, and whatever the file holds
    """Take out of pydantic's place what is no key of the file: the options of a union, and its mark of a key."""
    key: list[str | int] = []
    for place, part in enumerate(detail["loc"], start=1):
        is_missing = detail["type"] == "missing" and place == len(detail["loc"])
        if is_missing or isinstance(part, int) or (isinstance(data, dict) and part in data):
            key.append(part)
            data = value_at(data, (part,))
    return tuple(key)


def _joined(faults: list[Fault]) -> list[Fault]:
    """Make one fault of those that the options of a union found in one value; what is found within it goes before."""
    by_key: dict[Key, list[Fault]] = {}
    for fault in faults:
        by_key.setdefault(fault.key, []).append(fault)
    deepest = [key for key in by_key if not any(other[: len(key)] == key and other != key for other in by_key)]
    return [_one(key, by_key[key]) for key in deepest]


def _one(key: Key, faults: list[Fault]) -> Fault:
    problems = dict.fromkeys(fault.problem for fault in faults)
    return Fault(", or ".join(problems), next((fault.mend for fault in faults if fault.mend), ""), key)


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
    """Take a union apart, also one that is marked or within another; anything else is its own only option."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(option for each in get_args(annotation) for option in _options(each))


def _is_model(option: Any) -> bool:  # noqa: ANN401  # walks type annotations
    return isinstance(option, type) and issubclass(option, BaseModel)
