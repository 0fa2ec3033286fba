"""What a user writes in a job file, as values. Reading and checking the file is ``job_file``'s work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, TypeAdapter

from ingest_core.documents import Document
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
ByteCount = Annotated[int, BeforeValidator(_bytes), Field(ge=LEAST_MEMORY)]


class IncrementalSpec(_Strict):
    """How the rows of an object follow one another. Names are those of the table's columns."""

    cursor: str | None = Field(default=None, description="The column whose greatest value is a key's last row.")
    deleted: str | None = Field(
        default=None, description="The column that marks a row as deleted: true, or any value where it is not boolean."
    )


class ObjectSpec(_Strict):
    """What a job says of one object: its place in the source, its table, its shape."""

    path: Paths | None = Field(
        default=None, description="Where its files are: one path or glob, or several; relative ones start in the home."
    )
    table: PlainName | None = Field(default=None, description="Its table; unsaid, `<connector>_<object>`.")
    write: WriteMode | None = Field(default=None, description="How its rows land; unsaid, as `target.write` says.")
    key: Columns | None = Field(default=None, description="The columns that tell its rows apart.")
    partition_by: PartitionBy | None = Field(
        default=None, description="How its rows are divided into files: columns and transforms of them."
    )
    sort_by: SortBy | None = Field(default=None, description="How its rows are sorted within a file.")
    incremental: IncrementalSpec | None = Field(default=None, description="How its rows follow one another.")
    commit_every: int | None = Field(
        default=None, ge=1, description="Rows after which what was read is committed; unsaid, all at once."
    )
    allow_empty: bool = Field(default=False, description="Whether `replace` may empty the table.")
    select: list[str] | None = Field(default=None, min_length=1, description="The columns that land; unsaid, all.")
    rename: dict[str, str] = Field(default={}, description="New names, by the names in the source.")
    types: dict[str, TypeName] = Field(
        default={}, description="Iceberg types by column; those of other columns the source knows or infers."
    )


class SourceSpec(_Strict):
    """Where the rows come from."""

    connector: PlainName = Field(description="Which connector reads them: a source of the registry.")
    objects: Annotated[dict[PlainName, ObjectSpec], BeforeValidator(_objects)] = Field(
        min_length=1, description="What to read: a list of names, or a mapping from a name to what is special to it."
    )
    incremental: IncrementalSpec = Field(
        default=IncrementalSpec(), description="For objects that do not say: how their rows follow one another."
    )
    options: dict[str, Any] = Field(
        default={}, alias="with", description="The connector's own settings; references to secrets may stand in them."
    )


class TargetSpec(_Strict):
    """Where the rows go."""

    connector: PlainName = Field(description="What kind of target it is: a target of the registry.")
    catalog: Annotated[dict[str, str] | None, BeforeValidator(_catalog)] = Field(
        default=None, description="pyiceberg's properties of the catalog, or its name; unsaid, the embedded catalog."
    )
    namespace: PlainName | None = Field(default=None, description="Where the tables lie; unsaid, the tenant's name.")
    table: PlainName | None = Field(default=None, description="The table of objects that do not say.")
    branch: str | None = Field(default=None, description="The branch to land on, where the catalog has branches.")
    write: WriteMode = Field(
        default="append",
        description="`append` adds rows; `replace` puts them in the place of all others; `merge` keeps each key's last "
        "row; `history` keeps every version.",
    )
    key: Columns | None = Field(default=None, description="The key of objects that do not say.")
    partition_by: PartitionBy | None = Field(default=None, description="The partitions of objects that do not say.")
    sort_by: SortBy | None = Field(default=None, description="The order of objects that do not say.")
    properties: Properties = Field(default={}, description="Properties of the tables, as Iceberg names them.")
    metadata_columns: bool = Field(
        default=True, description="Whether `_ingest_run_id`, `_ingest_loaded_at` and `_ingest_source` are added."
    )


class LimitsSpec(_Strict):
    """How much of the machine a run may take."""

    workers: int = Field(default=2, ge=1, le=64, description="Parts of the source that are read side by side.")
    memory: ByteCount = Field(default=512_000_000, description="Bytes that a run may take, or `512MB`, `1GiB`.")


class LoggingSpec(_Strict):
    """What the log shows."""

    redaction: bool = Field(default=True, description="Whether secrets are masked in all output.")
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least serious events that are logged."
    )


class JobSpec(_Strict):
    """A job file, key by key."""

    tenant: PlainName = Field(description="Whose job it is; names the secrets' folder and the default namespace.")
    name: Annotated[str, AfterValidator(job_name)] | None = Field(
        default=None, description="The job's name; unsaid, the file's path below `jobs/<tenant>/`, without its ending."
    )
    source: SourceSpec = Field(description="Where the rows come from.")
    engine: PlainName | None = Field(default=None, description="What runs the connector; unsaid, as the registry says.")
    target: TargetSpec = Field(description="Where the rows go.")
    publish: Publish = Field(
        default="each",
        description="`each` shows a table's commit at once; `together` shows all tables at one moment, or none.",
    )
    limits: LimitsSpec = Field(default=LimitsSpec(), description="How much of the machine a run may take.")
    logging: LoggingSpec = Field(default=LoggingSpec(), description="What the log shows.")


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
