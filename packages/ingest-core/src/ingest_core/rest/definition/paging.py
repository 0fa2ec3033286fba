"""The ways in which an API divides a long answer into pages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingest_core.rest.definition.strict import FieldPath, Strict


class PageSize(Strict):
    """How many records a page is asked to have."""

    param: str | None = None
    """The parameter that says it."""
    body: FieldPath | None = None
    """Or the key in the request's body that does."""
    value: int = Field(ge=1)
    """How many."""


class _Paging(Strict):
    size: PageSize | None = None
    """How many records a page is asked to have; unsaid, as many as the API likes."""


class NoPaging(_Paging):
    """All in one answer."""

    type: Literal["none"]


class TokenPaging(_Paging):
    """An answer holds the token of the next page."""

    type: Literal["cursor"]
    token: FieldPath
    """Where it stands in the answer: `paging.next.after`; the last page has none, or an empty one."""
    param: str | None = None
    """The parameter that takes it."""
    body: FieldPath | None = None
    """Or the key in the request's body that does."""
    more: FieldPath | None = None
    """Where the answer says whether there is more, if the last page has a token, too."""


class LastIdPaging(_Paging):
    """The next page begins behind the last record of this one."""

    type: Literal["last_id"]
    field: FieldPath
    """The record's field: `id`."""
    param: str
    """The parameter that takes it: `starting_after`."""
    more: FieldPath | None = None
    """Where the answer says whether there is more: `has_more`; unsaid, an empty page is the end."""


class PagePaging(_Paging):
    """Pages are numbered. Rows that are put in or taken out while they are read move others between pages."""

    type: Literal["page"]
    param: str
    """The parameter that takes the number."""
    first: int = 1
    """The first page's number."""
    more: FieldPath | None = None
    """Where the answer says whether there is more; unsaid, a page without records is the end. An API that answers 404
    there is told so: `errors: [{status: 404, means: empty}]`."""
    total: FieldPath | None = None
    """Where the answer says how many records there are in all: then it is noticed if rows moved past a border."""


class OffsetPaging(_Paging):
    """Pages begin at a place among the records. Each overlaps the one before by a record, so that moves are noticed."""

    type: Literal["offset"]
    param: str
    """The parameter that takes the place."""
    first: int = 0
    """The first record's place."""
    more: FieldPath | None = None
    """Where the answer says whether there is more; unsaid, a page without another record than that is the end."""


class LinkPaging(_Paging):
    """The header `Link` names the next page (RFC 8288)."""

    type: Literal["link_header"]
    rel: str = "next"
    """Of which relation."""


class NextUrlPaging(_Paging):
    """The answer holds the address of the next page."""

    type: Literal["next_url"]
    url: FieldPath
    """Where: `next`, `links.next`."""


PagingSpec = Annotated[
    NoPaging | TokenPaging | LastIdPaging | PagePaging | OffsetPaging | LinkPaging | NextUrlPaging,
    Field(discriminator="type"),
]
