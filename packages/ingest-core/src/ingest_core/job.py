"""What a user writes in a job file, as values. Reading and checking the file is ``job_file``'s work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)

from ingest_core.contracts import NO_CONTRACT, AssetText, Contract
from ingest_core.documents import Document
from ingest_core.durations import parse_duration, written
from ingest_core.errors import JobError
from ingest_core.iceberg_types import TYPE_NAMES, arrow_type
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

NAME_PATTERN = {"pattern": f"^{_NAME.pattern}$"}
_NAMES_PATTERN = {"pattern": f"^{_NAME.pattern}(/{_NAME.pattern})*$"}
_TYPE_PATTERN = {
    "pattern": rf"^\s*({'|'.join(TYPE_NAMES)}|(decimal|fixed)\s*[(\[].*|(struct|list|map)\s*<(.|\n)*>)\s*$"
}
_BYTES_PATTERN = {"pattern": r"^\s*\d*\.?\d+\s*(([kKmMgGtTpPeE][iI]?)?[bB]?)\s*$", "examples": ["512MB", "1GiB"]}
"""What editors are told; the validators beside them decide."""

PlainName = Annotated[str, AfterValidator(_plain_name), Field(json_schema_extra=NAME_PATTERN)]
JobName = Annotated[str, AfterValidator(job_name), Field(json_schema_extra=_NAMES_PATTERN)]
TypeName = Annotated[str, AfterValidator(_type_name), Field(json_schema_extra=_TYPE_PATTERN)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


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
_Scalars = dict[str, str | bool | int | float]
_Reserved = {"propertyNames": {"not": {"pattern": r"^(ingest\.|format-version$)"}}}
Properties = Annotated[
    dict[str, str],
    BeforeValidator(_properties, json_schema_input_type=Annotated[_Scalars, Field(json_schema_extra=_Reserved)]),
    AfterValidator(_own_properties),
]
CatalogProperties = Annotated[
    dict[str, str] | None, BeforeValidator(_catalog, json_schema_input_type=str | _Scalars | None)
]
Paths = Annotated[str, Field(min_length=1)] | Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
Columns = Annotated[list[str], Field(min_length=1, json_schema_extra={"uniqueItems": True}), AfterValidator(_distinct)]
_LENGTH_SCHEMA = {"type": "string", "pattern": r"^(\d+(d|h|m|s|ms))+$", "examples": ["30s", "1h30m"]}
Length = Annotated[
    timedelta, BeforeValidator(_length), WithJsonSchema(_LENGTH_SCHEMA), PlainSerializer(written, return_type=str)
]
_Bytes = Annotated[int, Field(ge=LEAST_MEMORY)] | Annotated[str, Field(json_schema_extra=_BYTES_PATTERN)]
ByteCount = Annotated[int, BeforeValidator(_bytes, json_schema_input_type=_Bytes), Field(ge=LEAST_MEMORY)]


class IncrementalSpec(_Strict):
    """How the rows of an object follow one another. Names are those of the table's columns."""

    cursor: str | None = None
    """The column whose greatest value is last."""
    deleted: str | None = None
    """The column that marks a row as deleted: true, or any value where it is not boolean."""
    strategy: str | None = None
    """By which of the connector's ways it is found out what is new; unsaid, the first that fits."""


class ObjectSpec(_Strict):
    """What a job says of one object: its place in the source, its table, its shape."""

    path: Paths | None = None
    """Path or glob of its files, or several; relative ones start in the home folder."""
    table: PlainName | None = None
    """Where its rows land; unsaid `<connector>_<object>`."""
    write: WriteMode | None = None
    """How its rows land; unsaid, as the target says."""
    key: Columns | None = None
    """The columns that tell its rows apart."""
    partition_by: PartitionBy | None = None
    """How its rows are divided into files: `region`, `day(at)`, `bucket(16, id)`."""
    sort_by: SortBy | None = None
    """How its rows are sorted within files: `at desc`, `id`."""
    incremental: IncrementalSpec | None = None
    """How its rows follow one another; unsaid, as the source says."""
    commit_every: int | None = Field(default=None, ge=1)
    """Rows after which what was read so far is committed; unsaid, all is committed at once."""
    asset: AssetText | None = None
    """Its data contract (ODCS v3), as `asset` of the job; `stripe/billing#invoices` names one schema of it."""
    allow_empty: bool = False
    """Whether `write: replace` may empty the table."""
    select: list[str] | None = Field(default=None, min_length=1)
    """Its columns that land; unsaid, all of them."""
    rename: dict[str, str] = {}
    """New names of columns, by the old ones."""
    types: dict[str, TypeName] = {}
    """Iceberg types of columns; the others are those of its asset, inferred, or read from the table."""


_Objects = (
    Annotated[list[PlainName], Field(min_length=1)] | Annotated[dict[PlainName, ObjectSpec | None], Field(min_length=1)]
)


