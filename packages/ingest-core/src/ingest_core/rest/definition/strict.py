"""What all parts of a definition have in common, and the words in which values are written."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from ingest_core.durations import parse_duration, written
from ingest_core.errors import JobError
from ingest_core.iceberg_types import arrow_type


class Strict(BaseModel):
    """A part of a definition: no other keys, no values of other kinds, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


def _length(value: Any) -> timedelta:  # noqa: ANN401  # whatever the file holds
    return value if isinstance(value, timedelta) else parse_duration(value if isinstance(value, str) else "")


def _type_name(name: str) -> str:
    try:
        arrow_type(name)
    except JobError as error:
        raise ValueError(f"{error.faults[0].problem}; {error.faults[0].mend}") from None
    return name


def types_of(names: dict[str, str]) -> dict[str, pa.DataType]:
    """Give the Arrow types of columns' Iceberg types."""
    return {column: arrow_type(name) for column, name in names.items()}


_LENGTH_SCHEMA = {"type": "string", "pattern": r"^(\d+(d|h|m|s|ms))+$", "examples": ["30s", "1h30m"]}
Length = Annotated[
    timedelta, BeforeValidator(_length), WithJsonSchema(_LENGTH_SCHEMA), PlainSerializer(written, return_type=str)
]
"""A length of time: `30s`, `1h30m`."""

TypeName = Annotated[str, AfterValidator(_type_name)]
"""An Iceberg type, as job files write them."""

FieldPath = Annotated[
    str, Field(min_length=1, pattern=r"^[^.\s][^.]*(\.[^.]+)*$", examples=["data", "paging.next.after"])
]
"""Keys within JSON, divided by dots."""

Template = str | int | float | bool
"""A value that may hold references: `${option:name}`, `${parent:field}`, `${window:from}`, `${list:name}`."""
