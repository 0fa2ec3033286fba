"""One kind of request, and what its answers hold."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ingest_core.rest.definition.answers import RateLimit
from ingest_core.rest.definition.cursor import CursorSpec
from ingest_core.rest.definition.paging import PagingSpec
from ingest_core.rest.definition.strict import FieldPath, Length, Strict, Template


class AddedColumn(Strict):
    """A column that a record does not have by itself."""

    path: FieldPath | None = None
    """Where its value stands in the record as it came, before `row` is taken out of it."""
    matches: str | None = None
    """The column says whether the value there fits this regular expression."""
    value: Template | None = None
    """A value of its own: `${parent:id}`; `${load:began}`, the moment (seconds since 1970) before which nothing is
    missing in what is read."""


class RequestSpec(Strict):
    """How records are asked for."""

    path: str
    """Below `base_url`, or an address."""
    method: Literal["GET", "POST"] = "GET"
    """How."""
    params: dict[str, Template | list[Template]] = {}
    """Of the address. One whose reference names nothing is left out."""
    headers: dict[str, str] = {}
    """Beside the connector's."""
    body: dict[str, Any] | None = None
    """Sent as JSON. A mapping in it whose reference names nothing is left out."""
    records: FieldPath | None = None
    """Where the list of records stands in the answer; unsaid, the answer is the list, or one record."""
    row: FieldPath | None = None
    """Where in each record the row stands, if it is not all of it."""
    columns: dict[str, AddedColumn] = {}
    """Columns beside those of the row."""
    paging: PagingSpec | None = None
    """How the answer is divided into pages; unsaid, as the connector says."""
    cursor: CursorSpec | None = None
    """How the records follow one another; unsaid, each load reads all."""
    rate_limit: RateLimit | None = None
    """How often this may be asked, where it is counted apart from the rest; unsaid, as the connector says."""


class Strategy(RequestSpec):
    """A way to see what is new since the last load. What it leaves out is as in the stream."""

    path: str = ""
    """Unsaid, the stream's own request does it, by its cursor."""
    needs: Literal["merge"] | None = None
    """`merge` where a row comes again when it changed: then it is for `write: merge` and `history` alone."""
    keeps: Length | None = None
    """How long the API keeps what this way reads: a position that is older is followed by a full load."""
    identity: list[FieldPath] | None = Field(default=None, min_length=1)
    """What tells its records apart, beside their cursor; unsaid, the stream's key."""
