"""An API as one job reaches it: its definition, the job's settings, what was found out about it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ingest_core.documents import nearest
from ingest_core.errors import JobError
from ingest_core.iceberg_types import arrow_type
from ingest_core.rest.client import Answer, Client, Closing, Request
from ingest_core.rest.client.authentication import Hide
from ingest_core.rest.definition import Definition, StreamSpec
from ingest_core.rest.definition.auth import CREDENTIALS
from ingest_core.rest.definition.stream import DiscoveredFields
from ingest_core.rest.records import Envelope, Fields
from ingest_core.rest.templates import Values, filled, references


@dataclass(frozen=True)
class Found:
    """Fields that were found out.

    Args:
        values: What `${list:...}` names.
        types: For each column that holds some, a struct of them.
    """

    values: Values
    types: Mapping[str, pa.DataType]


class Api:
    """An API. Used by several threads at once.

    Args:
        connector: The connector's name.
        definition: Its definition.
        options: The job's settings, secrets filled in.
        hide: Is told of secrets that come to be known.
    """

    def __init__(self, connector: str, definition: Definition, options: Mapping[str, Any], hide: Hide) -> None:
        self.connector = connector
        self.definition = definition
        self.options: Values = {f"option:{name}": value for name, value in options.items()}
        for name in _secret_options(definition):
            if options.get(name):
                hide(str(options[name]), name)
        self.client = Client(definition, self.options, hide, _mend(definition))
        self.base = str(filled(definition.base_url, self.options)).rstrip("/") + "/"
        self._found: dict[int, Found] = {}
        self._lock = threading.Lock()

    def stream(self, name: str) -> StreamSpec:
        """Give a stream.

        Raises:
            JobError: There is none of that name.
        """
        streams = self.definition.streams
        if name not in streams:
            close = nearest(name, streams)
            mend = f"did you mean {close!r}?" if close else f"it has {', '.join(streams)}"
            raise JobError(f"{self.connector} has no object {name!r}", mend, ("source", "objects", name))
        return streams[name]

    def check(self, closing: Closing) -> bool:
        """Ask what the definition says costs little; tell whether it says so."""
        spec = self.definition.check
        if spec is not None:
            params = {**self.params, **(filled(spec.params, self.options) or {})}
            self.client.ask(Request(str(filled(spec.path, self.options)), params), Envelope, closing)
        return spec is not None

    @property
    def params(self) -> Mapping[str, Any]:
        """The parameters of every request."""
        return filled(self.definition.params, self.options) or {}

    def found(self, stream: StreamSpec, closing: Closing) -> Found:
        """Find out the fields that a stream's requests name, once.

        Raises:
            JobError: The job narrows them to one that is not there.
        """
        with self._lock:
            if id(stream) not in self._found:
                lists = {name: self._fields(spec, closing) for name, spec in stream.lists.items()}
                values = {f"list:{name}": list(fields) for name, fields in lists.items()}
                types = {spec.into: _struct(lists[name]) for name, spec in stream.lists.items()}
                self._found[id(stream)] = Found({**self.options, **values}, types)
            return self._found[id(stream)]

    def _fields(self, spec: DiscoveredFields, closing: Closing) -> Mapping[str, pa.DataType]:
        """Ask for fields, with their types."""
        fields = Fields([spec.name, spec.kind or spec.name])
        request = Request(
            str(filled(spec.path, self.options)), {**self.params, **(filled(spec.params, self.options) or {})}
        )

        def read(answer: Answer) -> Sequence[tuple[Any, ...]]:
            return [fields.of(record) for record in Envelope(answer).records(spec.records)]

        entries = self.client.ask(request, read, closing)
        known = {str(name): arrow_type(spec.types.get(str(kind), "string")) for name, kind in entries}
        wanted = self.options.get(f"option:{spec.option}") if spec.option else None
        if wanted is None:
            return known
        return {name: _wanted(name, known, spec) for name in dict.fromkeys([*wanted, *spec.always])}


def _wanted(name: str, known: Mapping[str, pa.DataType], spec: DiscoveredFields) -> pa.DataType:
    if name not in known:
        close = nearest(name, known)
        mend = f"did you mean {close!r}?" if close else "leave it out"
        raise JobError(f"the account has no field {name!r}", mend, ("source", "with", spec.option or ""))
    return known[name]


def _struct(fields: Mapping[str, pa.DataType]) -> pa.DataType:
    return pa.struct(list(fields.items()))


def _secret_options(definition: Definition) -> set[str]:
    """Name the options whose values show nowhere: those that say so, and those by which alone the API lets us in."""
    secret = {name for name, spec in definition.options.items() if spec.secret}
    for key in CREDENTIALS:
        named = references(getattr(definition.auth, key, None))
        options = {name.removeprefix("option:") for name in named}
        secret |= options if secret.isdisjoint(options) else set()
    return secret


def _mend(definition: Definition) -> str:
    """Name the settings that hold credentials."""
    spec = definition.auth
    said = references(spec.model_dump()) if spec else set()
    names = sorted(f"`{name.removeprefix('option:')}`" for name in said if name.startswith("option:"))
    return f"they are in source.with, {', '.join(names)}" if names else ""
