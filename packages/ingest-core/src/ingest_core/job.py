"""What a user writes in a job file, as values. Reading and checking the file is ``job_file``'s work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
)

from ingest_core.documents import Document
from ingest_core.durations import parse_duration
from ingest_core.errors import JobError
from ingest_core.iceberg_types import arrow_type
from ingest_core.layout import Layout, clash, partition_field, property_faults, rejoined, sort_field
from ingest_core.ports import WriteMode

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def _plain_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("must be 1 to 100 letters, digits, '_', '-' or '.', and start with a letter, digit or '_'")
    return name


def job_name(name: str) -> str:
    """Check a job's name: plain names, divided by slashes.

    Raises:
        ValueError: It is not one.
    """
    for part in name.split("/"):
        _plain_name(part)
    return name


def _type_name(name: str) -> str:
    try:
        arrow_type(name)
    except JobError as error:
        raise ValueError(f"{error.faults[0].problem}; {error.faults[0].mend}") from None
    return name


def _objects(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    """Read a list of names as a mapping from each to nothing special."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    if isinstance(value, dict):
        return {name: {} if special is None else special for name, special in value.items()}
    return value


def _catalog(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    """Read a catalog's name as its only property; write scalars as pyiceberg's properties are written."""
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict):
        return {name: _property(scalar) for name, scalar in value.items()}
    return value


def _property(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _distinct(names: list[str]) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"names {', '.join(twice)} more than once")
    return names


