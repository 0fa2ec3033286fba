"""Whether what ``${...}`` names is there, and known where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest_core.documents import nearest
from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.checks.asked import Asked
from ingest_core.rest.definition.connector import Definition
from ingest_core.rest.definition.stream import StreamSpec
from ingest_core.rest.templates import references

WINDOW = ("window:from", "window:after", "window:until", "window:through")
BEGAN = "load:began"

_ELSEWHERE = {
    "window": "a stretch of the cursor is known in a stream's path, params, headers and body alone",
    "parent": "a parent's fields are known in a stream that has a `parent` alone",
    "list": "fields that are found out are known in the stream whose `lists` name them alone",
    "load": "it is known in a column's `value` alone",
    "secret": "name an option, whose `default` may be such a reference",
    "env": "name an option, whose `default` may be such a reference",
}
"""What is known of each kind of reference, where it stands in a place at which there is none of it."""


def common_reference_faults(definition: Definition) -> Iterator[Fault]:
    """Find references that all streams share and that name no option.

    Args:
        definition: The definition.
    """
    known = _options(definition)
    auth = definition.auth.model_dump() if definition.auth else {}
    said: Mapping[str, Any] = {
        "base_url": definition.base_url,
        "auth": auth,
        "headers": definition.headers,
        "params": definition.params,
        "check": definition.check.model_dump() if definition.check else {},
    }
    for part, value in said.items():
        yield from _faults(value, (part,), known)
    for name, stream in definition.streams.items():
        for each, spec in stream.lists.items():
            asked = {"path": spec.path, "params": spec.params}
            yield from _faults(asked, ("streams", name, "lists", each), known)


def request_reference_faults(asked: Asked, definition: Definition, stream: StreamSpec) -> Iterator[Fault]:
    """Find references in a request, and in the columns that it adds, that name nothing.

    Args:
        asked: The request.
        definition: The definition, for its options.
        stream: The stream.
    """
    fixed = [*_options(definition), *(f"list:{name}" for name in stream.lists)]
    fixed += [f"parent:{field}" for field in (stream.parent.fields if stream.parent else ())]
    for part, value in asked.templates.items():
        inner = value if isinstance(value, Mapping) else {None: value}
        for key, template in inner.items():
            place = asked.at(part) if key is None else asked.at(part, str(key))
            yield from _faults(template, place, [*fixed, *WINDOW])
    for name, column in asked.spec.columns.items():
        yield from _faults(column.value, (*asked.at("columns", name), "value"), [*fixed, BEGAN])


def _options(definition: Definition) -> list[str]:
    return [f"option:{name}" for name in definition.options]


def _faults(template: Any, key: Key, known: list[str]) -> Iterator[Fault]:  # noqa: ANN401  # whatever a definition holds
    """Look into a value, entry by entry, so that a fault tells the nearest place."""
    if isinstance(template, Mapping):
        for name, inner in template.items():
            yield from _faults(inner, (*key, name), known)
        return
    if isinstance(template, list):
        for place, inner in enumerate(template):
            yield from _faults(inner, (*key, place), known)
        return
    for name in sorted(references(template) - set(known)):
        yield Fault(f"${{{name}}} names nothing here", _mend(name, known), key)


def _mend(name: str, known: list[str]) -> str:
    if close := nearest(name, known):
        return f"did you mean ${{{close}}}?"
    kind = name.partition(":")[0]
    same = [each for each in known if each.startswith(f"{kind}:")]
    if not same and kind in _ELSEWHERE:
        return _ELSEWHERE[kind]
    able = ", ".join(f"${{{each}}}" for each in same or known)
    return f"here may stand {able}" if able else "declare it in `options`"
