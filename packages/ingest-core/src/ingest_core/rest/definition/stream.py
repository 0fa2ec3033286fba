"""One stream of a connector: its request, its columns, how to go on with it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ingest_core.rest.definition.request import RequestSpec, Strategy
from ingest_core.rest.definition.strict import FieldPath, Strict, Template, TypeName


class ParentSpec(Strict):
    """Each record of another stream is asked for its own."""

    stream: str
    """The other stream, which is read for it whether a job lands it or not."""
    fields: list[FieldPath] = Field(default=["id"], min_length=1)
    """What of its records `${parent:...}` names in this stream's request."""


class DiscoveredFields(Strict):
    """Fields that the API is asked for: those that each account has made for itself."""

    path: str
    """The request that lists them, without pages."""
    params: dict[str, Template] = {}
    """Of its address."""
    records: FieldPath | None = None
    """Where the list stands in the answer."""
    name: FieldPath
    """Where a field's name stands in its entry."""
    kind: FieldPath | None = None
    """Where its type stands."""
    types: dict[str, TypeName] = {}
    """Iceberg types by the API's own; any other is a string."""
    into: str
    """The column that holds them: a struct whose empty texts are null."""
    option: str | None = None
    """The connector's option (a list) that narrows them."""
    always: list[str] = []
    """Fields that come whatever the option says: the cursor's, above all."""


class StreamSpec(RequestSpec):
    """One kind of object."""

    description: str = ""
    """What it holds."""
    key: list[str] = []
    """The columns that tell its rows apart."""
    types: dict[str, TypeName] = {}
    """Iceberg types of columns; all others are inferred over the first pages. A free-form map is
    `map<string, string>`."""
    epochs: dict[str, Literal["s", "ms", "us"]] = {}
    """Columns that hold moments as numbers since 1970; they land as timestamptz."""
    blank_is_null: list[str] = []
    """Columns in which an empty text means that there is no value."""
    deleted: str | None = None
    """The column that marks a row as deleted."""
    secret: list[str] = []
    """Columns whose values must show nowhere but in the table: they are masked in logs and errors."""
    order_by: str | None = None
    """The column whose greatest value is a row's last state, if it is not the cursor's."""
    parent: ParentSpec | None = None
    """The stream whose records are asked for these."""
    lists: dict[str, DiscoveredFields] = {}
    """What `${list:name}` names in its requests: fields that are found out first."""
    also: dict[str, dict[str, Any]] = {}
    """More requests whose records belong to it, by a name each: what is different from its own request, such as
    `{params: {archived: true}}`."""
    incremental: dict[str, Strategy] = {}
    """Ways to see what is new, by name; the first that fits the job's `write` holds, unless the job names one:
    `incremental: {strategy: ...}`. Unsaid, the stream's own cursor."""