def _bytes(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    """Read ``512MB`` or ``1GiB`` as bytes."""
    return int(TypeAdapter(ByteSize).validate_python(value)) if isinstance(value, str) else value


def _length(value: Any) -> timedelta:  # noqa: ANN401  # whatever the file holds
    """Read ``5s`` or ``1h30m`` as a length of time."""
    return parse_duration(value if isinstance(value, str) else "")


LEAST_MEMORY = 64_000_000
"""Bytes; below it the libraries alone do not start."""

Publish = Literal["each", "together"]
"""Whether each table shows its commit at once, or all tables show theirs at one moment."""

PlainName = Annotated[str, AfterValidator(_plain_name)]
TypeName = Annotated[str, AfterValidator(_type_name)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _entries(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    return rejoined(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value


def _partition_entry(text: str) -> str:
    partition_field(text)
    return text


def _partition(entries: list[str]) -> list[str]:
    if told := clash(tuple(partition_field(text) for text in entries)):
        raise ValueError(told)
    return entries


def _sort_entry(text: str) -> str:
    sort_field(text)
    return text


def _sort(entries: list[str]) -> list[str]:
    _distinct([sort_field(text).column for text in entries])
    return entries


def _properties(value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
    """Write scalars as Iceberg's properties are written."""
    return {name: _property(scalar) for name, scalar in value.items()} if isinstance(value, dict) else value


def _own_properties(properties: dict[str, str]) -> dict[str, str]:
    if told := property_faults(properties):
        raise ValueError("; ".join(told))
    return properties


PartitionBy = Annotated[
    list[Annotated[str, AfterValidator(_partition_entry)]], BeforeValidator(_entries), AfterValidator(_partition)
]
SortBy = Annotated[list[Annotated[str, AfterValidator(_sort_entry)]], AfterValidator(_sort)]
Properties = Annotated[dict[str, str], BeforeValidator(_properties), AfterValidator(_own_properties)]
Paths = Annotated[str, Field(min_length=1)] | Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
Columns = Annotated[list[str], Field(min_length=1), AfterValidator(_distinct)]
Length = Annotated[
    timedelta, BeforeValidator(_length), WithJsonSchema({"type": "string", "examples": ["30s", "1h30m"]})
]
ByteCount = Annotated[int, BeforeValidator(_bytes), Field(ge=LEAST_MEMORY)]


class IncrementalSpec(_Strict):
    """How the rows of an object follow one another. Names are those of the table's columns."""

    cursor: str | None = None
    deleted: str | None = None


class ObjectSpec(_Strict):
    """What a job says of one object: its place in the source, its table, its shape."""

    path: Paths | None = None
    table: PlainName | None = None
    write: WriteMode | None = None
    key: Columns | None = None
    partition_by: PartitionBy | None = None
    sort_by: SortBy | None = None
    incremental: IncrementalSpec | None = None
    commit_every: int | None = Field(default=None, ge=1)
    allow_empty: bool = False
    select: list[str] | None = Field(default=None, min_length=1)
    rename: dict[str, str] = {}
    types: dict[str, TypeName] = {}


class SourceSpec(_Strict):
    """Where the rows come from."""

    connector: PlainName
    objects: Annotated[dict[PlainName, ObjectSpec], BeforeValidator(_objects)] = Field(min_length=1)
    incremental: IncrementalSpec = IncrementalSpec()
    options: dict[str, Any] = Field(default={}, alias="with")


class TargetSpec(_Strict):
    """Where the rows go."""

    connector: PlainName
    catalog: Annotated[dict[str, str] | None, BeforeValidator(_catalog)] = None
    namespace: PlainName | None = None
    table: PlainName | None = None
    branch: str | None = None
    write: WriteMode = "append"
    key: Columns | None = None
    partition_by: PartitionBy | None = None
    sort_by: SortBy | None = None
    properties: Properties = {}
    metadata_columns: bool = True


class LimitsSpec(_Strict):
    """How much of the machine a run may take."""

    workers: int = Field(default=2, ge=1, le=64)
    memory: ByteCount = 512_000_000


class RetrySpec(_Strict):
    """How often what failed of something that passes is tried, and how long to pause before the second try."""

    attempts: int = Field(default=1, ge=1, le=100)
    backoff: Length = timedelta(seconds=5)


class LoggingSpec(_Strict):
    """What the log shows."""

    redaction: bool = True
    level: Literal["debug", "info", "warning", "error"] = "info"


class JobSpec(_Strict):
    """A job file, key by key."""

    tenant: PlainName
    name: Annotated[str, AfterValidator(job_name)] | None = None
    source: SourceSpec
    engine: PlainName | None = None
    target: TargetSpec
    publish: Publish = "each"
    limits: LimitsSpec = LimitsSpec()
    retry: RetrySpec = RetrySpec()
    logging: LoggingSpec = LoggingSpec()


@dataclass(frozen=True)
class Job:
    """A job that was read and found in order.

    Args:
        tenant: Whose job it is.
        name: Its name, unique within the tenant.
        home: The folder in which relative paths start.
        spec: What the file says.
        document: The file, for naming lines.
    """

    tenant: str
    name: str
    home: Path
    spec: JobSpec
    document: Document

    @property
    def objects(self) -> Mapping[str, ObjectSpec]:
        """The objects to land, by name, in the file's order."""
        return self.spec.source.objects

    @property
    def catalog(self) -> Literal["embedded", "rest"]:
        """The entry point of its catalog."""
        return "rest" if self.spec.target.catalog else "embedded"

    def table(self, name: str) -> str:
        """Give the table of an object: its own, the target's, or ``<connector>_<object>``."""
        return self.objects[name].table or self.spec.target.table or f"{self.spec.source.connector}_{name}"

    def write_mode(self, name: str) -> WriteMode:
        """Give the write mode of an object: its own, or the target's."""
        return self.objects[name].write or self.spec.target.write

    def key(self, name: str) -> tuple[str, ...]:
        """Give the key of an object: its own, the target's, or none."""
        return tuple(self.objects[name].key or self.spec.target.key or ())

    def layout(self, name: str) -> Layout:
        """Give how the table of an object is laid out: as it says, or as the target does."""
        own, common = self.objects[name], self.spec.target
        parts = own.partition_by if own.partition_by is not None else common.partition_by
        order = own.sort_by if own.sort_by is not None else common.sort_by
        return Layout(
            partition_by=None if parts is None else tuple(partition_field(text) for text in parts),
            sort_by=None if order is None else tuple(sort_field(text) for text in order),
            key=self.key(name),
            properties=dict(common.properties),
        )

    def incremental(self, name: str) -> IncrementalSpec:
        """Give how the rows of an object follow one another: as it says, or as the source does."""
        own = self.objects[name].incremental or IncrementalSpec()
        common = self.spec.source.incremental
        return IncrementalSpec(cursor=own.cursor or common.cursor, deleted=own.deleted or common.deleted)
