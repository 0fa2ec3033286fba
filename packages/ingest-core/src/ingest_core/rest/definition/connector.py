"""A connector's definition: the file ``connectors/<name>.yaml``, key by key."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ingest_core.rest.definition.answers import ErrorRule, RateLimit
from ingest_core.rest.definition.auth import AuthSpec
from ingest_core.rest.definition.options import OptionSpec
from ingest_core.rest.definition.paging import NoPaging, PagingSpec
from ingest_core.rest.definition.stream import StreamSpec
from ingest_core.rest.definition.strict import Length, Strict, Template


def _first_version(version: int) -> int:
    if version != 1:
        raise ValueError("this release reads version 1 of connector files")
    return version


class CheckSpec(Strict):
    """A request that costs little and tells whether we are let in."""

    path: str
    """Below `base_url`."""
    params: dict[str, Template] = {}
    """Of the address."""


class Definition(Strict):
    """How a REST API is read. It never holds a secret."""

    version: Annotated[int, AfterValidator(_first_version), Field(json_schema_extra={"const": 1})]
    """Of this format: 1."""
    documentation: str | None = None
    """Where the API is described."""
    options: dict[str, OptionSpec] = {}
    """What a job's `with` may say."""
    base_url: str
    """Where all paths begin: `https://api.example.com/v2`."""
    auth: AuthSpec | None = None
    """How the API is told who asks."""
    headers: dict[str, str] = {}
    """Of every request."""
    params: dict[str, Template] = {}
    """Of every request's address."""
    maps: list[str] = []
    """Keys that hold a free-form map, at whatever depth they stand: a `map<string, string>`."""
    paging: PagingSpec = NoPaging(type="none")
    """How answers are divided into pages, of streams that do not say."""
    rate_limit: RateLimit = RateLimit()
    """How often the API may be asked."""
    errors: list[ErrorRule] = []
    """What refusals mean, where their status alone does not tell."""
    timeout: Length = Field(default="60s", validate_default=True, json_schema_extra={"default": "60s"})
    """How long an answer may take."""
    attempts: int = Field(default=6, ge=1, le=20)
    """How often a request is sent that fails in passing, all told; the pauses double."""
    check: CheckSpec | None = None
    """What `ingest check` asks; unsaid, the first page of each object."""
    streams: dict[str, StreamSpec] = Field(min_length=1)
    """What there is to read."""
