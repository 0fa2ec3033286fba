"""How records follow one another, and how stretches of them are asked for."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ingest_core.rest.definition.strict import FieldPath, Length, Strict

Unit = Literal["s", "ms", "us", "iso", "date", "number"]
"""Seconds, milliseconds or microseconds since 1970; a text of ISO 8601; a day of it; a number that is no time."""


class CursorSpec(Strict):
    """The field by which records follow one another, in time or by a number.

    A request asks for a stretch of it by references: `${window:from}` (that moment and later), `${window:after}`
    (later), `${window:until}` (before), `${window:through}` (that moment and before). Where a request names both ends,
    stretches are read side by side.
    """

    field: FieldPath
    """Where it stands in a record: `created`, `properties.lastmodifieddate`."""
    unit: Unit = "iso"
    """How it is written there."""
    filter: Unit | str | None = None
    """How the request's references are written: a unit, `s_text` or `ms_text` for such a number as a text, or a pattern
    of strftime; unsaid, as in the record."""
    order: Literal["ascending", "descending", "none"] = "none"
    """The order in which a request without paging of its own brings them."""
    start: str | int | date | None = None
    """The first value that there can be: `2010-01-01`. Unsaid, a full load asks without a beginning."""
    settles: Length = Field(default="0s", validate_default=True, json_schema_extra={"default": "0s"})
    """How late a record may show up behind others with a later value: so far back the next run looks once more."""
    seek: bool = False
    """Whether the next page is asked for by the last record's value instead of the paging's token, so that records
    which move while they are read take no others along; the paging serves where a whole page has one value."""
    span: Length | None = None
    """How long the stretches are that a load is divided into, where `order: none` lets nobody tell otherwise."""
    parallel: bool = True
    """Whether stretches may be read side by side."""
