"""The requests of a stream, each with where in the file it is written: beside the stream's own, what is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from ingest_core.documents import faults_of
from ingest_core.errors import Fault, Key
from ingest_core.rest.definition.merged import MAIN, requests_of, strategy_of
from ingest_core.rest.definition.request import RequestSpec
from ingest_core.rest.definition.stream import StreamSpec
from ingest_core.rest.templates import references


@dataclass(frozen=True)
class Asked:
    """A request of a stream.

    Args:
        stream: The stream's place in the file.
        key: The place of what is its own.
        said: What is its own, as the file says it.
        spec: The whole of it.
    """

    stream: Key
    key: Key
    said: Mapping[str, Any]
    spec: RequestSpec

    def at(self, *inner: str) -> Key:
        """Give the place of one of its keys: its own, or the stream's that it takes over."""
        here: Any = self.said
        for part in inner:
            if not isinstance(here, Mapping) or part not in here:
                return (*self.stream, *inner)
            here = here[part]
        return (*self.key, *inner)

    @property
    def templates(self) -> Mapping[str, Any]:
        """What is sent, by its key: values whose references name what the request is about."""
        spec = self.spec
        return {"path": spec.path, "params": dict(spec.params), "headers": dict(spec.headers), "body": spec.body}

    @cached_property
    def names(self) -> frozenset[str]:
        """What the references in what is sent name: ``window:from``."""
        return frozenset(references(dict(self.templates)))


def asked_of(name: str, stream: StreamSpec) -> Iterator[Asked]:
    """Give a stream's own request, those beside it, and its strategies; those that are none are passed over."""
    at: Key = ("streams", name)
    own = stream.model_dump(exclude_unset=True)
    yield Asked(at, at, own, requests_of(stream.model_copy(update={"also": {}}))[MAIN])
    for other, changes in stream.also.items():
        if not _faults(stream, other, at):
            alone = stream.model_copy(update={"also": {other: changes}})
            yield Asked(at, (*at, "also", other), changes, requests_of(alone)[other])
    for other, strategy in stream.incremental.items():
        said = strategy.model_dump(exclude_unset=True)
        yield Asked(at, (*at, "incremental", other), said, strategy_of(stream, other))


def also_faults(name: str, stream: StreamSpec) -> list[Fault]:
    """Find what is wrong with the requests beside a stream's own, which no model has seen yet."""
    at: Key = ("streams", name)
    faults = [fault for other in stream.also for fault in _faults(stream, other, at)]
    if MAIN in stream.also:
        faults.append(Fault(f"{MAIN!r} is the stream's own request", "name it otherwise", (*at, "also", MAIN)))
    return faults


def _faults(stream: StreamSpec, other: str, at: Key) -> list[Fault]:
    if other == MAIN:
        return []
    changes = stream.also[other]
    try:
        requests_of(stream.model_copy(update={"also": {other: changes}}))
    except ValidationError as error:
        return faults_of(RequestSpec, error, changes, (*at, "also", other))
    return []
