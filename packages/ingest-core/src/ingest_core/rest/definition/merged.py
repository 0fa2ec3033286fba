"""Lays what is different from a stream's own request over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest_core.rest.definition.request import RequestSpec, Strategy
from ingest_core.rest.definition.stream import StreamSpec

MAIN = "main"
"""The name of a stream's own request."""

_JOINED = ("params", "headers", "columns")
"""What is laid over key by key; anything else takes the place of what it was."""


def requests_of(stream: StreamSpec) -> dict[str, RequestSpec]:
    """Give a stream's requests, its own first.

    Raises:
        pydantic.ValidationError: What is different in one of them is no part of a request.
    """
    own = {name: value for name, value in stream.model_dump(exclude_unset=True).items() if name in _REQUEST}
    return {
        name: RequestSpec.model_validate(_over(own, changes)) for name, changes in [(MAIN, {}), *stream.also.items()]
    }


def strategy_of(stream: StreamSpec, name: str) -> Strategy:
    """Give a strategy, with what it takes over from its stream.

    One without a path is the stream's own request with its changes; one with a path stands alone, but for the paging.
    """
    said = stream.incremental[name].model_dump(exclude_unset=True)
    own = {key: value for key, value in stream.model_dump(exclude_unset=True).items() if key in _REQUEST}
    if said.get("path"):
        own = {key: value for key, value in own.items() if key == "paging"}
    return Strategy.model_validate(_over(own, said))


_REQUEST = frozenset(RequestSpec.model_fields)


def _over(own: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    joined = {key: {**own.get(key, {}), **changes[key]} for key in _JOINED if isinstance(changes.get(key), Mapping)}
    return {**own, **changes, **joined}