class SourceSpec(_Strict):
    """Where the rows come from."""

    connector: PlainName
    """A source of the registry; see `ingest connectors`."""
    objects: Annotated[
        dict[PlainName, ObjectSpec], BeforeValidator(_objects, json_schema_input_type=_Objects), Field(min_length=1)
    ]
    """What is read: a list of names, or a mapping from a name to what is special to it."""
    incremental: IncrementalSpec = IncrementalSpec()
    """How the rows of all objects follow one another."""
    options: dict[str, Any] = Field(default={}, alias="with")
    """The connector's own settings."""


class TargetSpec(_Strict):
    """Where the rows go."""

    connector: PlainName
    """A target of the registry."""
    catalog: CatalogProperties = None
    """pyiceberg's properties of a catalog, or a name that its configuration explains; unsaid, the embedded catalog."""
    namespace: PlainName | None = None
    """Unsaid, the tenant."""
    table: PlainName | None = None
    """The table of all objects that name none of their own."""
    branch: str | None = None
    """Of Nessie; unsaid, the server's default."""
    branch_from: str | None = None
    """The branch or tag that a run makes the branch from, where it is not there; unsaid, that is a fault."""
    write: WriteMode = "append"
    """How rows land, of objects that do not say."""
    key: Columns | None = None
    """The columns that tell rows apart, of objects that do not say."""
    partition_by: PartitionBy | None = None
    """How rows are divided into files, of objects that do not say."""
    sort_by: SortBy | None = None
    """How rows are sorted, of objects that do not say."""
    properties: Properties = {}
    """The tables' properties."""
    metadata_columns: bool = True
    """Whether rows bear `_ingest_run_id`, `_ingest_loaded_at` and `_ingest_source`."""

    @model_validator(mode="after")
    def _names_what_is_made(self) -> TargetSpec:
        if self.branch_from is not None and self.branch is None:
            raise ValueError("must name the `branch` that is made from `branch_from`")
        return self


class LimitsSpec(_Strict):
    """How much of the machine a run may take."""

    workers: int = Field(default=2, ge=1, le=64)
    """Parts of the source that are read at once, as far as the memory allows."""
    memory: ByteCount = 512_000_000
    """What a run may take, all told: bytes, or `512MB`, `1GiB`."""


class RetrySpec(_Strict):
    """How often what failed of something that passes is tried, and how long to pause before the second try."""

    attempts: int = Field(default=1, ge=1, le=100, description="Tries of each object, all told.")
    backoff: Length = Field(
        default=timedelta(seconds=5),
        description="The pause before the second try: `5s`, `1m30s`; it doubles from try to try, by chance.",
        json_schema_extra={"default": "5s"},
    )


class LoggingSpec(_Strict):
    """What the log shows."""

    redaction: bool = True
    """Whether secrets are masked in all that is written."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """From which level on lines are written."""


class JobSpec(_Strict):
    """A job file, key by key."""

    tenant: PlainName
    """Whose job it is: names the secrets' folder, the slot and the default namespace."""
    name: JobName | None = None
    """Unsaid, the file's path below `jobs/<tenant>/` without its ending."""
    source: SourceSpec
    engine: PlainName | None = None
    """What makes a source of the connector; unsaid, as the registry says."""
    asset: AssetText | None = None
    """The data contract (ODCS v3): a file's path below `assets/` without its ending, such as `stripe/customers`."""
    target: TargetSpec
    depends_on: Annotated[list[PlainName], AfterValidator(_distinct)] = []
    """The tenant's tables that the source's rows are made of, `<namespace>.<table>`: orchestrators show that."""
    publish: Publish = "each"
    """`each` table shows its commit at once; `together` all show at one moment, or none (Nessie)."""
    limits: LimitsSpec = LimitsSpec()
    retry: RetrySpec = Field(default=RetrySpec(), description="How often what passes is tried again.")
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
        contracts: The data contracts of its objects, by name, of those that have one.
    """

    tenant: str
    name: str
    home: Path
    spec: JobSpec
    document: Document
    contracts: Mapping[str, Contract] = field(default_factory=dict)

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
        """Give the key of an object: its own, the target's, its contract's, or none."""
        return tuple(self.objects[name].key or self.spec.target.key or self.contract(name).primary_key)

    def contract(self, name: str) -> Contract:
        """Give the contract of an object; one that says nothing where it has none."""
        return self.contracts.get(name, NO_CONTRACT)

    def layout(self, name: str) -> Layout:
        """Give how the table of an object is laid out: as it says, or as the target does; and what it is for."""
        own, common = self.objects[name], self.spec.target
        parts = own.partition_by if own.partition_by is not None else common.partition_by
        order = own.sort_by if own.sort_by is not None else common.sort_by
        return Layout(
            partition_by=None if parts is None else tuple(partition_field(text) for text in parts),
            sort_by=None if order is None else tuple(sort_field(text) for text in order),
            key=self.key(name),
            properties={**self.contract(name).properties, **common.properties},
        )

    def incremental(self, name: str) -> IncrementalSpec:
        """Give how the rows of an object follow one another: as it says, or as the source does."""
        own = self.objects[name].incremental or IncrementalSpec()
        common = self.spec.source.incremental
        return IncrementalSpec(
            cursor=own.cursor or common.cursor,
            deleted=own.deleted or common.deleted,
            strategy=own.strategy or common.strategy,
        )
